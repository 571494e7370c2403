import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { positive, real, size } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { alongChannels, fixedStart } from './normaliser';
import { page } from './reference';

const isPositive = (g: Graph, x: Value) => g.greater(x, 0);

/** x·Φ(x), exactly or by the tanh formula of Hendrycks & Gimpel. */
export const gelu = (g: Graph, x: Value, approximate: 'none' | 'tanh'): Value => g.mul(x, gaussianCdf(g, x, approximate));

const gaussianCdf = (g: Graph, x: Value, approximate: 'none' | 'tanh') =>
  approximate === 'none'
    ? g.mul(g.add(g.erf(g.mul(x, Math.SQRT1_2)), 1), 0.5)
    : g.mul(g.add(g.tanh(g.mul(g.add(x, g.mul(g.mul(g.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1), 0.5);

/** x above 0, depth·(e^(x / width) − 1) below. */
function exponentialBelow(g: Graph, x: Value, depth: number, width = 1): Value {
  const above = isPositive(g, x);
  // The branch not taken is kept at 0 too: its infinite exponential would turn the gradient into 0·∞.
  const below = g.where(above, g.constant(0), x);
  return g.where(above, x, g.mul(g.sub(g.exp(width === 1 ? below : g.div(below, width)), 1), depth));
}

/** log(1 + eˣ) without overflow. */
const softplus = (g: Graph, x: Value) => g.add(g.max(x, 0), g.log(g.add(g.exp(g.neg(g.abs(x))), 1)));

/** Klambauer et al. 2017. */
const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };

type Rectifier = 'ReLU' | 'ReLU6' | 'LeakyReLU' | 'PReLU' | 'ELU' | 'SELU' | 'CELU' | 'GELU' | 'SiLU' | 'Mish' | 'Softplus' | 'Hardswish' | 'TLU';

/** Activations that let large inputs pass. */
export const rectifiers: Pick<Record<LayerType, LayerRule>, Rectifier> = {
  ReLU: layer({
    doc: 'Cuts off below 0. Cheap and does not shrink gradients, but a unit that is never positive is dead: it gets no gradient.',
    formula: 'y = max(0, x)',
    reference: page('ReLU'),
    args: {},
    watch: 'rectifier',
    build: ({ g }, x) => g.relu(x),
  }),
  ReLU6: layer({
    doc: 'A rectifier that stops at 6: keeps its precision in few bits. Flat on both sides.',
    formula: 'y = min(max(0, x), 6)',
    reference: page('ReLU6'),
    args: {},
    watch: 'rectifier',
    build: ({ g }, x) => g.where(g.less(x, 6), g.relu(x), g.constant(6)),
  }),
  LeakyReLU: layer({
    doc: 'A rectifier with a small slope below 0, so that no unit dies.',
    formula: 'y = x if x > 0, else negative_slope·x',
    reference: page('LeakyReLU'),
    args: { negative_slope: real.default(0.01).describe('Slope below 0.') },
    build: ({ g }, x, { negative_slope }) => g.where(isPositive(g, x), x, g.mul(x, negative_slope)),
  }),
  PReLU: layer({
    doc: 'A leaky rectifier that learns its slope below 0, one for all channels or one for each. Its `init` is a number, as in PyTorch: schemes are for matrices.',
    formula: 'y = x if x > 0, else w·x',
    reference: page('PReLU'),
    args: {
      num_parameters: size.default(1).describe('Slopes: 1, or the number of channels.'),
      init: real.default(0.25).describe('What the slopes start with.'),
    },
    params: ([, channels], { num_parameters, init }) => {
      if (num_parameters !== 1 && num_parameters !== channels)
        shapeProblem(`\`num_parameters\` is ${num_parameters}, but there are ${channels} channels: it must be 1 or ${channels}`);
      return { weight: fixedStart([num_parameters], init) };
    },
    build: (context, x, { num_parameters }) => {
      const { g, params } = context;
      const slope = num_parameters === 1 ? params.weight : alongChannels(context, x, params.weight);
      return g.where(isPositive(g, x), x, g.mul(x, slope));
    },
  }),
  ELU: layer({
    doc: 'Smooth below 0, down to −alpha: pushes mean activations towards 0.',
    formula: 'y = x if x > 0, else α·(eˣ − 1)',
    reference: page('ELU'),
    args: { alpha: real.default(1).describe('Depth of the negative part.') },
    build: ({ g }, x, { alpha }) => exponentialBelow(g, x, alpha),
  }),
  SELU: layer({
    doc: 'An ELU scaled so that mean 0 and variance 1 are kept from layer to layer without normalisation; wants init normal by fan_in and AlphaDropout.',
    formula: 'y = 1.0507·x if x > 0, else 1.0507·1.6733·(eˣ − 1)',
    reference: page('SELU'),
    args: {},
    build: ({ g }, x) => g.mul(exponentialBelow(g, x, SELU.alpha), SELU.scale),
  }),
  CELU: layer({
    doc: 'An ELU whose slope has no jump at 0, whatever its alpha.',
    formula: 'y = x if x > 0, else α·(e^(x/α) − 1)',
    reference: page('CELU'),
    args: { alpha: positive.default(1).describe('Depth and width of the negative part.') },
    build: ({ g }, x, { alpha }) => exponentialBelow(g, x, alpha, alpha),
  }),
  GELU: layer({
    doc: 'Weighs the input by how likely a standard normal lies below it: a smooth rectifier, usual in transformers.',
    formula: 'y = x·Φ(x)',
    reference: page('GELU'),
    args: { approximate: z.enum(['none', 'tanh']).default('none').describe('`tanh`: the fast approximation.') },
    build: ({ g }, x, { approximate }) => gelu(g, x, approximate),
  }),
  SiLU: layer({
    doc: 'Input times its sigmoid, also called Swish.',
    formula: 'y = x·σ(x)',
    reference: page('SiLU'),
    args: {},
    build: ({ g }, x) => g.mul(x, g.sigmoid(x)),
  }),
  Mish: layer({
    doc: 'Smooth and not monotone, like SiLU (Misra 2019).',
    formula: 'y = x·tanh(log(1 + eˣ))',
    reference: page('Mish'),
    args: {},
    build: ({ g }, x) => g.mul(x, g.tanh(softplus(g, x))),
  }),
  Softplus: layer({
    doc: 'A smooth rectifier, always above 0: for outputs that must be positive.',
    formula: 'y = log(1 + e^(β·x)) / β',
    reference: page('Softplus'),
    args: {
      beta: positive.default(1).describe('Sharpness of the bend.'),
      threshold: real.default(20).describe('Above this β·x the function is the line y = x.'),
    },
    build: ({ g }, x, { beta, threshold }) => {
      const scaled = g.mul(x, beta);
      return g.where(g.greater(scaled, threshold), x, g.div(softplus(g, scaled), beta));
    },
  }),
  Hardswish: layer({
    doc: 'SiLU made of straight lines and a parabola: cheap (Howard et al. 2019, MobileNetV3).',
    formula: 'y = 0 if x ≤ −3, x if x ≥ 3, else x·(x + 3)/6',
    reference: page('Hardswish'),
    args: {},
    build: ({ g }, x) => g.where(g.less(x, -3), g.mul(x, 0), g.where(g.greater(x, 3), x, g.div(g.mul(x, g.add(x, 3)), 6))),
  }),
  TLU: layer({
    doc: 'A rectifier with a learnable threshold per channel instead of 0: goes with FilterResponseNorm2d, whose output may have any mean.',
    formula: 'y = max(x, τ)',
    reference: 'Singh & Krishnan 2020, Filter Response Normalization Layer',
    args: {},
    params: ([, channels]) => ({ tau: fixedStart([channels], 0) }),
    watch: 'rectifier',
    build: (context, x) => {
      const tau = alongChannels(context, x, context.params.tau);
      context.floor(tau);
      return context.g.max(x, tau);
    },
  }),
};
