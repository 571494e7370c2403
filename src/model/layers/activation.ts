import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape } from '../../graph/shape';
import { integer, real } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';

const page = (name: string) => `https://pytorch.org/docs/stable/generated/torch.nn.${name}.html`;
const dim = integer.default(-1).describe('The dimension that sums to 1; the batch is dim 0.');

function axisOf(x: Value, d: number): number {
  const axis = d < 0 ? d + x.shape.length : d;
  if (axis < 0 || axis >= x.shape.length) shapeProblem(`has no dimension ${d} in ${formatShape(x.shape.slice(1))}`);
  return axis;
}

const positive = (g: Graph, x: Value) => g.greater(x, 0);

/** Φ(x), exactly or by the tanh formula of Hendrycks & Gimpel. */
const gaussianCdf = (g: Graph, x: Value, approximate: 'none' | 'tanh') =>
  approximate === 'none'
    ? g.mul(g.add(g.erf(g.mul(x, Math.SQRT1_2)), 1), 0.5)
    : g.mul(g.add(g.tanh(g.mul(g.add(x, g.mul(g.mul(g.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1), 0.5);

export const activation: Pick<
  Record<LayerType, LayerRule>,
  'ReLU' | 'LeakyReLU' | 'ELU' | 'GELU' | 'SiLU' | 'Sigmoid' | 'Tanh' | 'Softmax' | 'LogSoftmax'
> = {
  ReLU: layer({
    doc: 'Cuts off below 0. Cheap and does not shrink gradients, but a unit that is never positive is dead: it gets no gradient.',
    formula: 'y = max(0, x)',
    reference: page('ReLU'),
    args: {},
    watch: 'rectifier',
    build: ({ g }, x) => g.relu(x),
  }),
  LeakyReLU: layer({
    doc: 'A rectifier with a small slope below 0, so that no unit dies.',
    formula: 'y = x if x > 0, else negative_slope·x',
    reference: page('LeakyReLU'),
    args: { negative_slope: real.default(0.01).describe('Slope below 0.') },
    build: ({ g }, x, { negative_slope }) => g.where(positive(g, x), x, g.mul(x, negative_slope)),
  }),
  ELU: layer({
    doc: 'Smooth below 0, down to −alpha: pushes mean activations towards 0.',
    formula: 'y = x if x > 0, else α·(eˣ − 1)',
    reference: page('ELU'),
    args: { alpha: real.default(1).describe('Depth of the negative part.') },
    build: ({ g }, x, { alpha }) => {
      const isPositive = positive(g, x);
      // The branch not taken is kept at 0 too: its infinite exponential would turn the gradient into 0·∞.
      const negative = g.where(isPositive, g.constant(0), x);
      return g.where(isPositive, x, g.mul(g.sub(g.exp(negative), 1), alpha));
    },
  }),
  GELU: layer({
    doc: 'Weighs the input by how likely a standard normal lies below it: a smooth rectifier, usual in transformers.',
    formula: 'y = x·Φ(x)',
    reference: page('GELU'),
    args: { approximate: z.enum(['none', 'tanh']).default('none').describe('`tanh`: the fast approximation.') },
    build: ({ g }, x, { approximate }) => g.mul(x, gaussianCdf(g, x, approximate)),
  }),
  SiLU: layer({
    doc: 'Input times its sigmoid, also called Swish.',
    formula: 'y = x·σ(x)',
    reference: page('SiLU'),
    args: {},
    build: ({ g }, x) => g.mul(x, g.sigmoid(x)),
  }),
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
