import type { Random } from '../../base/random';
import type { Graph, Value } from '../../graph/graph';
import { normalFromCounter, uniformFromCounter } from '../../graph/random';
import type { Shape } from '../../graph/shape';

/** Numbers that the runner draws anew for every step, from a stream of the seed, the step and the input's name. */
export interface Draw {
  shape: Shape;
  dtype: 'float32' | 'int32';
  fill: (numbers: Float32Array | Int32Array, random: Random) => void;
}

/** What an objective has to be fed with beside a batch and the weights, by input name. Names have no dot: those of layers have one. */
export class Feeding {
  readonly scalars = new Map<string, number>();
  readonly seeds: string[] = [];
  readonly draws = new Map<string, Draw>();
  /** The same in every step. */
  readonly held = new Map<string, Float32Array>();

  constructor(private readonly g: Graph) {}

  /** A number that can be edited while it trains. */
  scalar(name: string, value: number): Value {
    this.scalars.set(name, value);
    return this.g.input(name, []);
  }

  drawn(name: string, draw: Draw): Value {
    this.draws.set(name, draw);
    return this.g.input(name, draw.shape, draw.dtype);
  }

  hold(name: string, data: Float32Array): Value {
    this.held.set(name, data);
    return this.g.input(name, [data.length]);
  }

  uniform(name: string, shape: Shape): Value {
    return uniformFromCounter(this.g, this.seed(name), shape);
  }

  normal(name: string, shape: Shape): Value {
    return normalFromCounter(this.g, this.seed(name), shape);
  }

  private seed(name: string): Value {
    this.seeds.push(name);
    return this.g.input(name, [2], 'uint32');
  }
}
