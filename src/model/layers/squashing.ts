import { shapeProblem, type Graph, type Value } from '../../graph/graph';
import { formatShape } from '../../graph/shape';
import { integer, positive, real } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { page } from './reference';
import { axisOf } from './shapes';

const dim = integer.default(-1).describe('The dimension that sums to 1; the batch is dim 0.');
const threshold = positive.default(0.5).describe('Half of the width of the flat part.');

type Squashing =
  | 'Sigmoid'
  | 'Tanh'
  | 'Softsign'
  | 'Hardsigmoid'
  | 'Hardtanh'
  | 'Tanhshrink'
  | 'LogSigmoid'
  | 'Hardshrink'
  | 'Softshrink'
  | 'GLU'
  | 'Softmax'
  | 'LogSoftmax';

/** x between two bounds, which have no slope themselves. */
const clamp = (g: Graph, x: Value, low: number, high: number) =>
  g.where(g.greater(x, low), g.where(g.less(x, high), x, g.constant(high)), g.constant(low));

/** Activations that bound their output, shrink it, or weigh one part by another. */
export const squashing: Pick<Record<LayerType, LayerRule>, Squashing> = {
  Sigmoid: layer({
    doc: 'Squashes to (0, 1). Its slope is at most 1/4, so gradients shrink through every such layer; flat where saturated.',
    formula: 'y = 1 / (1 + e⁻ˣ)',
    reference: page('Sigmoid'),
    args: {},
    watch: 'sigmoid',
    build: ({ g }, x) => g.sigmoid(x),
  }),
  Tanh: layer({
    doc: 'Squashes to (−1, 1), centred at 0; flat where saturated.',
    formula: 'y = tanh x',
    reference: page('Tanh'),
    args: {},
    watch: 'tanh',
    build: ({ g }, x) => g.tanh(x),
  }),
  Softsign: layer({
    doc: 'Squashes to (−1, 1) more slowly than tanh: saturates late.',
    formula: 'y = x / (1 + |x|)',
    reference: page('Softsign'),
    args: {},
    build: ({ g }, x) => g.div(x, g.add(g.abs(x), 1)),
  }),
  Hardsigmoid: layer({
    doc: 'A sigmoid made of straight lines.',
    formula: 'y = 0 if x ≤ −3, 1 if x ≥ 3, else x/6 + 1/2',
    reference: page('Hardsigmoid'),
    args: {},
    build: ({ g }, x) => g.add(g.div(clamp(g, x, -3, 3), 6), 0.5),
  }),
  Hardtanh: layer({
    doc: 'Cuts off below min_val and above max_val.',
    formula: 'y = min(max(x, min_val), max_val)',
    reference: page('Hardtanh'),
    args: { min_val: real.default(-1).describe('Smallest output.'), max_val: real.default(1).describe('Largest output.') },
    build: ({ g }, x, { min_val, max_val }) => {
      if (min_val >= max_val) shapeProblem(`\`min_val\` (${min_val}) must be below \`max_val\` (${max_val})`);
      return clamp(g, x, min_val, max_val);
    },
  }),
  Tanhshrink: layer({
    doc: 'What tanh takes away: near 0 almost nothing, far off almost the input.',
    formula: 'y = x − tanh x',
    reference: page('Tanhshrink'),
    args: {},
    build: ({ g }, x) => g.sub(x, g.tanh(x)),
  }),
  LogSigmoid: layer({
    doc: 'Logarithm of the sigmoid, computed safely.',
    formula: 'y = −log(1 + e⁻ˣ)',
    reference: page('LogSigmoid'),
    args: {},
    build: ({ g }, x) => g.sub(g.min(x, 0), g.log(g.add(g.exp(g.neg(g.abs(x))), 1))),
  }),
  Hardshrink: layer({
    doc: 'Sets small values to 0, leaves the others as they are.',
    formula: 'y = x if |x| > λ, else 0',
    reference: page('Hardshrink'),
    args: { lambd: threshold },
    build: ({ g }, x, { lambd }) => g.where(g.greater(g.abs(x), lambd), x, g.constant(0)),
  }),
  Softshrink: layer({
    doc: 'Moves every value towards 0 by λ, small ones to 0: sparse outputs.',
    formula: 'y = sign(x)·max(|x| − λ, 0)',
    reference: page('Softshrink'),
    args: { lambd: threshold },
    build: ({ g }, x, { lambd }) => g.where(g.greater(g.abs(x), lambd), g.sub(x, g.mul(g.sign(x), lambd)), g.constant(0)),
  }),
  GLU: layer({
    doc: 'The first half of the features, each weighed by the sigmoid of its counterpart in the second: a gate (Dauphin et al. 2017).',
    formula: 'y = a·σ(b), [a, b] = x',
    shapes: '(…, 2n, …) → (…, n, …)',
    reference: page('GLU'),
    args: { dim: integer.default(-1).describe('The dimension that is halved; the batch is dim 0.') },
    build: ({ g }, x, args) => {
      const axis = axisOf(x, args.dim);
      const n = x.shape[axis];
      if (axis === 0 || n % 2) shapeProblem(`halves dimension ${args.dim}, but ${formatShape(x.shape.slice(1))} has ${n} there`);
      const [a, b] = g.split(x, [n / 2, n / 2], axis);
      return g.mul(a, g.sigmoid(b));
    },
  }),
  Softmax: layer({
    doc: 'Positive numbers that sum to 1. Not before CrossEntropyLoss, which has its own.',
    formula: 'yᵢ = exp xᵢ / Σ exp xⱼ',
    reference: page('Softmax'),
    args: { dim },
    build: ({ g }, x, args) => g.softmax(x, axisOf(x, args.dim)),
  }),
  LogSoftmax: layer({
    doc: 'Logarithm of the softmax, computed safely: goes with NLLLoss.',
    formula: 'yᵢ = xᵢ − log Σ exp xⱼ',
    reference: page('LogSoftmax'),
    args: { dim },
    build: ({ g }, x, args) => g.logSoftmax(x, axisOf(x, args.dim)),
  }),
};
