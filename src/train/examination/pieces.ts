import type { Graph } from '../../graph/graph';
import { product, type DType, type Shape } from '../../graph/shape';
import { type Feeds, numbers, type Session, type SessionPool, type Tensor, tensor } from '../session';

type Numbers = Float32Array | Int32Array;

/** A graph over a batch of one size, run over any number of samples piece by piece. Its session is made when it is first needed, and kept. */
export class Pieces {
  private session?: Promise<Session>;
  private inputs: { name: string; shape: Shape; dtype: DType }[] = [];

  /** @param build makes a lowered graph for a batch; its outputs, and its inputs that are no weights, have the batch at dim 0. */
  constructor(
    private readonly build: (batch: number) => Graph,
    private readonly sessions: SessionPool,
    readonly batch: number,
  ) {}

  /**
   * The outputs by name, of all samples one after the other.
   * @param samples gives numbers of some of the samples by input name; inputs that are not among them are 0, as targets are where no loss is asked for.
   */
  async run(weights: Feeds, samples: (from: number, to: number) => Record<string, Numbers>, count: number): Promise<Record<string, Float32Array>> {
    const session = await (this.session ??= this.compile());
    const results: Record<string, Float32Array> = {};
    for (let from = 0; from < count; from += this.batch) {
      const to = Math.min(from + this.batch, count);
      const given = samples(from, to);
      const feeds = Object.fromEntries(this.inputs.map(({ name, ...kind }) => [name, weights[name] ?? filled(kind, given[name])]));
      for (const [name, output] of Object.entries(await session.run(feeds))) {
        const width = product(output.dims.slice(1));
        results[name] ??= new Float32Array(count * width);
        results[name].set(numbers(output).subarray(0, (to - from) * width), from * width);
      }
    }
    return results;
  }

  async release(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    await (await session?.catch(() => undefined))?.release();
  }

  private compile(): Promise<Session> {
    const graph = this.build(this.batch);
    this.inputs = graph.nodes
      .filter(({ op }) => op === 'Input')
      .map(({ attrs }) => ({ name: attrs.name as string, shape: attrs.shape as Shape, dtype: attrs.dtype as DType }));
    return this.sessions.session(graph);
  }
}

/** The last piece is filled up with zeros: samples do not see each other in evaluation mode. */
function filled({ shape, dtype }: { shape: Shape; dtype: DType }, given: Numbers | undefined): Tensor {
  const size = product(shape);
  const data = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
  if (given) data.set(given);
  return tensor(data, shape, dtype);
}
