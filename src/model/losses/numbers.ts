import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { flag, positive, real } from '../documented';
import { type LossRule, page, reduce, reduction, rule, SMALLEST } from './loss';

/** Quadratic up to a bound of the error, linear beyond. */
const bent = (g: Graph, error: Value, bound: number): Value => {
  const size = g.abs(error);
  return g.where(g.less(size, bound), g.mul(g.square(error), 0.5), g.mul(g.sub(size, bound / 2), bound));
};

/** Losses of numbers: regression, probabilities, counts. */
export const numberLosses = {
  BCEWithLogitsLoss: rule({
    doc: 'Binary or multi-label classification from logits; safer than a Sigmoid and BCELoss.',
    formula: 'ℓ = −[ p·y·log σ(x) + (1 − y)·log(1 − σ(x)) ]',
    shapes: 'x and y (N, …), y in [0, 1]',
    reference: page('BCEWithLogitsLoss'),
    args: {
      pos_weight: z.array(positive).optional().describe('Factor on the positive term, per output: above 1 trades precision for recall.'),
      reduction,
    },
    target: 'number',
    score: 'binary-accuracy-logits',
    build: (g, x, y, { pos_weight, reduction: how }) => {
      const last = x.shape[x.shape.length - 1];
      if (pos_weight && pos_weight.length !== last && pos_weight.length !== 1)
        shapeProblem(`\`pos_weight\` has ${pos_weight.length} entries, but the model has ${last} outputs`);
      // softplus(−|x|) + max(−x, 0) is −log σ(x) without overflow; at x = 0 max shares its slope, which makes the sum's −1/2.
      const tail = g.add(g.log(g.add(g.exp(g.neg(g.abs(x))), 1)), g.max(g.neg(x), 0));
      const w = pos_weight ? g.add(g.mul(y, g.sub(g.constant(pos_weight), 1)), 1) : undefined;
      return reduce(g, g.add(g.mul(g.sub(1, y), x), w ? g.mul(w, tail) : tail), how);
    },
  }),
  BCELoss: rule({
    doc: 'Binary cross-entropy of probabilities: goes with a Sigmoid as the last layer. BCEWithLogitsLoss without it is more stable.',
    formula: 'ℓ = −[ y·log x + (1 − y)·log(1 − x) ], logs not below −100',
    shapes: 'x and y (N, …), both in [0, 1]',
    reference: page('BCELoss'),
    args: { reduction },
    target: 'number',
    score: 'binary-accuracy',
    build: (g, x, y, { reduction: how }) => {
      // exp(−100) is 0 in float32, so the bound is put in after the logarithm.
      const clampedLog = (v: Value) => g.where(g.greater(v, SMALLEST), g.log(g.max(v, SMALLEST)), g.constant(-100));
      return reduce(g, g.neg(g.add(g.mul(y, clampedLog(x)), g.mul(g.sub(1, y), clampedLog(g.sub(1, x))))), how);
    },
  }),
  MSELoss: rule({
    doc: 'Mean squared error: regression. Sensitive to outliers, and to targets far from unit scale.',
    formula: 'ℓ = (x − y)²',
    shapes: 'x and y (N, …)',
    reference: page('MSELoss'),
    args: { reduction },
    target: 'number',
    score: 'r2',
    build: (g, x, y, { reduction: how }) => reduce(g, g.square(g.sub(x, y)), how),
  }),
  L1Loss: rule({
    doc: 'Mean absolute error: regression that outliers do not dominate.',
    formula: 'ℓ = |x − y|',
    shapes: 'x and y (N, …)',
    reference: page('L1Loss'),
    args: { reduction },
    target: 'number',
    score: 'r2',
    build: (g, x, y, { reduction: how }) => reduce(g, g.abs(g.sub(x, y)), how),
  }),
  SmoothL1Loss: rule({
    doc: 'Absolute error with a rounded tip: outliers do not dominate, and small errors settle smoothly.',
    formula: 'ℓ = (x − y)² / 2β if |x − y| < β, else |x − y| − β/2',
    shapes: 'x and y (N, …)',
    reference: page('SmoothL1Loss'),
    args: { beta: real.min(0).default(1).describe('Up to which error it is quadratic; 0 is L1Loss.'), reduction },
    target: 'number',
    score: 'r2',
    build: (g, x, y, { beta, reduction: how }) => {
      const error = g.sub(x, y);
      return reduce(g, beta === 0 ? g.abs(error) : g.div(bent(g, error, beta), beta), how);
    },
  }),
  HuberLoss: rule({
    doc: 'Squared error near the target, absolute error far from it.',
    formula: 'ℓ = (x − y)² / 2 if |x − y| < δ, else δ·(|x − y| − δ/2)',
    shapes: 'x and y (N, …)',
    reference: page('HuberLoss'),
    args: { delta: positive.default(1).describe('Up to which error it is quadratic.'), reduction },
    target: 'number',
    score: 'r2',
    build: (g, x, y, { delta, reduction: how }) => reduce(g, bent(g, g.sub(x, y), delta), how),
  }),
  HingeLoss: rule({
    doc: 'Two classes by the sign of the output, with a margin of 1: a support vector machine’s loss. Targets are 0 or 1, or −1 and 1.',
    formula: 'ℓ = max(0, 1 − y·x), y = ±1',
    shapes: 'x and y (N, …)',
    reference: 'Cortes & Vapnik 1995, Support-Vector Networks',
    args: { reduction },
    target: 'number',
    score: 'signs',
    build: (g, x, y, { reduction: how }) => {
      const side = g.where(g.greater(y, 0), g.constant(1), g.constant(-1));
      return reduce(g, g.max(g.sub(1, g.mul(x, side)), 0), how);
    },
  }),
  KLDivLoss: rule({
    doc: 'How far a distribution of log-probabilities is from the target distribution: goes with a LogSoftmax as the last layer.',
    formula: 'ℓ = y·(log y − x)',
    shapes: 'x log-probabilities and y (N, …)',
    reference: page('KLDivLoss'),
    args: {
      reduction: z
        .enum(['mean', 'batchmean', 'sum'])
        .default('mean')
        .describe('Average over all elements, over the samples (the divergence itself), or sum.'),
      log_target: flag.default(false).describe('The targets are log-probabilities too.'),
    },
    target: 'number',
    score: 'r2',
    prediction: (g, output, { log_target }) => (log_target ? output : g.exp(output)),
    build: (g, x, y, { reduction: how, log_target }) => {
      const cost = log_target ? g.mul(g.exp(y), g.sub(y, x)) : g.mul(y, g.sub(g.log(g.max(y, SMALLEST)), x));
      return how === 'batchmean' ? g.div(g.sum(cost), x.shape[0]) : reduce(g, cost, how);
    },
  }),
  GaussianNLLLoss: rule({
    doc: 'Regression that also learns how sure it is: the first half of the output is the mean, the second half the logarithm of the variance.',
    formula: 'ℓ = ½·(log σ² + (μ − y)² / max(σ², ε))',
    shapes: 'x (N, 2·K), y (N, K)',
    reference: page('GaussianNLLLoss'),
    args: {
      full: flag.default(false).describe('Adds the constant ½·log 2π.'),
      eps: positive.default(1e-6).describe('The variance counts as no smaller than this.'),
      reduction,
    },
    target: 'number',
    score: 'r2',
    isHalved: true,
    prediction: (g, output, _, dim) => g.slice(output, dim, 0, output.shape[dim] / 2),
    build: (g, output, y, { full, eps, reduction: how }, dim) => {
      const n = output.shape[dim];
      if (n % 2) shapeProblem(`needs an even number of outputs, means and log variances: got ${n}`);
      const [mean, logVariance] = g.split(output, [n / 2, n / 2], dim);
      const variance = g.max(g.exp(logVariance), eps);
      const cost = g.mul(g.add(g.log(variance), g.div(g.square(g.sub(mean, y)), variance)), 0.5);
      return reduce(g, full ? g.add(cost, 0.5 * Math.log(2 * Math.PI)) : cost, how);
    },
  }),
  PoissonNLLLoss: rule({
    doc: 'Counts: the output is the (logarithm of the) expected number of events.',
    formula: 'ℓ = eˣ − y·x',
    shapes: 'x and y (N, …)',
    reference: page('PoissonNLLLoss'),
    args: {
      log_input: flag.default(true).describe('The output is the logarithm of the rate; else the rate itself.'),
      full: flag.default(false).describe('Adds Stirling’s approximation of log y! for y > 1.'),
      eps: positive.default(1e-8).describe('Added to the rate before its logarithm.'),
      reduction,
    },
    target: 'number',
    score: 'r2',
    prediction: (g, output, { log_input }) => (log_input ? g.exp(output) : output),
    build: (g, x, y, { log_input, full, eps, reduction: how }) => {
      const cost = log_input ? g.sub(g.exp(x), g.mul(y, x)) : g.sub(x, g.mul(y, g.log(g.add(x, eps))));
      if (!full) return reduce(g, cost, how);
      const safe = g.max(y, 1);
      const stirling = g.add(g.sub(g.mul(safe, g.log(safe)), safe), g.mul(g.log(g.mul(safe, 2 * Math.PI)), 0.5));
      return reduce(g, g.add(cost, g.where(g.greater(y, 1), stirling, g.constant(0))), how);
    },
  }),
} satisfies Record<string, LossRule>;
