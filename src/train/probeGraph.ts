import { gradients } from '../graph/autodiff';
import { Graph, type Value } from '../graph/graph';
import { lower } from '../graph/lower';
import { product } from '../graph/shape';
import { NORMALISATIONS } from '../model/layers';
import type { FedGraph } from './runner';
import type { ModelPlan } from './modelPlan';
import { forwardPass, inputsOf } from './forwardPass';
import { stepInput } from './stepGraph';
import { numbersEach, strideOf } from './thinning';

/** Where a tensor's numbers are in the output `numbers`. */
export interface Piece {
  at: number;
  count: number;
}

export interface ProbedLayer {
  name: string;
  activation: Piece;
  gradient?: Piece;
  /** Of a normalisation. */
  input?: Piece;
  /** How much of what a unit puts out is above 0, by unit. */
  active?: Piece;
  /** What a unit puts out: one number a sample, or one for every position. */
  perUnit: number;
}

/** Forward in training mode and backward, of the task loss alone; no step is made. The output `numbers` is all that is looked at, in one vector. */
export interface ProbeGraph extends FedGraph {
  loss: Piece;
  layers: ProbedLayer[];
  /** Gradients by parameter. */
  gradients: Map<string, Piece>;
  /** Numbers of a tensor at most. */
  most: number;
}

export function buildProbe(plan: ModelPlan, batch: number): ProbeGraph {
  const g = new Graph();
  const batchInputs = inputsOf(g, plan, batch);
  const { forward, loss, values } = forwardPass(g, plan, batchInputs, true);
  const parameters = plan.trained.items.map(({ name }) => ({ name, value: values.get(name)! }));
  const slopes = gradients(g, loss, [...parameters.map(({ value }) => value), ...forward.layers.map(({ output }) => output)]);
  const most = numbersEach(2 * forward.layers.length + 3 * parameters.length);
  const seen = new Collection(g, most);
  const gradientOf = (value: Value) => {
    const slope = slopes.get(value.id);
    return slope && seen.thinned(slope);
  };
  const outputs = new Map(forward.layers.map(({ name, output }) => [name, output]));
  const layers = forward.layers.map(({ name, spec, inputs, output, watch, unitAxis }): ProbedLayer => {
    const gradient = gradientOf(output);
    const isNormalisation = Object.hasOwn(NORMALISATIONS, spec.type);
    return {
      name,
      activation: seen.thinned(output),
      ...(gradient && { gradient }),
      ...(isNormalisation && { input: seen.thinned(outputs.get(inputs[0]) ?? batchInputs.x) }),
      ...(watch === 'rectifier' && { active: seen.whole(countActive(g, output, unitAxis)) }),
      perUnit: product(output.shape) / output.shape[unitAxis],
    };
  });
  const lossPiece = seen.whole(loss);
  const found = parameters.flatMap(({ name, value }): [string, Piece][] => {
    const piece = gradientOf(value);
    return piece ? [[name, piece]] : [];
  });
  g.output('numbers', seen.finish());
  return {
    graph: lower(g),
    loss: lossPiece,
    layers,
    gradients: new Map(found),
    most,
    scalars: forward.scalars,
    seeds: forward.seeds,
    fed: stepInput(g),
    flags: [],
    byElement: [],
  };
}

/** Lines up what is to be looked at; a value that two layers share is taken once. */
class Collection {
  private readonly parts: Value[] = [];
  private readonly pieces = new Map<number, Piece>();
  private size = 0;

  constructor(
    private readonly g: Graph,
    private readonly most: number,
  ) {}

  thinned(value: Value): Piece {
    const known = this.pieces.get(value.id);
    if (known) return known;
    const stride = strideOf(value.shape, this.most);
    const flat = this.g.flat(value);
    const piece = this.whole(stride === 1 ? flat : this.g.slice(flat, 0, 0, product(value.shape), stride));
    this.pieces.set(value.id, piece);
    return piece;
  }

  whole(value: Value): Piece {
    const piece = { at: this.size, count: product(value.shape) };
    this.parts.push(this.g.flat(value));
    this.size += piece.count;
    return piece;
  }

  finish(): Value {
    return this.g.concat(this.parts, 0);
  }
}

function countActive(g: Graph, output: Value, unitAxis: number): Value {
  const others = output.shape.map((_, i) => i).filter((i) => i !== unitAxis);
  return g.sum(g.cast(g.greater(output, 0), 'float32'), others);
}
