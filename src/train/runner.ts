import { hash32, stream } from '../base/random';
import type { Batch } from '../data/batches';
import { product } from '../graph/shape';
import { LOSSES } from '../model/losses';
import { OPTIMIZERS } from '../model/optimizers';
import { momentumAt } from '../model/schedulers';
import type { Spec } from '../model/spec';
import type { Prepared } from './prepare';
import { type Feeds, type Session, type SessionPool, tensor } from './session';
import type { StepGraph } from './stepGraph';

/** The optimizer's arguments at a step: schedulers may set its momentum (or β₁). */
function optimizerArgsAt(step: number, { optimizer: { args }, schedulers }: Spec): Spec['optimizer']['args'] {
  const momentum = momentumAt(step, schedulers);
  if (momentum === undefined) return args;
  return args.betas ? { ...args, betas: [momentum, (args.betas as number[])[1]] } : { ...args, momentum };
}

/** What differs from step to step, besides the batch. */
export interface Moment {
  /** Counted from 1. */
  step: number;
  lr: number;
  wantsStatistics: boolean;
}

/** A graph and what it is fed with besides weights and a batch. */
export type FedGraph = Pick<StepGraph, 'graph' | 'scalars' | 'seeds' | 'fed' | 'byElement' | 'slots'> & Partial<Pick<StepGraph, 'feeding'>>;

/** A compiled step for one batch size, with the arrays it is fed from. */
export class Runner<Built extends FedGraph = StepGraph> {
  private constructor(
    readonly graph: Built,
    readonly session: Session,
    readonly batch: Batch,
    readonly feeds: Feeds,
    private readonly prepared: Prepared,
    /** By parameter: the step after which it began to be updated; those not named began with the run. */
    private readonly births: Readonly<Record<string, number>>,
  ) {}

  static async compile<Built extends FedGraph>(
    prepared: Prepared,
    graph: Built,
    size: number,
    births: Readonly<Record<string, number>>,
    pool: SessionPool,
  ): Promise<Runner<Built>> {
    const { model, spec } = prepared;
    const isClass = LOSSES[spec.loss.name].target === 'class';
    const batch: Batch = {
      x: new Float32Array(size * product(model.sample)),
      y: isClass ? new Int32Array(size * product(model.target)) : new Float32Array(size * product(model.target)),
    };
    const feeds: Feeds = { x: tensor(batch.x, [size, ...model.sample]), y: tensor(batch.y, [size, ...model.target], isClass ? 'int32' : 'float32') };
    for (const [name, value] of graph.scalars) feeds[name] = tensor(new Float32Array([value]), []);
    for (const name of graph.seeds) feeds[name] = tensor(new Uint32Array(2), [2], 'uint32');
    for (const name of graph.fed) {
      const isByElement = graph.byElement.includes(name);
      feeds[name] = isByElement ? tensor(new Float32Array(model.trained.size), [model.trained.size]) : tensor(new Float32Array(1), []);
    }
    for (const [name, { shape, dtype }] of graph.feeding?.draws ?? []) {
      const count = product(shape);
      feeds[name] = tensor(dtype === 'int32' ? new Int32Array(count) : new Float32Array(count), shape, dtype);
    }
    for (const [name, data] of graph.feeding?.held ?? []) feeds[name] = tensor(data, [data.length]);
    if (graph.slots.length) feeds.want_statistics = tensor(new Uint8Array(1), [], 'bool');
    return new Runner(graph, await pool.session(graph.graph), batch, feeds, prepared, births);
  }

  /** Writes the numbers of a step into the arrays that the feeds wrap. */
  feed({ step, lr, wantsStatistics }: Moment): void {
    const { graph, feeds } = this;
    const { spec } = this.prepared;
    const { scalars } = OPTIMIZERS[spec.optimizer.name];
    const now: Record<string, number> = { ...scalars(optimizerArgsAt(step, spec), step), lr, step };
    for (const name of graph.fed) (feeds[name].data as Float32Array).fill(now[name]);
    if (graph.byElement.length) this.feedYoung(step);
    for (const name of graph.seeds) {
      const seeds = feeds[name].data as Uint32Array;
      seeds[0] = hash32(spec.train.seed, step, name, 0) | 1; // odd, so that the counter's multiples never repeat
      seeds[1] = hash32(spec.train.seed, step, name, 1);
    }
    for (const [name, { fill }] of graph.feeding?.draws ?? [])
      fill(feeds[name].data as Float32Array | Int32Array, stream(spec.train.seed, `${name} of step ${step}`));
    if (feeds.want_statistics) (feeds.want_statistics.data as Uint8Array)[0] = wantsStatistics ? 1 : 0;
  }

  /** PyTorch counts steps by parameter: one that an edit brought in has its own bias correction. */
  private feedYoung(step: number): void {
    const { optimizer } = this.prepared.spec;
    const { items, offsets } = this.prepared.model.trained;
    items.forEach(({ name, shape }, i) => {
      const birth = this.births[name];
      if (!birth) return;
      const now = OPTIMIZERS[optimizer.name].scalars(optimizerArgsAt(step, this.prepared.spec), step - birth);
      for (const scalar of this.graph.byElement) (this.feeds[scalar].data as Float32Array).fill(now[scalar], offsets[i], offsets[i] + product(shape));
    });
  }
}
