import type { OpType } from '../../src/graph/ops/op';
import type { Graph, Value } from '../../src/graph/graph';

/** A point at which an op's gradient rule is held against central differences. */
export interface GradientRow {
  op: OpType;
  shapes: number[][];
  build: (g: Graph, ...inputs: Value[]) => Value;
  /** Keeps inputs off kinks and poles: maps a normal sample into the domain. */
  domain?: (n: number) => number;
  /** Where ONNX Runtime has no double kernel. */
  precision?: 'float32';
  /** The function is linear in each input: a large step has no truncation error. */
  linear?: boolean;
}

const attrs = (strides: number[], pads: number[], dilations = strides.map(() => 1)) => ({ strides, pads, dilations });
const awayFromZero = (n: number) => n + Math.sign(n) * 0.2;
const above = (least: number) => (n: number) => least + Math.abs(n);
const conv2d = { ...attrs([2, 1], [1, 0, 1, 2]), group: 1 };
const grouped = { ...attrs([1, 2], [1, 1, 1, 1], [2, 1]), group: 2 };
const conv1d = { ...attrs([2], [1, 1]), group: 1 };

const unary = (op: OpType, domain?: GradientRow['domain'], precision?: 'float32'): GradientRow => ({
  op,
  shapes: [[2, 3]],
  build: (g, x) => g.op(op, [x]),
  domain,
  precision,
});
const binary = (op: OpType, domain?: GradientRow['domain']): GradientRow[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [4, 1, 2],
      [3, 1],
    ],
    [[], [2, 2]],
  ].map((shapes) => ({ op, shapes, build: (g, a, b) => g.op(op, [a, b]), domain }));
const reduction = (op: OpType): GradientRow[] => [
  { op, shapes: [[2, 3, 4]], build: (g, x) => g.op(op, [x], { axes: [0, 2], keepdims: false }) },
  { op, shapes: [[2, 3, 4]], build: (g, x) => g.op(op, [x], { axes: [1], keepdims: true }) },
];
const pool = (op: OpType, kernel: number[], a: ReturnType<typeof attrs>, precision?: 'float32', linear = false): GradientRow => ({
  op,
  shapes: [[2, 2, 5, 4]],
  build: (g, x) => g.op(op, [x], { ...a, kernel }),
  precision,
  linear,
});

/** Small integers with ties. */
const fixed = (count: number) => Array.from({ length: count }, (_, i) => (i * 7) % 5);

export const gradientTable: GradientRow[] = [
  unary('Identity'),
  unary('Neg'),
  // Differences see through it, gradients do not: what it is for is checked against PyTorch's spectral norm.
  { op: 'Detach', shapes: [[2, 3]], build: (g, x) => g.mul(g.op('Detach', [x]), 0) },
  { op: 'Gather', shapes: [[4, 3]], build: (g, x) => g.op('Gather', [x, g.constant([3, 0, 3, 1], [2, 2], 'int32')]), linear: true },
  unary('Exp'),
  unary('Tanh'),
  unary('Sigmoid'),
  unary('Erf', undefined, 'float32'),
  unary('Abs', awayFromZero),
  unary('Sign', awayFromZero),
  unary('Relu', awayFromZero),
  unary('Log', above(0.3)),
  unary('Sqrt', above(0.3)),
  ...binary('Add'),
  ...binary('Sub'),
  ...binary('Mul'),
  ...binary('Max'),
  ...binary('Min'),
  ...binary('Div', above(0.5)),
  { op: 'Where', shapes: [[2, 3], [3], [2, 1]], build: (g, c, a, b) => g.where(g.greater(c, 0), a, b), domain: awayFromZero },
  ...reduction('ReduceSum'),
  ...reduction('ReduceMean'),
  ...reduction('ReduceSumSquare'),
  ...reduction('ReduceMax'),
  ...reduction('ReduceMin'),
  // Of several that are largest each has its share: twice the same number counts once.
  { op: 'ReduceMax', shapes: [[2, 3]], build: (g, x) => g.reduceMax(g.concat([x, x], 1), [1]) },
  { op: 'Reshape', shapes: [[2, 6]], build: (g, x) => g.reshape(x, [3, 4]) },
  { op: 'Transpose', shapes: [[2, 3, 4]], build: (g, x) => g.transpose(x, [2, 0, 1]) },
  { op: 'Expand', shapes: [[3, 1]], build: (g, x) => g.expand(x, [2, 3, 4]) },
  {
    op: 'Concat',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    build: (g, a, b) => g.concat([a, b, a], 1),
  },
  { op: 'Split', shapes: [[2, 5]], build: (g, x) => g.mul(g.split(x, [2, 1, 2], 1)[0], g.split(x, [2, 1, 2], 1)[2]) },
  { op: 'Slice', shapes: [[3, 7]], build: (g, x) => g.slice(x, 1, 1, 7, 2) },
  { op: 'Slice', shapes: [[3, 8]], build: (g, x) => g.slice(x, 1, 1, 6, 3) },
  { op: 'Slice', shapes: [[4, 3]], build: (g, x) => g.slice(x, 0, 1, 3) },
  {
    op: 'Pad',
    shapes: [[2, 3]],
    build: (g, x) =>
      g.pad(x, [
        [0, 1],
        [2, 0],
      ]),
  },
  ...[
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].map(([transA, transB]): GradientRow => ({
    op: 'Gemm',
    shapes: [transA ? [4, 2] : [2, 4], transB ? [3, 4] : [4, 3], [3]],
    build: (g, a, b, c) => g.gemm(a, b, c, transA, transB),
  })),
  {
    op: 'MatMul',
    shapes: [
      [2, 3, 4],
      [4, 2],
    ],
    build: (g, a, b) => g.matmul(a, b),
  },
  {
    op: 'MatMul',
    shapes: [
      [1, 2, 3, 4],
      [5, 1, 4, 2],
    ],
    build: (g, a, b) => g.matmul(a, b),
  },
  { op: 'Softmax', shapes: [[2, 4]], build: (g, x) => g.softmax(x, 1) },
  { op: 'Softmax', shapes: [[2, 3, 2]], build: (g, x) => g.softmax(x, 1) },
  { op: 'LogSoftmax', shapes: [[2, 3, 2]], build: (g, x) => g.logSoftmax(x, 1) },
  {
    op: 'Conv',
    shapes: [
      [2, 3, 5, 4],
      [2, 3, 3, 2],
    ],
    build: (g, x, w) => g.op('Conv', [x, w], conv2d),
    precision: 'float32',
    linear: true,
  },
  {
    op: 'Conv',
    shapes: [
      [2, 4, 6, 5],
      [6, 2, 2, 3],
    ],
    build: (g, x, w) => g.op('Conv', [x, w], grouped),
    precision: 'float32',
    linear: true,
  },
  {
    op: 'Conv',
    shapes: [
      [2, 3, 7],
      [4, 3, 3],
    ],
    build: (g, x, w) => g.op('Conv', [x, w], conv1d),
    precision: 'float32',
    linear: true,
  },
  {
    op: 'ConvInputGrad',
    shapes: [
      [2, 2, 3, 5],
      [2, 3, 3, 2],
    ],
    build: (g, dy, w) => g.op('ConvInputGrad', [dy, w], { ...conv2d, shape: [2, 3, 5, 4] }),
    precision: 'float32',
    linear: true,
  },
  {
    op: 'ConvWeightGrad',
    shapes: [
      [2, 3, 5, 4],
      [2, 2, 3, 5],
    ],
    build: (g, x, dy) => g.op('ConvWeightGrad', [x, dy], { ...conv2d, shape: [2, 3, 3, 2] }),
    precision: 'float32',
    linear: true,
  },
  {
    op: 'Conv',
    shapes: [[2, 3, 5, 4], [2, 3, 3, 2], [2]],
    build: (g, x, w, b) => g.op('Conv', [x, w, b], conv2d),
    precision: 'float32',
    linear: true,
  },
  { op: 'Upsample', shapes: [[2, 1, 2, 3]], build: (g, x) => g.op('Upsample', [x], { factors: [2, 3] }), precision: 'float32', linear: true },
  {
    op: 'MaxPool',
    shapes: [[1, 2, 4, 6]],
    build: (g, x) => g.op('MaxPool', [x], { ...attrs([2, 3], [0, 0, 0, 0]), kernel: [2, 3] }),
    precision: 'float32',
  },
  pool('MaxPool', [2, 2], attrs([2, 2], [0, 0, 0, 0])),
  pool('MaxPool', [3, 2], attrs([2, 1], [1, 0, 1, 0])),
  pool('MaxPool', [2, 2], attrs([1, 1], [0, 1, 1, 0], [2, 1])),
  ...(['MaxPoolGrad', 'MaxPoolPick'] as const).map((op): GradientRow => ({
    op,
    shapes: [op === 'MaxPoolGrad' ? [2, 2, 3, 3] : [2, 2, 5, 4]],
    build: (g, d) => {
      const x = g.constant(fixed(2 * 2 * 5 * 4), [2, 2, 5, 4]);
      const window = { ...attrs([2, 1], [1, 0, 1, 0]), kernel: [3, 2] };
      return g.op(op, [d, x, g.op('MaxPool', [x], window)], window);
    },
    linear: true,
  })),
  pool('AveragePool', [2, 2], attrs([2, 2], [0, 0, 0, 0]), 'float32', true),
  pool('AveragePool', [3, 2], attrs([2, 1], [1, 0, 1, 1]), 'float32', true),
  {
    op: 'AveragePoolGrad',
    shapes: [[2, 2, 3, 4]],
    build: (g, dy) => g.op('AveragePoolGrad', [dy], { ...attrs([2, 1], [1, 0, 1, 1]), kernel: [3, 2], shape: [2, 2, 5, 4] }),
    precision: 'float32',
    linear: true,
  },
];
