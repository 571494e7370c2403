import type { Graph, Node, Value } from '../graph';
import type { DType, Shape } from '../shape';

/** Every operation of the graph. Those of ONNX have ONNX's names and meaning; the rest are lowered to ONNX (see lower.ts). */
// prettier-ignore
export type OpType =
  | 'Input' | 'Constant' | 'Identity' | 'Detach' | 'RoundToHalf' | 'If'
  | 'Add' | 'Sub' | 'Mul' | 'Div' | 'Max' | 'Min' | 'Neg' | 'Abs' | 'Sign' | 'Exp' | 'Log' | 'Sqrt' | 'Erf' | 'Tanh' | 'Sigmoid' | 'Relu'
  | 'Equal' | 'Greater' | 'Less' | 'Not' | 'Where' | 'Cast'
  | 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceSumSquare' | 'ArgMax'
  | 'Upsample' | 'Reshape' | 'Transpose' | 'Expand' | 'Concat' | 'Split' | 'Slice' | 'Pad' | 'Gather'
  | 'Gemm' | 'MatMul' | 'Softmax' | 'LogSoftmax'
  | 'Conv' | 'ConvInputGrad' | 'ConvWeightGrad'
  | 'MaxPool' | 'MaxPoolGrad' | 'MaxPoolPick' | 'AveragePool' | 'AveragePoolGrad';

export type Attr = number | string | boolean | readonly number[] | Graph;
export type Attrs = Readonly<Record<string, Attr>>;

export interface Inferred {
  shape: Shape;
  dtype: DType;
}

/** Shape rule and gradient rule, side by side. */
export interface Op {
  /** Outputs from inputs; throws a ProblemError where shapes do not fit. */
  infer: (inputs: readonly Value[], attrs: Attrs) => Inferred | Inferred[];
  /**
   * Gradients of the inputs from the gradient of the (first) output, in graph terms, at the output's broadcast shape: the driver
   * sums them down. `undefined` for an input that has none. Missing: not differentiable.
   */
  grad?: (g: Graph, node: Node, dy: Value, dys: readonly (Value | undefined)[]) => (Value | undefined)[];
}

/** Attributes of windows that slide over the spatial dimensions. `pads` is ONNX's: all befores, then all afters. */
export interface WindowAttrs {
  strides: readonly number[];
  pads: readonly number[];
  dilations: readonly number[];
}
