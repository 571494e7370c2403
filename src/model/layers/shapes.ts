import type { Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import type { WindowAttrs } from '../../graph/ops/op';
import { formatShape, product, type Shape, windowCount } from '../../graph/shape';

/** Throws where a sample does not have the dimensions that the layer works on. */
export function needsRank(x: Value, rank: number, what: string): void {
  if (x.shape.length !== rank) shapeProblem(`expects ${what}, got ${formatShape(x.shape.slice(1))}`);
}

/** The gradients of a window are spelled out element by element; nobody needs more. */
const LARGEST_WINDOW = 4096;

interface WindowArgs {
  stride: readonly number[];
  padding: 'same' | 'valid' | readonly number[];
  dilation: readonly number[];
}

/** ONNX's window attributes from PyTorch's arguments. An odd `same` padding puts the surplus behind, as PyTorch does. */
export function windowAttrs(
  input: Shape,
  kernel: readonly number[],
  { stride, padding, dilation }: WindowArgs,
): WindowAttrs & { [key: string]: readonly number[] } {
  if (padding === 'same' && stride.some((s) => s !== 1)) shapeProblem('`padding: same` needs `stride: 1`');
  const total = kernel.map((k, i) => (padding === 'same' ? dilation[i] * (k - 1) : padding === 'valid' ? 0 : 2 * padding[i]));
  const before = total.map((t) => Math.floor(t / 2));
  const after = total.map((t, i) => t - before[i]);
  if (product(kernel) > LARGEST_WINDOW) shapeProblem(`a window of ${formatShape(kernel)} is too large: it may have ${LARGEST_WINDOW} elements`);
  const spatial = input.slice(2);
  if (spatial.some((n, i) => windowCount(n, kernel[i], stride[i], before[i], after[i], dilation[i]) < 1))
    shapeProblem(
      `a window of ${formatShape(kernel)} does not fit into ${formatShape(spatial)}: use a smaller kernel, more padding, or pool less before`,
    );
  return { strides: stride, pads: [...before, ...after], dilations: dilation };
}

/** Padding behind that makes the last, partial window count (`ceil_mode`); as in PyTorch it must start inside the input or its padding before. */
export function ceilPadding(input: Shape, kernel: readonly number[], window: WindowAttrs): WindowAttrs & { [key: string]: readonly number[] } {
  const rank = kernel.length;
  const { strides, pads, dilations } = window;
  const extra = kernel.map((k, i) => {
    const span = input[i + 2] + pads[i] + pads[i + rank] - dilations[i] * (k - 1) - 1;
    const rest = span % strides[i];
    if (rest === 0) return 0;
    const lastStart = (Math.floor(span / strides[i]) + 1) * strides[i];
    return lastStart < input[i + 2] + pads[i] ? strides[i] - rest : 0;
  });
  return { strides, dilations, pads: [...pads.slice(0, rank), ...pads.slice(rank).map((p, i) => p + extra[i])] };
}
