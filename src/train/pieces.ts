import { Graph } from '../graph/graph';
import { lower } from '../graph/lower';
import { product } from '../graph/shape';
import type { Parameter } from '../model/build';
import type { ModelPlan, Pack } from './modelPlan';
import { type Feeds, numbers, type Session, type SessionPool, type Tensor, tensor } from './session';
import { updateParameters } from './update';

/** Trained numbers that are updated at once. */
const PIECE = 2 ** 18;
/** Trained numbers from which on they are updated piece by piece. */
const LARGE = 2 ** 21;

/**
 * Whether the weights of a model are updated piece by piece, in runs of the engine that follow one that computes their gradient. In one run the engine
 * has weights and state twice, and the gradient two or three times; so it has the weights and the gradient once. What looks at more than one
 * number to update one cannot be done so.
 */
export const isInPieces = ({ spec, trained }: Pick<ModelPlan, 'spec' | 'trained'>): boolean =>
  trained.size >= LARGE && spec.regularize.max_norm === undefined && !spec.regularize.gradient_noise && spec.train.prune === undefined;

/** The input of a parameter's weights, or the output of their gradient. */
export const partName = (vector: 'params' | 'gradient', index: number): string => `${vector}.${index}`;

/** The update of one piece: inputs `params`, `gradient`, `norm` (of the whole gradient) and the state; outputs `next_…`. */
export function buildUpdate(plan: ModelPlan, hasYoung: boolean) {
  const g = new Graph();
  const [params, gradient] = ['params', 'gradient'].map((name) => g.input(name, [PIECE]));
  const piece = { ...plan, trained: { ...plan.trained, size: PIECE } };
  const next = updateParameters(g, piece, { params, gradient, norm: g.input('norm', []) }, hasYoung);
  g.output('next_params', next.params);
  for (const [name, value] of Object.entries(next.state)) g.output(`next_${name}`, value);
  return { next, graph: lower(g) };
}

/** Vectors that steps in pieces have made: into these they may write, as nobody else keeps them from one step to the next. */
export class OwnVectors {
  private readonly made = new WeakSet<Float32Array>();
  private spare?: Float32Array;

  /** Where a vector's next numbers go. The parameters of one step before can still be read; state is written over. */
  after(name: string, before: Float32Array): Float32Array {
    const isOwn = this.made.has(before);
    if (name !== 'params') return isOwn ? before : this.make(before.length);
    const next = this.spare?.length === before.length ? this.spare : this.make(before.length);
    this.spare = isOwn ? before : undefined;
    return next;
  }

  private make(length: number): Float32Array {
    const vector = new Float32Array(length);
    this.made.add(vector);
    return vector;
  }
}

const inputsOf = ({ nodes }: Graph): Map<string, readonly number[]> =>
  new Map(nodes.filter(({ op }) => op === 'Input').map(({ attrs, outputs: [out] }) => [attrs.name as string, out.shape]));

/**
 * A step of a large model, as one session with the inputs and outputs of a step graph. Where a run rejects, some of the state may have been written over
 * already: training then goes on from a checkpoint.
 */
export async function sessionInPieces(
  { graph, update }: { graph: Graph; update: Graph },
  trained: Pack<Parameter>,
  pool: SessionPool,
  own: OwnVectors,
): Promise<Session> {
  const descent = await pool.session(graph);
  const step = await pool.session(update).catch(async (error: unknown) => {
    await descent.release();
    throw error;
  });
  const inputs = inputsOf(graph);
  const byPiece = [...inputsOf(update)].filter(([name]) => name !== 'gradient' && name !== 'norm');
  // Made once: what a step leaves behind is there until JavaScript collects it.
  const slope = tensor(new Float32Array(PIECE), [PIECE]);
  const written = update.outputs.map(({ name }) => name.replace(/^next_/, ''));

  async function run(feeds: Feeds): Promise<Record<string, Tensor>> {
    const { params } = feeds;
    const parts = trained.items.map((_, i) => [partName('params', i), partOf(numbers(params), trained, i)] as const);
    const outputs = await descent.run(pick({ ...feeds, ...Object.fromEntries(parts) }, inputs.keys()));
    const { norm } = outputs;
    const gradient = trained.items.map((_, i) => numbers(outputs[partName('gradient', i)]));
    const next = written.map((name) => [name, own.after(name, numbers(feeds[name]))] as const);
    for (let at = 0; at < trained.size; at += PIECE) {
      const pieces = byPiece.map(([name, shape]) => [name, shape.length > 0 ? piece(numbers(feeds[name]), at) : feeds[name]] as const);
      join(gradient, trained, at, numbers(slope));
      const done = await step.run({ ...Object.fromEntries(pieces), norm, gradient: slope });
      for (const [name, vector] of next) {
        const updated = numbers(done[`next_${name}`]);
        vector.set(updated.subarray(0, trained.size - at), at);
        discard(updated);
      }
    }
    gradient.forEach(discard);
    const result = pick(outputs, ['metrics', 'next_buffers', 'statistics']);
    for (const [name, vector] of next) result[`next_${name}`] = tensor(vector, [trained.size]);
    const isWanted = (feeds.want_statistics?.data as Uint8Array | undefined)?.[0];
    if (isWanted) result.statistics = withUpdates(result.statistics, numbers(params), numbers(result.next_params), trained);
    return result;
  }
  const release = async () => {
    await descent.release();
    await step.release();
  };
  return { run, release };
}

/** Frees an array's memory at once, where the host can. */
const discard = ({ buffer }: Float32Array): void => void (buffer as { transfer?(length: number): ArrayBuffer }).transfer?.(0);

const pick = (tensors: Feeds, names: Iterable<string>): Feeds =>
  Object.fromEntries([...names].filter((name) => name in tensors).map((name) => [name, tensors[name]]));

function partOf(vector: Float32Array, { items, offsets }: Pack<Parameter>, index: number): Tensor {
  const size = product(items[index].shape);
  return tensor(vector.subarray(offsets[index], offsets[index] + size), [size]);
}

/** What there is of a vector from a place on, as long as a piece; after its end 0. */
function piece(vector: Float32Array, at: number): Tensor {
  const there = vector.subarray(at, at + PIECE);
  if (there.length === PIECE) return tensor(there, [PIECE]);
  const padded = new Float32Array(PIECE);
  padded.set(there);
  return tensor(padded, [PIECE]);
}

/** Puts into a piece what there is from a place on of a vector that is there in the parts of a pack. */
function join(parts: readonly Float32Array[], { offsets }: Pack<Parameter>, at: number, piece: Float32Array): void {
  parts.forEach((part, i) => {
    const [from, to] = [Math.max(at, offsets[i]), Math.min(at + PIECE, offsets[i] + part.length)];
    if (from < to) piece.set(part.subarray(from - offsets[i], to - offsets[i]), from - at);
  });
}

/** The statistics, and after them of every parameter the sum of the squares of its update. */
function withUpdates({ data }: Tensor, before: Float32Array, after: Float32Array, { items, offsets }: Pack<Parameter>): Tensor {
  const squares = items.map(({ shape }, i) => {
    let sum = 0;
    for (let at = offsets[i]; at < offsets[i] + product(shape); at++) sum += (after[at] - before[at]) ** 2;
    return sum;
  });
  const all = new Float32Array(data.length + squares.length);
  all.set(data as Float32Array);
  all.set(squares, data.length);
  return tensor(all, [all.length]);
}
