import { hash32, stream } from '../base/random';
import type { Batch } from '../data/batches';
import { product } from '../graph/shape';
import { LOSSES } from '../model/losses';
import { OwnVectors, sessionInPieces } from './pieces';
import type { Prepared } from './prepare';
import { type Feeds, type Session, type SessionPool, tensor } from './session';
import { groupFinder } from './optimizerArgs';
import type { StepGraph } from './stepGraph';
import { type Moment, numbersAt, optimizerNumbers } from './stepNumbers';

/** What differs from step to step, besides the batch. */
interface FedMoment extends Moment {
  wantsStatistics: boolean;
}

/** A graph and what it is fed with besides weights and a batch. */
export type FedGraph = Pick<StepGraph, 'graph' | 'scalars' | 'seeds' | 'fed' | 'flags' | 'byElement'> &
  Partial<Pick<StepGraph, 'feeding' | 'update'>>;

/** A compiled step for one batch size, with the arrays it is fed from. */
export class Runner<Built extends FedGraph = StepGraph> {
  private readonly groupOf: ReturnType<typeof groupFinder>;

  private constructor(
    readonly graph: Built,
    readonly session: Session,
    readonly batch: Batch,
    readonly feeds: Feeds,
    private readonly prepared: Prepared,
    /** By parameter: the step after which it began to be updated; those not named began with the run. */
    private readonly births: Readonly<Record<string, number>>,
  ) {
    this.groupOf = groupFinder(prepared.spec);
  }

  static async compile<Built extends FedGraph>(
    prepared: Prepared,
    graph: Built,
    size: number,
    births: Readonly<Record<string, number>>,
    pool: SessionPool,
    own?: OwnVectors,
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
    for (const name of graph.flags) feeds[name] = tensor(new Uint8Array(1), [], 'bool');
    for (const [name, { shape, dtype }] of graph.feeding?.draws ?? []) {
      const count = product(shape);
      feeds[name] = tensor(dtype === 'int32' ? new Int32Array(count) : new Float32Array(count), shape, dtype);
    }
    for (const [name, data] of graph.feeding?.held ?? []) feeds[name] = tensor(data, [data.length]);
    return new Runner(graph, await sessionOf(graph, prepared, pool, own), batch, feeds, prepared, births);
  }

  /** Writes the numbers of a step into the arrays that the feeds wrap. */
  feed({ wantsStatistics, ...moment }: FedMoment): void {
    const { graph, feeds } = this;
    const { spec, model } = this.prepared;
    const { step } = moment;
    const now: Record<string, number> = { ...numbersAt(moment, model), want_statistics: Number(wantsStatistics) };
    for (const name of graph.fed) (feeds[name].data as Float32Array).fill(now[name]);
    for (const name of graph.flags) (feeds[name].data as Uint8Array).fill(now[name]);
    if (graph.byElement.length) this.feedElements(moment);
    for (const name of graph.seeds) {
      const seeds = feeds[name].data as Uint32Array;
      seeds[0] = hash32(spec.train.seed, step, name, 0) | 1; // odd, so that the counter's multiples never repeat
      seeds[1] = hash32(spec.train.seed, step, name, 1);
    }
    for (const [name, { fill }] of graph.feeding?.draws ?? [])
      fill(feeds[name].data as Float32Array | Int32Array, stream(spec.train.seed, `${name} of step ${step}`));
  }

  /** What parameters have of their own: a group's arguments, and, as PyTorch counts steps by parameter, an age where an edit brought them in. */
  private feedElements(moment: Moment): void {
    const { spec, model } = this.prepared;
    const { items, offsets } = model.trained;
    items.forEach((item, i) => {
      const [group, birth] = [this.groupOf(item), this.births[item.name] ?? 0];
      if (!group && !birth) return;
      const now = optimizerNumbers(moment, spec, moment.step - birth, group);
      const end = offsets[i] + product(item.shape);
      for (const name of this.graph.byElement) (this.feeds[name].data as Float32Array).fill(now[name], offsets[i], end);
    });
  }
}

function sessionOf({ graph, update }: FedGraph, { model }: Prepared, pool: SessionPool, own = new OwnVectors()): Promise<Session> {
  if (update) return sessionInPieces({ graph, update }, model.trained, pool, own);
  const resident = graph.outputs.map((output) => output.name).filter((name) => name.startsWith('next_'));
  return pool.session(graph, resident);
}
