import type { Value } from '../../graph/graph';
import { real, share } from '../documented';
import type { LayerType } from '../vocabulary';
import { type BuildContext, layer, type LayerRule } from './layer';
import { page } from './reference';
import { needsRank } from './shapes';

/** Inverted dropout of a share of the values; of whole slices where `mask` has fewer of them. In evaluation the input itself. */
export function dropped({ g, training, uniform, scalar }: BuildContext, x: Value, p: number, { name = 'p', mask = x.shape } = {}): Value {
  if (!training) return g.identity(x);
  const drop = scalar(name, p);
  const kept = g.cast(g.not(g.less(uniform(mask), drop)), 'float32');
  // p = 1 keeps nothing: max() turns 0/0 into 0, as in PyTorch
  return g.mul(x, g.div(kept, g.max(g.sub(1, drop), 1e-12)));
}

const p = share.default(0.5).describe('Share of the values that are dropped.');

/** One number for each slice along the first dimensions. */
const slices = (x: Value, dims: number): number[] => x.shape.map((n, i) => (i < dims ? n : 1));

const channelDropout = (rank: 1 | 2) =>
  layer({
    doc: `Dropout of whole channels of ${rank === 1 ? 'a sequence' : 'an image'}: neighbouring positions are so alike that a single one dropped would not be missed.`,
    formula: 'y = x·m / (1 − p), m ~ Bernoulli(1 − p) for each sample and channel',
    shapes: rank === 1 ? '(N, C, L) → the same' : '(N, C, H, W) → the same',
    reference: page(`Dropout${rank}d`),
    args: { p: share.default(0.5).describe('Share of the channels that are dropped.') },
    build: (context, x, args) => {
      needsRank(x, rank + 2, rank === 1 ? 'a sequence C×L' : 'an image C×H×W');
      return dropped(context, x, args.p, { mask: slices(x, 2) });
    },
  });

/** What SELU comes to far below 0: −1.0507·1.6733. */
const SATURATION = -1.7580993408473766;

/** Klambauer et al. 2017: dropped values are set to where SELU saturates, then all are scaled and shifted back to mean 0 and variance 1. */
function alphaDropped({ g, training, uniform, scalar }: BuildContext, x: Value, share: number): Value {
  if (!training) return g.identity(x);
  const drop = scalar('p', share);
  const isDropped = g.less(uniform(x.shape), drop);
  // p = 1: all is where it saturates, and the shift brings that to 0, as in PyTorch.
  const variance = g.max(g.mul(g.add(g.mul(drop, SATURATION ** 2), 1), g.sub(1, drop)), 1e-12);
  const centred = g.sub(g.where(isDropped, g.constant(SATURATION), x), g.mul(drop, SATURATION));
  return g.div(centred, g.sqrt(variance));
}

const depthDecay =
  'The l-th of the L in a model, copies included, in the order of the forward pass, has the rate p·l/L: the last one p, the first p/L.';

/** b + α − bα forward and b + β − bβ backward, one draw for each sample. */
function shaken({ g, training, uniform, scalar, depth }: BuildContext, x: Value, share: number): Value {
  // E[α] is 0: what is left on average is the share of those that are not shaken.
  if (!training) return g.mul(x, 1 - share * depth);
  const rate = scalar('p', share * depth);
  const one = slices(x, 1);
  const isShaken = g.less(uniform(one), rate);
  const intact = g.constant(1);
  const forward = g.where(isShaken, g.sub(g.mul(uniform(one), 2), 1), intact);
  const backward = g.where(isShaken, uniform(one), intact);
  const slope = g.mul(x, backward);
  return g.add(slope, g.detach(g.sub(g.mul(x, forward), slope)));
}

type Noise = 'Dropout' | 'Dropout1d' | 'Dropout2d' | 'AlphaDropout' | 'GaussianNoise' | 'DropPath' | 'ShakeDrop';

/** What training adds and evaluation leaves out. */
export const noise: Pick<Record<LayerType, LayerRule>, Noise> = {
  Dropout: layer({
    doc: 'Sets a random share of the values to 0 in training and divides the rest by 1 − p, which keeps their mean. In evaluation it hands its input on.',
    formula: 'y = x·m / (1 − p), m ~ Bernoulli(1 − p)',
    reference: page('Dropout'),
    args: { p },
    build: (context, x, args) => dropped(context, x, args.p),
  }),
  Dropout1d: channelDropout(1),
  Dropout2d: channelDropout(2),
  AlphaDropout: layer({
    doc: 'Dropout that keeps mean 0 and variance 1 of what comes from a SELU: dropped values are set to where it saturates, −1.758. In evaluation it hands its input on.',
    formula: 'y = a·(x·m + α′·(1 − m)) + b, α′ = −1.758, a = ((1 − p)·(1 + p·α′²))^-½, b = −a·p·α′',
    reference: page('AlphaDropout'),
    args: { p },
    build: (context, x, args) => alphaDropped(context, x, args.p),
  }),
  GaussianNoise: layer({
    doc: 'Adds normal noise in training: small changes of the input should not matter. In evaluation it hands its input on.',
    formula: 'y = x + std·n, n ~ N(0, 1)',
    reference: 'Bishop 1995, Training with Noise is Equivalent to Tikhonov Regularization',
    args: { std: real.min(0).default(0.1).describe('Standard deviation of the noise.') },
    build: ({ g, training, normal, scalar }, x, { std }) => (training ? g.add(x, g.mul(normal(x.shape), scalar('std', std))) : g.identity(x)),
  }),
  DropPath: layer({
    doc: `Stochastic depth: at the end of a Residual’s layers it leaves them out for some of the samples in training, so that a deep net trains as many shallower ones. What stays is divided by 1 − rate, which keeps the mean; in evaluation it hands its input on. ${depthDecay}`,
    formula: 'y = x·m / (1 − p·l/L), m ~ Bernoulli(1 − p·l/L) for each sample',
    reference: 'Huang et al. 2016, Deep Networks with Stochastic Depth',
    args: { p: share.default(0.5).describe('Share of the samples for which the last such layer drops; those before it drop fewer.') },
    build: (context, x, args) => dropped(context, x, args.p * context.depth, { mask: slices(x, 1) }),
  }),
  ShakeDrop: layer({
    doc: `At the end of a Residual’s layers it disturbs them for some of the samples in training: scaled by a random number, even a negative one, and their gradient by another. In evaluation it multiplies by what is left on average, 1 − rate. ${depthDecay} The paper counts the other way: its p_L is 1 − p.`,
    formula: 'y = (b + α − b·α)·x, ∂x = (b + β − b·β)·∂y; b ~ Bernoulli(1 − p·l/L), α ~ U(−1, 1), β ~ U(0, 1) for each sample',
    reference: 'Yamada et al. 2018, ShakeDrop Regularization for Deep Residual Learning',
    args: { p: share.default(0.5).describe('Share of the samples for which the last such layer disturbs; those before it disturb fewer.') },
    build: (context, x, args) => shaken(context, x, args.p),
  }),
};
