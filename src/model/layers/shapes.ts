import type { Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import type { WindowAttrs } from '../../graph/ops/op';
import { formatShape, product, type Shape, windowCount } from '../../graph/shape';

/** Throws where a sample does not have the dimensions that the layer works on. */
export function needsRank(x: Value, rank: number, what: string): void {
  if (x.shape.length !== rank) shapeProblem(`expects ${what}, got ${formatShape(x.shape.slice(1))}`);
}

/** A dimension as PyTorch counts it (the batch is dim 0, −1 the last one) as a place in the shape. */
export function axisOf(x: Value, d: number): number {
  const axis = d < 0 ? d + x.shape.length : d;
  if (axis < 0 || axis >= x.shape.length) shapeProblem(`has no dimension ${d} in ${formatShape(x.shape.slice(1))}`);
  return axis;
}

/** The gradients of a window are spelled out element by element; nobody needs more. */
const LARGEST_WINDOW = 4096;

interface WindowArgs {
  stride: readonly number[];
  padding: 'same' | 'valid' | readonly number[];
  dilation: readonly number[];
  ceil_mode?: boolean;
}

/** ONNX's window attributes from PyTorch's arguments. An odd `same` padding puts the surplus behind, as PyTorch does. */
export function windowAttrs(input: Shape, kernel: readonly number[], args: WindowArgs): WindowAttrs & { [key: string]: readonly number[] } {
  const { stride, padding, dilation } = args;
  if (padding === 'same' && stride.some((s) => s !== 1)) shapeProblem('`padding: same` needs `stride: 1`');
  if (product(kernel) > LARGEST_WINDOW) shapeProblem(`a window of ${formatShape(kernel)} is too large: it may have ${LARGEST_WINDOW} elements`);
  const spatial = input.slice(2);
  const total = kernel.map((k, i) => (padding === 'same' ? dilation[i] * (k - 1) : padding === 'valid' ? 0 : 2 * padding[i]));
  const before = total.map((t) => Math.floor(t / 2));
  const reach = kernel.map((k, i) => dilation[i] * (k - 1) + 1);
  const partial = spatial.map((n, i) => (args.ceil_mode ? partialWindow(n + before[i], n + total[i] - reach[i], stride[i]) : 0));
  const after = total.map((t, i) => t - before[i] + partial[i]);
  if (spatial.some((n, i) => windowCount(n, kernel[i], stride[i], before[i], after[i], dilation[i]) < 1))
    shapeProblem(
      `a window of ${formatShape(kernel)} does not fit into ${formatShape(spatial)}: use a smaller kernel, more padding, or pool less before`,
    );
  return { strides: stride, pads: [...before, ...after], dilations: dilation };
}

/** Padding behind that makes a last, partial window count; as in PyTorch it must start inside the input or its padding before. */
function partialWindow(end: number, span: number, stride: number): number {
  const windows = Math.ceil(span / stride);
  return windows * stride < end ? windows * stride - span : 0;
}
