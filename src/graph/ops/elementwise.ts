import type { Value } from '../graph';
import { shapeProblem } from '../graph';
import { broadcastShapes, formatShape } from '../shape';
import type { DType } from '../shape';
import type { Attrs, Inferred, Op, OpType } from './op';

const broadcast = (inputs: readonly Value[]): Inferred => {
  const shape = broadcastShapes(...inputs.map((x) => x.shape));
  if (!shape) shapeProblem(`Shapes ${inputs.map((x) => formatShape(x.shape)).join(' and ')} do not broadcast`);
  return { shape, dtype: inputs[inputs.length - 1].dtype };
};
const same = ([x]: readonly Value[]): Inferred => ({ shape: x.shape, dtype: x.dtype });
const compare = (inputs: readonly Value[]): Inferred => ({ ...broadcast(inputs), dtype: 'bool' });

type Elementwise =
  | 'Add'
  | 'Sub'
  | 'Mul'
  | 'Div'
  | 'Max'
  | 'Min'
  | 'Neg'
  | 'Abs'
  | 'Sign'
  | 'Exp'
  | 'Log'
  | 'Sqrt'
  | 'Erf'
  | 'Tanh'
  | 'Sigmoid'
  | 'Relu'
  | 'Equal'
  | 'Greater'
  | 'Less'
  | 'Not'
  | 'Where'
  | 'Cast'
  | 'Identity'
  | 'Detach'
  | 'RoundToHalf';

export const elementwise: Pick<Record<OpType, Op>, Elementwise> = {
  Identity: { infer: same, grad: (_g, _n, dy) => [dy] },
  /** A constant as far as gradients go. */
  Detach: { infer: same, grad: () => [undefined] },
  /** The nearest number that 16 bits can hold, ties to even; beyond ±65504 infinity. Has no slope: see half.ts. */
  RoundToHalf: { infer: same },
  Add: { infer: broadcast, grad: (_g, _n, dy) => [dy, dy] },
  Sub: { infer: broadcast, grad: (g, _n, dy) => [dy, g.neg(dy)] },
  Mul: { infer: broadcast, grad: (g, { inputs: [a, b] }, dy) => [g.mul(dy, b), g.mul(dy, a)] },
  Div: {
    infer: broadcast,
    grad: (g, { inputs: [, b], outputs: [y] }, dy) => {
      const da = g.div(dy, b);
      return [da, g.neg(g.mul(da, y))];
    },
  },
  // At a tie both sides get half, as torch.maximum does.
  Max: { infer: broadcast, grad: (g, { inputs: [a, b] }, dy) => share(g, dy, g.greater(a, b), g.less(a, b)) },
  Min: { infer: broadcast, grad: (g, { inputs: [a, b] }, dy) => share(g, dy, g.less(a, b), g.greater(a, b)) },
  Neg: { infer: same, grad: (g, _n, dy) => [g.neg(dy)] },
  Abs: { infer: same, grad: (g, { inputs: [x] }, dy) => [g.mul(dy, g.sign(x))] },
  Sign: { infer: same, grad: () => [undefined] },
  Exp: { infer: same, grad: (g, { outputs: [y] }, dy) => [g.mul(dy, y)] },
  Log: { infer: same, grad: (g, { inputs: [x] }, dy) => [g.div(dy, x)] },
  Sqrt: { infer: same, grad: (g, { outputs: [y] }, dy) => [g.div(g.mul(dy, 0.5), y)] },
  Erf: { infer: same, grad: (g, { inputs: [x] }, dy) => [g.mul(dy, g.mul(g.exp(g.neg(g.square(x))), 2 / Math.sqrt(Math.PI)))] },
  Tanh: { infer: same, grad: (g, { outputs: [y] }, dy) => [g.mul(dy, g.sub(1, g.square(y)))] },
  Sigmoid: { infer: same, grad: (g, { outputs: [y] }, dy) => [g.mul(dy, g.mul(y, g.sub(1, y)))] },
  // Sign of the output is the cheapest mask on WASM; it is 0 at 0, as PyTorch's slope is.
  Relu: { infer: same, grad: (g, { outputs: [y] }, dy) => [g.mul(dy, g.sign(y))] },
  Equal: { infer: compare },
  Greater: { infer: compare },
  Less: { infer: compare },
  Not: { infer: same },
  Where: {
    infer: broadcast,
    grad: (g, { inputs: [condition] }, dy) => {
      const zero = g.constant(0);
      return [undefined, g.where(condition, dy, zero), g.where(condition, zero, dy)];
    },
  },
  Cast: { infer: ([x], { dtype }: Attrs) => ({ shape: x.shape, dtype: dtype as DType }) },
};

function share(g: Parameters<NonNullable<Op['grad']>>[0], dy: Value, first: Value, second: Value): Value[] {
  const half = g.mul(dy, 0.5);
  const zero = g.constant(0);
  return [g.where(first, dy, g.where(second, zero, half)), g.where(second, dy, g.where(first, zero, half))];
}
