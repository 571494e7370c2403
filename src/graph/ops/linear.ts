import { shapeProblem } from '../graph';
import { broadcastShapes, formatShape } from '../shape';
import type { Op, OpType } from './op';

export const linear: Pick<Record<OpType, Op>, 'Gemm' | 'MatMul' | 'Softmax' | 'LogSoftmax'> = {
  Gemm: {
    infer: ([a, b], { transA, transB }) => {
      const [m, k] = transA ? [a.shape[1], a.shape[0]] : a.shape;
      const [k2, n] = transB ? [b.shape[1], b.shape[0]] : b.shape;
      if (k !== k2) shapeProblem(`A matrix product of ${formatShape([m, k])} and ${formatShape([k2, n])} does not exist`);
      return { shape: [m, n], dtype: a.dtype };
    },
    grad: (g, { inputs: [a, b, c], attrs }, dy) => {
      const transA = attrs.transA as boolean;
      const transB = attrs.transB as boolean;
      const da = transA ? g.gemm(b, dy, undefined, transB, true) : g.gemm(dy, b, undefined, false, !transB);
      const db = transB ? g.gemm(dy, a, undefined, true, transA) : g.gemm(a, dy, undefined, !transA, false);
      return c ? [da, db, dy] : [da, db];
    },
  },
  MatMul: {
    infer: ([a, b]) => {
      const [m, k] = a.shape.slice(-2);
      const [k2, n] = b.shape.slice(-2);
      const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
      if (k !== k2 || !batch) shapeProblem(`A matrix product of ${formatShape(a.shape)} and ${formatShape(b.shape)} does not exist`);
      return { shape: [...batch, m, n], dtype: a.dtype };
    },
    grad: (g, { inputs: [a, b] }, dy) => {
      const swap = (x: typeof a) => g.transpose(x, [...x.shape.keys()].slice(0, -2).concat([x.shape.length - 1, x.shape.length - 2]));
      return [g.matmul(dy, swap(b)), g.matmul(swap(a), dy)];
    },
  },
  Softmax: {
    infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
    grad: (g, { outputs: [y], attrs }, dy) => {
      const weighted = g.mul(dy, y);
      return [g.sub(weighted, g.mul(y, g.sum(weighted, [attrs.axis as number], true)))];
    },
  },
  LogSoftmax: {
    infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
    grad: (g, { outputs: [y], attrs }, dy) => [g.sub(dy, g.mul(g.exp(y), g.sum(dy, [attrs.axis as number], true)))],
  },
};
