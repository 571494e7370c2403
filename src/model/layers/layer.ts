import type { Graph, Value } from '../../graph/graph';
import type { ArgsOf, ArgTable, Documented } from '../documented';

/** How a parameter starts, and what its place in the layer is. */
export interface ParamSpec {
  shape: number[];
  /** `weight` follows the init scheme; `bias` starts at 0 under any scheme but `default`; `norm` always keeps its own start. */
  kind: 'weight' | 'bias' | 'norm';
  /** PyTorch's own start: uniform in ±bound, normal with this standard deviation, a constant, or the lengths along dim 0 of what another parameter starts with. */
  start: { uniform: number } | { normal: number } | { constant: number } | { lengthsOf: { key: string; spec: ParamSpec } };
}

/** Parameters of a part of a layer: `linear1.weight`. */
export const partParams = (part: string, params: Record<string, ParamSpec>): Record<string, ParamSpec> =>
  Object.fromEntries(Object.entries(params).map(([key, param]) => [`${part}.${key}`, param]));

/** State that training updates but gradients do not: running statistics. */
export interface BufferSpec {
  shape: number[];
  /** A number, or a random vector of length 1. */
  start: number | 'direction';
}

/** What a layer may use while it builds. */
export interface BuildContext {
  g: Graph;
  /** True in the step graph, false in the evaluation graph. */
  training: boolean;
  /** The layer's parameters and buffers, by their names within the layer. */
  params: Record<string, Value>;
  buffers: Record<string, Value>;
  /** Says what a buffer becomes after this step. */
  update(buffer: string, next: Value): void;
  /** The number of this step, from 1, as a float32 scalar. */
  step: Value;
  /** A number fed at every step, so that editing it needs no new session. */
  scalar(name: string, value: number): Value;
  /** A uniform sample in [0, 1), new in every step. */
  uniform(shape: readonly number[]): Value;
  /** A standard normal sample, likewise. */
  normal(shape: readonly number[]): Value;
  /** How deep it lies among the model's layers of its type, copies included: l / L of the l-th of L in the order of the forward pass. */
  depth: number;
  /** Propagates over the data's graph of nodes, N×N: D^-½(A + I)D^-½. Throws where the data names none, or one of another number of nodes. */
  propagation(nodes: number): Value;
  /** Adds weight · value, a scalar, to what training makes small. */
  penalty(value: Value, weight?: number): void;
  /** The least that each unit of a rectifier puts out, broadcastable to its output: a unit that never exceeds it is dead. 0 unless said. */
  floor(least: Value): void;
  /** Shows who looks at whom: N × heads × places that look × places looked at, adding up to 1 over the last. */
  attend(weights: Value): void;
  /** Shows channel vectors (`batch_mean`, …) in the statistics of the step. */
  show(statistic: string, channels: Value): void;
}

/** One record is parser, documentation, completion, shape and graph at once. Shapes include the batch at dim 0. */
export interface LayerRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /** Which axis of the output counts units: dim 1, the last, or as in the input. */
  unit?: 'channel' | 'last' | 'inherit';
  /** Of layers that slide a window over positions: its sizes, one for each side. */
  window?: (args: ArgsOf<Table>) => { kernel: number[]; stride: number[]; dilation?: number[] };
  /** Of layers that take weight_norm and the like: the dimension of `weight` that counts outputs. */
  outputDim?: 0 | 1;
  /** Statistics beyond those that every layer has. */
  watch?: 'rectifier' | 'tanh' | 'sigmoid';
  params?: (input: readonly number[], args: ArgsOf<Table>) => Record<string, ParamSpec>;
  buffers?: (input: readonly number[], args: ArgsOf<Table>) => Record<string, BufferSpec>;
  /** Throws a ProblemError (`shape-mismatch`) where the input's shape does not fit. */
  build: (context: BuildContext, x: Value, args: ArgsOf<Table>) => Value;
}

/** Keeps the argument types together while the registry forgets them. */
export const layer = <Table extends ArgTable>(rule: LayerRule<Table>): LayerRule => rule as unknown as LayerRule;
