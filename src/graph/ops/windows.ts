import type { Value } from '../graph';
import { shapeProblem } from '../graph';
import { formatShape, product, windowCount, type Shape } from '../shape';
import type { Attrs, Inferred, Op, OpType, WindowAttrs } from './op';

type Windows =
  'Conv' | 'ConvInputGrad' | 'ConvWeightGrad' | 'MaxPool' | 'MaxPoolGrad' | 'MaxPoolPick' | 'AveragePool' | 'AveragePoolGrad' | 'Upsample';

/** Spatial sizes after sliding a window of `kernel` over an N×C×… input. */
function slide(input: Shape, kernel: readonly number[], attrs: Attrs): number[] {
  const { strides, pads, dilations } = attrs as unknown as WindowAttrs;
  const spatial = input.slice(2);
  const out = spatial.map((n, i) => windowCount(n, kernel[i], strides[i], pads[i], pads[i + spatial.length], dilations[i]));
  if (out.some((n) => n < 1)) shapeProblem(`a window of ${formatShape(kernel)} does not fit into ${formatShape(spatial)}`);
  return out;
}

const pooled = ([x]: readonly Value[], attrs: Attrs): Inferred => ({
  shape: [...x.shape.slice(0, 2), ...slide(x.shape, attrs.kernel as number[], attrs)],
  dtype: x.dtype,
});
const fromAttr = (inputs: readonly Value[], attrs: Attrs): Inferred => ({ shape: attrs.shape as Shape, dtype: inputs[0].dtype });

/** Each operation and its adjoints are closed under differentiation: any order of gradient works. */
export const windows: Pick<Record<OpType, Op>, Windows> = {
  /** (x, w, bias?): x N×C×…, w O×(C/group)×k…, bias O; attrs strides, pads, dilations, group. */
  Conv: {
    infer: ([x, w], attrs) => ({ shape: [x.shape[0], w.shape[0], ...slide(x.shape, w.shape.slice(2), attrs)], dtype: x.dtype }),
    grad: (g, { inputs: [x, w, bias], attrs }, dy) => [
      g.op('ConvInputGrad', [dy, w], { ...attrs, shape: x.shape }),
      g.op('ConvWeightGrad', [x, dy], { ...attrs, shape: w.shape }),
      ...(bias
        ? [
            g.sum(
              dy,
              dy.shape.map((_, i) => i).filter((i) => i !== 1),
            ),
          ]
        : []),
    ],
  },
  /** (dy, w) → gradient at the convolution's input, of attrs.shape: a transposed convolution. */
  ConvInputGrad: {
    infer: fromAttr,
    grad: (g, { inputs: [dy, w], attrs }, d) => {
      const { shape: _, ...conv } = attrs;
      return [g.op('Conv', [d, w], conv), g.op('ConvWeightGrad', [d, dy], { ...conv, shape: w.shape })];
    },
  },
  /** (x, dy) → gradient at the convolution's weight, of attrs.shape. */
  ConvWeightGrad: {
    infer: fromAttr,
    grad: (g, { inputs: [x, dy], attrs }, d) => {
      const { shape: _, ...conv } = attrs;
      return [g.op('ConvInputGrad', [dy, d], { ...conv, shape: x.shape }), g.op('Conv', [x, d], conv)];
    },
  },
  /** attrs kernel, strides, pads, dilations; padding never wins. */
  MaxPool: {
    infer: pooled,
    grad: (g, { inputs: [x], outputs: [y], attrs }, dy) => [g.op('MaxPoolGrad', [dy, x, y], attrs)],
  },
  /** (dy, x, y) → the whole gradient of a window to its first maximum, as PyTorch gives it. */
  MaxPoolGrad: {
    infer: ([, x]) => ({ shape: x.shape, dtype: x.dtype }),
    grad: (g, { inputs: [, x, y], attrs }, d) => [g.op('MaxPoolPick', [d, x, y], attrs)],
  },
  /** (d, x, y) → of every window the element of d where x has its first maximum: the adjoint of MaxPoolGrad. */
  MaxPoolPick: {
    infer: ([, , y]) => ({ shape: y.shape, dtype: y.dtype }),
    grad: (g, { inputs: [, x, y], attrs }, d) => [g.op('MaxPoolGrad', [d, x, y], attrs)],
  },
  /** attrs factors, one per spatial dimension: every element becomes a block of equal ones. */
  Upsample: {
    infer: ([x], { factors }) => ({ shape: x.shape.map((n, i) => (i < 2 ? n : n * (factors as number[])[i - 2])), dtype: x.dtype }),
    grad: (g, { attrs: { factors } }, dy) => {
      const kernel = factors as number[];
      const window = { kernel, strides: kernel, pads: kernel.flatMap(() => [0, 0]), dilations: kernel.map(() => 1) };
      return [g.mul(g.op('AveragePool', [dy], window), product(kernel))];
    },
  },
  /** Mean over windows that count their padding as zeros. */
  AveragePool: { infer: pooled, grad: (g, { inputs: [x], attrs }, dy) => [g.op('AveragePoolGrad', [dy], { ...attrs, shape: x.shape })] },
  AveragePoolGrad: {
    infer: fromAttr,
    grad: (g, { attrs }, d) => {
      const { shape: _, ...pool } = attrs;
      return [g.op('AveragePool', [d], pool)];
    },
  },
};
