import { hash32 } from '../base/random';
import { batches, gather, type Batch } from '../data/batches';
import { product } from '../graph/shape';
import { readSlot } from '../graph/stats';
import { LOSSES } from '../model/losses';
import { OPTIMIZERS } from '../model/optimizers';
import { rateAt } from '../model/schedulers';
import { Evaluator } from './evaluator';
import { checkStrict, initialBuffers, initialParameters, readWeights } from './initialise';
import { prepare, type Prepared } from './prepare';
import type { LayerStats, ParamStats, Plan, RunEvent, StepEvent, Tensors } from './protocol';
import { createSession, type Feeds, numbers, type Session, type Tensor, tensor } from './session';
import { buildStep, type Pack, type StepGraph } from './stepGraph';

/** A compiled step for one batch size, with the tensors it is fed from. */
interface Runner {
  graph: StepGraph;
  session: Session;
  batch: Batch;
  feeds: Feeds;
}

/**
 * Trains one model, a step at a time. Parameters and optimizer state go round as packed vectors; learning rate, seeds and the like are fed.
 * The same plan gives the same numbers on every run.
 */
export class Trainer {
  step = 0;
  private readonly runners = new Map<number, Promise<Runner>>();
  private readonly evaluator: Evaluator;
  private readonly order: Iterator<Int32Array>;
  private startedAt = performance.now();
  private lastEvaluation = -1;

  private constructor(
    private readonly plan: Plan,
    private readonly prepared: Prepared,
    /** Packed vectors by input name: params, frozen, buffers and the optimizer's state. */
    private readonly vectors: Record<string, Tensor>,
  ) {
    this.evaluator = new Evaluator(prepared.model, prepared.dataset);
    const { train } = prepared.spec;
    this.order = batches({
      count: prepared.dataset.train.count,
      batchSize: prepared.batchSize,
      shuffle: train.shuffle,
      dropLast: train.drop_last,
      seed: train.seed,
    });
  }

  /** Throws a ProblemError where the model file or its data have something wrong. */
  static async create(plan: Plan): Promise<Trainer> {
    const prepared = await prepare(plan);
    const trainer = new Trainer(plan, prepared, startVectors(plan, prepared));
    await trainer.runner(prepared.batchSize);
    trainer.startedAt = performance.now();
    return trainer;
  }

  get start(): RunEvent {
    return this.prepared.start;
  }

  get isFinished(): boolean {
    return this.step >= this.prepared.steps;
  }

  /** Runs one optimizer step; gives its event, and that of an evaluation where one is due. */
  async next(): Promise<RunEvent[]> {
    const event = await this.nextStep();
    const isDue = this.step % this.prepared.batchesPerEpoch === 0 || this.isFinished;
    return isDue ? [event, await this.evaluate()] : [event];
  }

  /** One optimizer step without an evaluation. */
  async nextStep(): Promise<StepEvent> {
    const { spec, dataset } = this.prepared;
    this.step++;
    const rows = this.order.next().value as Int32Array;
    const runner = await this.runner(rows.length);
    gather(dataset.train, rows, runner.batch);
    const lr = rateAt(this.step, spec.optimizer.args.lr as number, spec.schedulers);
    const wanted = this.isSampled();
    this.feedScalars(runner, lr, wanted);
    const outputs = await runner.session.run({ ...this.vectors, ...runner.feeds });
    for (const name of Object.keys(this.vectors)) this.vectors[name] = outputs[`next_${name}`] ?? this.vectors[name];
    return this.stepEvent(runner, outputs, lr, wanted);
  }

  /** Ends the run: a last evaluation where there was none at this step, and the `end` event. */
  async end(stopped = false): Promise<RunEvent[]> {
    const events = this.lastEvaluation === this.step ? [] : [await this.evaluate()];
    const seconds = (performance.now() - this.startedAt) / 1000;
    return [...events, { type: 'end', steps: this.step, eval_loss: this.lastTrainLoss, seconds, stopped }];
  }

  /** Parameters and running statistics by their state_dict names. */
  tensors(): Tensors {
    const { trained, frozen, buffers } = this.prepared.model;
    const unpack = (vector: string, { items, offsets }: Pack<{ name: string; shape: number[] }>) =>
      items.map(({ name, shape }, i) => {
        const data = numbers(this.vectors[vector]).slice(offsets[i], offsets[i] + product(shape));
        return [name, { shape, data }] as const;
      });
    return Object.fromEntries([...unpack('params', trained), ...unpack('frozen', frozen), ...unpack('buffers', buffers)]);
  }

  async release(): Promise<void> {
    const runners = await Promise.allSettled(this.runners.values());
    this.runners.clear();
    for (const runner of runners) if (runner.status === 'fulfilled') await runner.value.session.release();
    await this.evaluator.release();
  }

  private lastTrainLoss: number | null = null;

  private async evaluate(): Promise<RunEvent> {
    const { params, frozen, buffers } = this.vectors;
    const event = await this.evaluator.evaluate(this.step, { params, ...(frozen && { frozen }), ...(buffers && { buffers }) });
    this.lastEvaluation = this.step;
    this.lastTrainLoss = event.train_loss;
    return event;
  }

  private isSampled(): boolean {
    const { statsEvery } = this.plan;
    return statsEvery > 0 && (this.step === 1 || this.isFinished || this.step % statsEvery === 0);
  }

  private runner(size: number): Promise<Runner> {
    const known = this.runners.get(size);
    if (known) return known;
    const { batchSize, step, model } = this.prepared;
    const made = this.compile(size, size === batchSize ? step : buildStep(model, size, this.plan.statsEvery > 0));
    this.runners.set(size, made);
    return made;
  }

  private async compile(size: number, graph: StepGraph): Promise<Runner> {
    const { model, spec } = this.prepared;
    const isClass = LOSSES[spec.loss.name].target === 'class';
    const batch: Batch = {
      x: new Float32Array(size * product(model.sample)),
      y: isClass ? new Int32Array(size * product(model.target)) : new Float32Array(size * product(model.target)),
    };
    const feeds: Feeds = { x: tensor(batch.x, [size, ...model.sample]), y: tensor(batch.y, [size, ...model.target], isClass ? 'int32' : 'float32') };
    for (const [name, value] of graph.scalars) feeds[name] = tensor(new Float32Array([value]), []);
    for (const name of graph.seeds) feeds[name] = tensor(new Uint32Array(2), [2], 'uint32');
    for (const name of graph.fed) feeds[name] = tensor(new Float32Array(1), []);
    if (this.plan.statsEvery > 0) feeds.want_statistics = tensor(new Uint8Array(1), [], 'bool');
    return { graph, session: await createSession(graph.graph), batch, feeds };
  }

  /** The numbers of this step, into the arrays that the feeds wrap. */
  private feedScalars({ feeds, graph }: Runner, lr: number, wanted: boolean): void {
    const { spec } = this.prepared;
    const now: Record<string, number> = { lr, step: this.step, ...OPTIMIZERS[spec.optimizer.name].scalars(spec.optimizer.args, this.step) };
    for (const name of graph.fed) (feeds[name].data as Float32Array)[0] = now[name];
    for (const name of graph.seeds) {
      const seeds = feeds[name].data as Uint32Array;
      seeds[0] = hash32(spec.train.seed, this.step, name, 0) | 1; // odd, so that the counter's multiples never repeat
      seeds[1] = hash32(spec.train.seed, this.step, name, 1);
    }
    if (feeds.want_statistics) (feeds.want_statistics.data as Uint8Array)[0] = wanted ? 1 : 0;
  }

  private stepEvent({ graph }: Runner, outputs: Record<string, Tensor>, lr: number, wanted: boolean): StepEvent {
    const [loss, total_loss, grad_norm] = [...numbers(outputs.metrics)].map((n) => (Number.isFinite(n) ? n : null));
    const event: StepEvent = { type: 'step', step: this.step, loss, total_loss, lr, grad_norm };
    if (!wanted) return event;
    return { ...event, ...statistics(graph, numbers(outputs.statistics)) };
  }
}

/** Where training starts: parameters by their init scheme, running statistics and optimizer state. */
function startVectors({ files }: Plan, { spec, model, step }: Prepared): Record<string, Tensor> {
  const weights = spec.init.name === 'weights' ? readWeights(files, spec.init.args.weights as string, spec.init.range) : undefined;
  if (weights && spec.init.args.strict !== false) {
    const names = [...model.trained.items, ...model.frozen.items, ...model.buffers.items].map((item) => item.name);
    checkStrict(weights, spec.init.args.weights as string, new Set(names), spec.init.range);
  }
  const vectors: Record<string, Float32Array> = {
    params: initialParameters(model.trained, spec.train.seed, files),
    frozen: initialParameters(model.frozen, spec.train.seed, files),
    buffers: initialBuffers(model.buffers, weights && { tensors: weights, init: spec.init }),
  };
  for (const name of step.state) vectors[name] = new Float32Array(model.trained.size);
  return Object.fromEntries(Object.entries(vectors).flatMap(([name, data]) => (data.length ? [[name, tensor(data, [data.length])]] : [])));
}

/** The flat vector as the tree that its slots' paths describe, with what follows from other numbers added. */
function statistics({ slots, layers }: StepGraph, vector: Float32Array): Pick<StepEvent, 'layers' | 'params'> {
  // Layers are named by the user: `constructor` must not find anything there.
  const empty = () => Object.create(null) as object;
  const tree = { layers: empty(), params: empty() } as { layers: Record<string, LayerStats>; params: Record<string, ParamStats> };
  for (const slot of slots) {
    let at = tree as unknown as Record<string, Record<string, unknown>>;
    for (const key of slot.path.slice(0, -1)) at = (at[key] ??= {}) as typeof at;
    at[slot.path[slot.path.length - 1]] = readSlot(slot, vector) as never;
  }
  for (const { name, watch, output, unitAxis } of layers) if (watch === 'rectifier') tree.layers[name].units = output.shape[unitAxis];
  for (const stats of Object.values(tree.params)) {
    const { update_l2, weight } = stats;
    stats.update_ratio = update_l2 === null || !weight.l2 ? null : update_l2 / weight.l2;
  }
  return tree;
}
