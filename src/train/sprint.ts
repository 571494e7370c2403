import type { DType } from '../graph/shape';
import { type Feeds, type Session, type SessionPool, type Tensor, tensor } from './session';
import type { StepGraph } from './stepGraph';

/** Steps of a sprint at most, and milliseconds: nobody is heard meanwhile. */
const MOST = 32;
const MOST_TIME = 16;
/** Seconds of training before the first: V8 needs some until WASM has its full speed, and so do other engines until they are chosen. */
const WARM_UP = 1;
/** Milliseconds that a run has left, below which compiling once more is not made up for. */
const WORTH = 2000;

/** What is known of a run. */
interface Pace {
  /** Milliseconds of a step. */
  step?: number;
  /** Steps to come. */
  left: number;
  /** Seconds of training so far. */
  seconds: number;
}

/** How many steps can go at once; 0 where it is not worth while. */
export function sprintLength({ step, left, seconds }: Pace): number {
  if (step === undefined || seconds < WARM_UP || left * step < WORTH) return 0;
  return Math.min(MOST, Math.floor(MOST_TIME / step));
}

type Numbers = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** What the steps of a sprint are fed with under one name, one after another. */
interface Stack {
  data: Numbers;
  /** What one step is. */
  like: Tensor;
}

/**
 * Several optimizer steps in one run of the engine (ONNX's Scan): to a small net, handing numbers over takes longer than the step. What comes of it is,
 * bit by bit, what the steps give one after another.
 */
export class Sprint {
  private count = 0;

  private constructor(
    private readonly session: Session,
    /** By input, what the steps are fed with, one after another. */
    private readonly stacks: ReadonlyMap<string, Stack>,
    private readonly shared: Feeds,
  ) {}

  /**
   * @param graph without statistics.
   * @param vectors what goes round from step to step, and weights that stay.
   * @param feeds of one step.
   */
  static async compile(graph: StepGraph, vectors: Feeds, feeds: Feeds, pool: SessionPool): Promise<Sprint> {
    const names = graph.graph.nodes.filter(({ op }) => op === 'Input').map(({ attrs }) => attrs.name as string);
    const carried = names.filter((name) => graph.graph.outputs.some((output) => output.name === `next_${name}`));
    const always = new Set([...graph.scalars.keys(), ...(graph.feeding?.held ?? new Map()).keys()]);
    const stacked = names.filter((name) => !Object.hasOwn(vectors, name) && !always.has(name));
    const session = await pool.session(graph.graph, [], { carried, stacked });
    const stacks = stacked.map((name): [string, Stack] => [name, { data: (feeds[name].data as Numbers).slice(), like: feeds[name] }]);
    const shared = Object.fromEntries(names.filter((name) => always.has(name)).map((name) => [name, feeds[name]]));
    return new Sprint(session, new Map(stacks), shared);
  }

  /** A further step is to be fed with these. */
  add(feeds: Feeds): void {
    for (const [name, stack] of this.stacks) {
      const { size } = stack.like;
      const at = this.count * size;
      if (stack.data.length < at + size) stack.data = longer(stack.data, 2 * (at + size));
      stack.data.set(feeds[name].data as Numbers, at);
    }
    this.count++;
  }

  /** Runs the steps that were added: outputs as of a single step, `metrics` one row for each. */
  run(vectors: Feeds): Promise<Record<string, Tensor>> {
    const { count } = this;
    this.count = 0;
    const feeds: Feeds = { ...vectors, ...this.shared };
    for (const [name, { data, like }] of this.stacks)
      feeds[name] = tensor(data.subarray(0, count * like.size), [count, ...like.dims], like.type as DType);
    return this.session.run(feeds);
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

function longer<T extends Numbers>(data: T, length: number): T {
  const copy = new (data.constructor as new (length: number) => T)(length);
  copy.set(data);
  return copy;
}
