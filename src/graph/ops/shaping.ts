import { shapeProblem } from '../graph';
import { interleave } from '../spread';
import { broadcastShapes, formatShape, product, sameShape, type Shape } from '../shape';
import type { Op, OpType } from './op';

type Shaping = 'Reshape' | 'Transpose' | 'Expand' | 'Concat' | 'Split' | 'Slice' | 'Pad' | 'Gather';

export const shaping: Pick<Record<OpType, Op>, Shaping> = {
  Reshape: {
    infer: ([x], { shape }) => {
      if (product(shape as Shape) !== product(x.shape)) shapeProblem(`${formatShape(x.shape)} cannot be reshaped to ${formatShape(shape as Shape)}`);
      return { shape: shape as Shape, dtype: x.dtype };
    },
    grad: (g, { inputs: [x] }, dy) => [g.reshape(dy, x.shape)],
  },
  Transpose: {
    infer: ([x], { perm }) => ({ shape: (perm as number[]).map((i) => x.shape[i]), dtype: x.dtype }),
    grad: (g, { attrs }, dy) => {
      const perm = attrs.perm as number[];
      return [
        g.transpose(
          dy,
          perm.map((_, i) => perm.indexOf(i)),
        ),
      ];
    },
  },
  Expand: {
    infer: ([x], { shape }) => {
      if (!sameShape(broadcastShapes(x.shape, shape as Shape) ?? [], shape as Shape))
        shapeProblem(`${formatShape(x.shape)} cannot be expanded to ${formatShape(shape as Shape)}`);
      return { shape: shape as Shape, dtype: x.dtype };
    },
    grad: (_g, _n, dy) => [dy],
  },
  Concat: {
    infer: (inputs, { axis }) => {
      const rest = (s: Shape) => s.filter((_, i) => i !== axis);
      if (inputs.some((x) => !sameShape(rest(x.shape), rest(inputs[0].shape))))
        shapeProblem(
          `Cannot concatenate ${inputs.map((x) => formatShape(x.shape)).join(' and ')} along dimension ${axis as number}: the other dimensions differ`,
        );
      const total = inputs.reduce((sum, x) => sum + x.shape[axis as number], 0);
      return { shape: inputs[0].shape.map((n, i) => (i === axis ? total : n)), dtype: inputs[0].dtype };
    },
    grad: (g, { inputs, attrs }, dy) => [
      ...g.split(
        dy,
        inputs.map((x) => x.shape[attrs.axis as number]),
        attrs.axis as number,
      ),
    ],
  },
  Split: {
    infer: ([x], { sizes, axis }) => (sizes as number[]).map((size) => ({ shape: x.shape.map((n, i) => (i === axis ? size : n)), dtype: x.dtype })),
    grad: (g, { outputs, attrs }, _dy, dys) => [
      g.concat(
        outputs.map((y, i) => dys[i] ?? g.fill(y, 0)),
        attrs.axis as number,
      ),
    ],
  },
  Slice: {
    infer: ([x], { axis, start, end, step }) => ({
      shape: x.shape.map((n, i) => (i === axis ? Math.ceil(((end as number) - (start as number)) / (step as number)) : n)),
      dtype: x.dtype,
    }),
    grad: (g, { inputs: [x], attrs }, dy) => {
      const { axis, start, step } = attrs as { axis: number; start: number; step: number };
      const spread = step === 1 ? dy : interleave(g, dy, axis, step);
      const after = x.shape[axis] - start - spread.shape[axis];
      if (after >= 0)
        return [
          g.pad(
            spread,
            x.shape.map((_, i) => (i === axis ? [start, after] : [0, 0])),
          ),
        ];
      return [
        g.pad(
          g.slice(spread, axis, 0, x.shape[axis] - start),
          x.shape.map((_, i) => (i === axis ? [start, 0] : [0, 0])),
        ),
      ];
    },
  },
  /** (rows, indices): the rows that int32 indices name; the gradient of a row is the sum over the places that name it. */
  Gather: {
    infer: ([x, indices]) => ({ shape: [...indices.shape, ...x.shape.slice(1)], dtype: x.dtype }),
    grad: (g, { inputs: [x, indices] }, dy) => {
      const [rows, ...rest] = x.shape;
      const count = product(indices.shape);
      const names = g.constant([...Array(rows).keys()], [1, rows], 'int32');
      const picked = g.cast(g.equal(g.reshape(indices, [count, 1]), names), 'float32');
      return [g.reshape(g.gemm(picked, g.reshape(dy, [count, product(rest)]), undefined, true), x.shape), undefined];
    },
  },
  Pad: {
    infer: ([x], { before, after }) => ({
      shape: x.shape.map((n, i) => n + (before as number[])[i] + (after as number[])[i]),
      dtype: x.dtype,
    }),
    grad: (g, { inputs: [x], attrs }, dy) => {
      const before = attrs.before as number[];
      return [x.shape.reduce((d, n, i) => (d.shape[i] === n ? d : g.slice(d, i, before[i], before[i] + n)), dy)];
    },
  },
};
