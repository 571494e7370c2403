import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { product } from '../../graph/shape';
import { integer, real, share } from '../documented';
import { alongClasses, type LossRule, oneHot, page, reduce, type Reduction, reduction, rule, SMALLEST, weight } from './loss';

/** Σ over classes of −weight·target·log p, averaged by the weights of the true classes as PyTorch does. */
function negativeLogLikelihood(
  g: Graph,
  logp: Value,
  target: Value,
  args: { weight?: number[]; reduction: Reduction; label_smoothing?: number },
  dim: number,
): Value {
  const factor = weightsOf(g, logp, args.weight, dim);
  const picked = oneHot(g, logp, target, dim);
  const hard = factor ? g.mul(picked, factor) : picked;
  const sum = (x: Value) => (args.reduction === 'none' ? g.sum(x, [dim]) : g.sum(x));
  const total = args.reduction !== 'mean' ? undefined : factor ? g.sum(hard) : product(target.shape);
  const over = (x: Value) => (total === undefined ? g.neg(x) : g.neg(g.div(x, total)));
  const nll = over(sum(g.mul(logp, hard)));
  const smoothing = args.label_smoothing ?? 0;
  if (smoothing === 0) return nll;
  const smooth = over(sum(factor ? g.mul(logp, factor) : logp));
  return g.add(g.mul(nll, 1 - smoothing), g.mul(smooth, smoothing / logp.shape[dim]));
}

/** A factor for each class, against the class dimension. */
function weightsOf(g: Graph, output: Value, weights: number[] | undefined, dim: number): Value | undefined {
  const classes = output.shape[dim];
  if (weights && weights.length !== classes) shapeProblem(`\`weight\` has ${weights.length} entries, but there are ${classes} classes`);
  return weights && g.constant(weights, alongClasses(output, dim));
}

/** Losses of one class of several. */
export const classLosses = {
  CrossEntropyLoss: rule({
    doc: 'Classification from logits: softmax and negative log likelihood in one. Put no Softmax before it.',
    formula: 'ℓ = −log( exp(x_y) / Σ_c exp(x_c) )',
    shapes: 'x (N, C, …), class indices (N, …)',
    reference: page('CrossEntropyLoss'),
    args: {
      weight,
      label_smoothing: share.default(0).describe('Share of the target spread evenly over all classes (Szegedy et al. 2016).'),
      reduction,
    },
    target: 'class',
    score: 'accuracy',
    build: (g, output, target, args, dim) => negativeLogLikelihood(g, g.logSoftmax(output, dim), target, args, dim),
  }),
  NLLLoss: rule({
    doc: 'Negative log likelihood of log-probabilities: goes with a LogSoftmax as the last layer.',
    formula: 'ℓ = −x_y',
    shapes: 'x (N, C, …) log-probabilities, class indices (N, …)',
    reference: page('NLLLoss'),
    args: { weight, reduction },
    target: 'class',
    score: 'accuracy',
    build: (g, output, target, args, dim) => negativeLogLikelihood(g, output, target, args, dim),
  }),
  MultiMarginLoss: rule({
    doc: 'Multi-class hinge: the true class must lead each other one by a margin; what leads enough costs nothing.',
    formula: 'ℓ = Σ_{c≠y} max(0, margin − x_y + x_c)ᵖ / C',
    shapes: 'x (N, C, …), class indices (N, …)',
    reference: page('MultiMarginLoss'),
    args: {
      p: integer.min(1).max(2).default(1).describe('Exponent.'),
      margin: real.default(1).describe('How far the true class must lead.'),
      weight,
      reduction,
    },
    target: 'class',
    score: 'accuracy',
    build: (g, output, target, { p, margin, weight: weights, reduction: how }, dim) => {
      const picked = oneHot(g, output, target, dim);
      const own = g.sum(g.mul(output, picked), [dim], true);
      // The true class itself would cost the margin: it is left out.
      const lag = g.mul(g.max(g.add(g.sub(output, own), margin), 0), g.sub(1, picked));
      const cost = p === 2 ? g.square(lag) : lag;
      const factor = weightsOf(g, output, weights, dim);
      const weighed = factor ? g.mul(cost, g.sum(g.mul(picked, factor), [dim], true)) : cost;
      const perSample = g.div(g.sum(weighed, [dim]), output.shape[dim]);
      return reduce(g, perSample, how);
    },
  }),
  FocalLoss: rule({
    doc: 'Cross-entropy that counts less what is right already: for rare classes among easy ones.',
    formula: 'ℓ = −(1 − p_y)^γ · log p_y',
    shapes: 'x (N, C, …) logits, class indices (N, …)',
    reference: 'Lin et al. 2017, Focal Loss for Dense Object Detection',
    args: { gamma: real.min(0).default(2).describe('How much less; 0 is cross-entropy.'), weight, reduction },
    target: 'class',
    score: 'accuracy',
    build: (g, output, target, { gamma, weight: weights, reduction: how }, dim) => {
      const picked = oneHot(g, output, target, dim);
      const logp = g.sum(g.mul(g.logSoftmax(output, dim), picked), [dim]);
      const missing = g.max(g.sub(1, g.exp(logp)), SMALLEST);
      const focus = g.exp(g.mul(g.log(missing), gamma));
      const factor = weightsOf(g, output, weights, dim);
      const cost = g.neg(g.mul(focus, logp));
      return reduce(g, factor ? g.mul(cost, g.sum(g.mul(picked, factor), [dim])) : cost, how);
    },
  }),
} satisfies Record<string, LossRule>;
