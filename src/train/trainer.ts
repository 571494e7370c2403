import { Augmenter } from '../data/augment/augmenter';
import { BatchOrder, countIn, gather } from '../data/batches';
import { BestWeights } from './bestWeights';
import { carryWeights } from './carry';
import { Curriculum } from './curriculum';
import { EarlyStopping } from './earlyStopping';
import { type Engine, engineLabel } from './engines/engine';
import { Evaluator } from './evaluator';
import { planModel } from './modelPlan';
import { OwnVectors } from './pieces';
import { Plateau } from './plateau';
import { prepare, type Prepared } from './prepare';
import type { Best, Checkpoint, EvalEvent, Plan, RunEvent, StartEvent, StepEvent, Tensors } from './protocol';
import { Runner } from './runner';
import { Sampling } from './sampling';
import { Sprint, sprintLength } from './sprint';
import { dispose, type Feeds, numbers, SessionPool, type Tensor, tensor } from './session';
import { freshStart, packVectors, storedTensors, unpackTensors, unpackVectors } from './stateVectors';
import { type StepMoment, statistics, stepEvent } from './stepEvent';
import { buildStep } from './stepGraph';
import { rateOf } from './stepNumbers';
import { startsAsWeights } from './stepState';

/** The weights at one moment, to be read by anybody; nothing writes into them. */
export interface ModelState {
  /** Steps done. */
  step: number;
  /** Packed parameters and running statistics as evaluations see them, under the step graph's input names. */
  weights: Feeds;
  /** The packed parameters that are trained, where evaluations see an average of them. */
  trained?: Tensor;
  /** The packed parameters of one step before; absent where there was none here. */
  before?: Tensor;
}

/**
 * Trains one model, a step at a time. Parameters and optimizer state go round as packed vectors; learning rate, seeds and the like are fed.
 * The same plan gives the same numbers on every run, and so does going on from a checkpoint.
 */
export class Trainer {
  step: number;
  private readonly secondsBefore: number;
  private readonly runners = new Map<number, Promise<Runner>>();
  /** What steps in pieces may write into; all batch sizes share them. */
  private readonly own = new OwnVectors();
  private current: Prepared;
  /** Where the engine computes. Nobody else has them: a step disposes of those that it replaces. */
  private vectors: Feeds;
  private evaluator: Evaluator;
  private readonly order: BatchOrder;
  private readonly augmenter: Augmenter;
  private readonly curriculum: Curriculum;
  /** Of training, without pauses. */
  seconds: number;
  private evaluation?: EvalEvent;
  private readonly best: BestWeights;
  private stopping?: EarlyStopping;
  private readonly plateau?: Plateau;
  /** Rows of the one batch that `overfit_batch` trains on. */
  private readonly onlyRows?: Int32Array;
  private readonly sampling: Sampling;
  /** The packed parameters before the last step, where somebody looks at the model. */
  private before?: Tensor;
  private sprint?: Promise<Sprint>;
  /** By parameter: the step after which it began to be updated; those not named began with the run. */
  private births: Record<string, number>;

  private constructor(
    readonly plan: Plan,
    prepared: Prepared,
    readonly sessions: SessionPool,
    vectors: Feeds,
    from?: Checkpoint,
  ) {
    const { step = 0, seconds = 0, ages = {}, epoch, row } = from ?? { epoch: 0, row: 0 };
    this.current = prepared;
    this.vectors = vectors;
    this.step = step;
    this.sampling = new Sampling(plan, step + 1);
    this.seconds = this.secondsBefore = seconds;
    this.best = new BestWeights(from?.best);
    this.stopping = stoppingOf(prepared, from);
    this.births = birthsOf(ages, step);
    const { schedulers, train } = prepared.spec;
    if (schedulers.some(({ name }) => name === 'ReduceLROnPlateau')) this.plateau = new Plateau(prepared.spec, from?.plateau);
    if (train.overfit_batch) this.onlyRows = new BatchOrder(prepared.batches).next();
    this.order = new BatchOrder(prepared.batches, { epoch, row });
    this.augmenter = new Augmenter(prepared.spec.data.augment, prepared.dataset, prepared.spec.train.seed);
    this.curriculum = new Curriculum(sessions, from?.difficulty);
    this.evaluator = new Evaluator(prepared.model, prepared.dataset, sessions);
  }

  /**
   * @param from a checkpoint of this very model to go on from.
   * @throws ProblemError where the model file or its data have something wrong.
   */
  static async create(plan: Plan, from?: Checkpoint, sessions = new SessionPool()): Promise<Trainer> {
    const prepared = await prepare(plan, from);
    return Trainer.begin(plan, prepared, sessions, from);
  }

  /** Likewise, of what is prepared. */
  static async begin(plan: Plan, prepared: Prepared, sessions: SessionPool, from?: Checkpoint): Promise<Trainer> {
    const tensorOf = from ? storedTensors(from) : freshStart(plan, prepared);
    const trainer = new Trainer(plan, prepared, sessions, packVectors(prepared, tensorOf, from?.optimizer), from);
    await trainer.runner(prepared.batches.batchSize);
    return trainer;
  }

  /** What is trained; the model changes at the beginning of an epoch from which on more of its layers learn (`unfreeze`). */
  get prepared(): Prepared {
    return this.current;
  }

  get engine(): Engine {
    return this.sessions.engine;
  }

  /** Seconds of training since this trainer began. */
  get sinceBegin(): number {
    return this.seconds - this.secondsBefore;
  }

  get start(): StartEvent {
    return { ...this.prepared.start, engine: engineLabel(this.engine) };
  }

  async state(): Promise<ModelState> {
    const { step, weights, before: earlier, vectors } = this;
    const isAveraged = weights.params !== vectors.params;
    const seen = { ...weights, ...(isAveraged && { trained: vectors.params }), ...(earlier && { before: earlier }) };
    const { trained, before, ...fetched } = await this.copy(seen);
    return { step, weights: fetched, ...(trained && { trained }), ...(before && { before }) };
  }

  get isFinished(): boolean {
    return this.step >= this.prepared.steps || this.stopping?.isOver === true;
  }

  /**
   * Runs one optimizer step, or some if there may be several; gives their events, and that of an evaluation where one is due: after each epoch and at
   * the end.
   */
  async next(maybeSeveral = false): Promise<RunEvent[]> {
    const steps = await (maybeSeveral ? this.nextSteps() : this.nextStep().then((step) => [step]));
    const isDue = this.order.position.row === 0 || this.isFinished;
    if (!isDue) return steps;
    const evaluation = await this.evaluate();
    await this.stopping?.watch(evaluation, () => this.copy(this.weights));
    this.plateau?.watch(evaluation);
    return [...steps, evaluation];
  }

  /** One optimizer step without an evaluation. */
  nextStep(): Promise<StepEvent> {
    return this.timed(async () => {
      const { runner, moment } = await this.deal();
      const beganAt = performance.now();
      const outputs = await runner.session.run({ ...this.vectors, ...runner.feeds });
      this.sampling.add(performance.now() - beganAt, moment.wantsStatistics);
      this.take(outputs);
      const event = stepEvent(moment, numbers(outputs.metrics));
      if (moment.wantsStatistics) Object.assign(event, statistics(runner.graph, numbers(outputs.statistics)));
      await this.thaw();
      return event;
    });
  }

  /** One optimizer step, or a sprint and the step after it, without an evaluation. */
  async nextSteps(): Promise<StepEvent[]> {
    const count = this.sprintable;
    return [...(count > 1 ? await this.nextSprint(count) : []), await this.nextStep()];
  }

  private nextSprint(count: number): Promise<StepEvent[]> {
    return this.timed(async () => {
      const sprint = await (this.sprint ??= this.compileSprint());
      const moments = [];
      for (let i = 0; i < count; i++) {
        const { runner, moment } = await this.deal();
        sprint.add(runner.feeds);
        moments.push(moment);
      }
      const beganAt = performance.now();
      const outputs = await sprint.run(this.vectors);
      this.sampling.addUnsampled(performance.now() - beganAt);
      this.take(outputs);
      const metrics = numbers(outputs.metrics);
      return moments.map((moment, i) => stepEvent(moment, metrics.subarray(3 * i, 3 * i + 3)));
    });
  }

  /** The next batch, and what a runner is fed with for it. */
  private async deal(): Promise<{ runner: Runner; moment: StepMoment }> {
    const { spec, dataset } = this.prepared;
    this.step++;
    await this.curriculum.lead(this.order, this.prepared, this.weights);
    const { epoch } = this.order.position;
    const dealt = this.order.next();
    const rows = this.onlyRows ?? dealt;
    const runner = await this.runner(rows.length);
    gather(dataset.train, rows, runner.batch);
    // The sanity check asks whether the model can learn this batch by heart: as it is.
    if (!this.onlyRows) this.augmenter.apply(runner.batch.x, rows, epoch);
    const now = { step: this.step, factor: this.plateau?.factor, wantsStatistics: this.sampling.wants(this.step, this.isFinished) };
    runner.feed(now);
    return { runner, moment: { ...now, lr: rateOf(now, spec) } };
  }

  /**
   * How many steps can go at once before one that goes alone: none of them is sampled or the last of an epoch, all have a full batch. What is seen of the
   * model is seen after the one that goes alone.
   */
  private get sprintable(): number {
    if (this.engine.name === 'webgpu' || this.isInPieces) return 0;
    const { batches, steps } = this.prepared;
    const left = steps - this.step - 1;
    const { epoch, row } = this.order.position;
    const full = Math.floor((countIn(batches, epoch) - row) / batches.batchSize) - 1;
    const length = sprintLength({ step: this.sampling.plainStep, left, seconds: this.sinceBegin });
    return Math.min(left, this.sampling.unsampledAfter(this.step), full, length);
  }

  private async compileSprint(): Promise<Sprint> {
    const { model, batches } = this.prepared;
    const { feeds } = await this.runner(batches.batchSize);
    const graph = buildStep(model, batches.batchSize, { withStats: false, hasYoung: this.hasYoung });
    return Sprint.compile(graph, this.vectors, feeds, this.sessions);
  }

  /**
   * Ends the run: a last evaluation where there was none of these weights, and the `end` event. With `early_stopping` a run that was not stopped by
   * hand ends with its best weights.
   */
  async end(stopped = false): Promise<RunEvent[]> {
    const isNew = (!stopped && this.restoreBest()) || this.evaluation?.step !== this.step;
    const evaluation = isNew ? await this.evaluate() : this.evaluation!;
    const end: RunEvent = { type: 'end', steps: this.step, eval_loss: evaluation.train_loss, seconds: this.seconds, stopped };
    return isNew ? [evaluation, end] : [end];
  }

  /** Parameters and running statistics by their state_dict names. */
  async tensors(): Promise<Tensors> {
    return unpackTensors(this.prepared.model, await this.fetch(this.weights));
  }

  /** All that is needed to go on from here, between two steps; the arrays are copies. */
  async checkpoint(): Promise<Checkpoint> {
    const ages = Object.fromEntries(Object.entries(this.births).map(([name, birth]) => [name, this.step - birth]));
    const { step, seconds } = this;
    const best = this.best.merit;
    const plateau = this.plateau?.state;
    const difficulty = this.curriculum.state(this.order);
    const { kept, stale = 0 } = this.stopping ?? {};
    const stopping = kept && { step: kept.step, value: kept.value, stale, tensors: unpackTensors(this.prepared.model, kept.weights) };
    const state = unpackVectors(this.prepared, await this.fetch(this.vectors));
    return {
      step,
      ...this.order.position,
      seconds,
      ages,
      ...(plateau && { plateau }),
      ...(difficulty && { difficulty }),
      ...(best && { best }),
      ...(stopping && { stopping }),
      ...state,
    };
  }

  /** The weights at the best evaluation if there was a better one since the last call. */
  takeBest(): Best | undefined {
    return this.best.take();
  }

  /** The best weights that one before had, if this one goes on from after them. */
  takeOverBest({ best }: Trainer): void {
    this.best.takeOver(best, this.step);
  }

  async release(): Promise<void> {
    // With its session goes what frees a tensor.
    for (const vector of [...Object.values(this.vectors), this.before]) dispose(vector);
    const runners = await Promise.allSettled(this.runners.values());
    this.runners.clear();
    for (const runner of runners) if (runner.status === 'fulfilled') await runner.value.session.release();
    await this.sprint?.then((sprint) => sprint.release()).catch(() => undefined);
    this.sprint = undefined;
    await this.evaluator.release();
    await this.curriculum.release();
  }

  private evaluate(): Promise<EvalEvent> {
    return this.timed(async () => {
      const { weights } = this;
      const event = await this.evaluator.evaluate(this.step, weights);
      const isBest = await this.best.watch(event, this.prepared.model, () => this.copy(weights));
      return (this.evaluation = isBest ? { ...event, is_best: true } : event);
    });
  }

  private fetch(feeds: Feeds): Promise<Feeds> {
    return this.engine.fetch(feeds);
  }

  /** Likewise, for who keeps them: steps in pieces write into what they are given. */
  private async copy(feeds: Feeds): Promise<Feeds> {
    const fetched = await this.fetch(feeds);
    return this.isInPieces ? Object.fromEntries(Object.entries(fetched).map(([name, t]) => [name, tensor(numbers(t).slice(), t.dims)])) : fetched;
  }

  /** A graphics card keeps all where it computes, and so goes without. */
  private get isInPieces(): boolean {
    return this.prepared.step.update !== undefined && this.engine.name !== 'webgpu';
  }

  /** The vectors after a step in the place of those before. */
  private take(outputs: Record<string, Tensor>): void {
    dispose(this.before);
    this.before = this.plan.observe && this.vectors.params;
    for (const [name, old] of Object.entries(this.vectors)) {
      const next = outputs[`next_${name}`];
      if (next) this.vectors[name] = next;
      if (next && old !== this.before) dispose(old);
    }
  }

  /** Parameters (their average, where there is one) and running statistics. */
  private get weights(): Feeds {
    return weightsIn(this.vectors);
  }

  /** Whether other weights than the last ones were the best. */
  private restoreBest(): boolean {
    const { kept } = this.stopping ?? {};
    if (!kept || kept.step === this.step) return false;
    const { params } = kept.weights;
    const averages = Object.fromEntries(this.prepared.step.state.filter(startsAsWeights).map((state) => [state, params]));
    for (const [name, vector] of Object.entries({ ...kept.weights, ...averages })) {
      dispose(this.vectors[name]);
      this.vectors[name] = vector;
    }
    dispose(this.before);
    this.before = undefined;
    // Who goes on from here has patience anew.
    this.stopping!.stale = 0;
    return true;
  }

  /** From an epoch on some layers learn: what is trained is another vector then, and the new part of it starts as an edit's would. */
  private async thaw(): Promise<void> {
    const { spec, model, batches } = this.prepared;
    const { epoch, row } = this.order.position;
    if (row > 0 || !spec.train.unfreeze?.some((stage) => stage.epoch === epoch)) return;
    const before = await this.checkpoint();
    const next = { ...planModel(spec, model.sample, model.target, model.nodeGraph, epoch), teacher: model.teacher };
    const step = buildStep(next, batches.batchSize, { withStats: this.plan.statsEvery > 0 });
    const { checkpoint } = carryWeights(before, model, next, (name) => before.tensors[name].data, 'fresh');
    await this.release();
    this.current = { ...this.prepared, model: next, step };
    this.vectors = packVectors(this.current, storedTensors(checkpoint), checkpoint.optimizer);
    this.births = birthsOf(checkpoint.ages, this.step);
    if (before.stopping) this.stopping = stoppingOf(this.current, before);
    this.evaluator = new Evaluator(next, this.prepared.dataset, this.sessions);
    this.before = undefined;
  }

  private async timed<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.seconds += (performance.now() - startedAt) / 1000;
    return result;
  }

  /** Some parameters have been updated less often than others. */
  private get hasYoung(): boolean {
    return Object.keys(this.births).length > 0;
  }

  private runner(size: number): Promise<Runner> {
    const known = this.runners.get(size);
    if (known) return known;
    const { batches, step, model } = this.prepared;
    const { hasYoung, isInPieces: inPieces } = this;
    const isPrepared = size === batches.batchSize && !hasYoung && inPieces === (step.update !== undefined);
    const graph = isPrepared ? step : buildStep(model, size, { withStats: this.plan.statsEvery > 0, hasYoung, inPieces });
    const made = Runner.compile(this.prepared, graph, size, this.births, this.sessions, this.own);
    this.runners.set(size, made);
    return made;
  }
}

const weightsIn = ({ params, ema = params, frozen, buffers }: Feeds): Feeds => ({
  params: ema,
  ...(frozen && { frozen }),
  ...(buffers && { buffers }),
});

const birthsOf = (ages: Checkpoint['ages'], step: number): Record<string, number> =>
  Object.fromEntries(Object.entries(ages).map(([name, age]) => [name, step - age]));

function stoppingOf(prepared: Prepared, from?: Checkpoint): EarlyStopping | undefined {
  const rule = prepared.spec.train.early_stopping;
  if (!rule || !from?.stopping) return rule && new EarlyStopping(rule);
  const { step, value, stale, tensors } = from.stopping;
  return new EarlyStopping(rule, { step, value, weights: weightsIn(packVectors(prepared, storedTensors({ tensors }))) }, stale);
}
