import * as z from 'zod';
import type { Graph, Value } from '../graph/graph';
import { shapeProblem } from '../graph/graph';
import { product, type Shape } from '../graph/shape';
import { type ArgsOf, type ArgTable, type Documented, positive, share } from './documented';

export const LOSS_NAMES = ['CrossEntropyLoss', 'NLLLoss', 'BCEWithLogitsLoss', 'BCELoss', 'MSELoss', 'L1Loss'] as const;
export type LossName = (typeof LOSS_NAMES)[number];

/** How predictions are scored beside the loss. */
export type Score = 'accuracy' | 'binary-accuracy-logits' | 'binary-accuracy' | 'r2';

export interface LossRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /** `class`: int32 indices, the class dimension left out; `number`: float32 of the output's shape. */
  target: 'class' | 'number';
  score: Score;
  /** The scalar task loss; `classDim` is the output's dimension that holds the classes. */
  build: (g: Graph, output: Value, target: Value, args: ArgsOf<Table>, classDim: number) => Value;
}

/** The smallest normal float32. */
const SMALLEST = 2 ** -126;

const reduction = z.enum(['mean', 'sum']).default('mean').describe('Average or sum over all elements of the batch.');
const weight = z.array(positive).optional().describe('A factor per class, for unbalanced data.');
const page = (name: string) => `https://pytorch.org/docs/stable/generated/torch.nn.${name}.html`;
const rule = <Table extends ArgTable>(r: LossRule<Table>): LossRule => r as unknown as LossRule;

const reduce = (g: Graph, values: Value, how: 'mean' | 'sum') => (how === 'mean' ? g.mean(values) : g.sum(values));

/** Target shape that the loss takes for a prediction shape (both with the batch): dim of the classes left out for class targets. */
export function targetShape(loss: LossRule, output: Shape, classDim: number): Shape {
  return loss.target === 'class' ? output.filter((_, i) => i !== classDim) : output;
}

/** Σ over classes of −weight·target·log p, averaged by the weights of the true classes as PyTorch does. */
function negativeLogLikelihood(
  g: Graph,
  logp: Value,
  target: Value,
  args: { weight?: number[]; reduction: 'mean' | 'sum'; label_smoothing?: number },
  dim: number,
): Value {
  const classes = logp.shape[dim];
  if (args.weight && args.weight.length !== classes) shapeProblem(`\`weight\` has ${args.weight.length} entries, but there are ${classes} classes`);
  const along = logp.shape.map((n, i) => (i === dim ? n : 1));
  const index = g.constant(
    Array.from({ length: classes }, (_, i) => i),
    along,
    'int32',
  );
  const picked = g.cast(
    g.equal(
      g.reshape(
        target,
        logp.shape.map((n, i) => (i === dim ? 1 : n)),
      ),
      index,
    ),
    'float32',
  );
  const factor = args.weight && g.constant(args.weight, along);
  const hard = factor ? g.mul(picked, factor) : picked;
  const total = args.reduction === 'sum' ? undefined : factor ? g.sum(hard) : product(target.shape);
  const over = (x: Value) => (total === undefined ? g.neg(x) : g.neg(g.div(x, total)));
  const nll = over(g.sum(g.mul(logp, hard)));
  const smoothing = args.label_smoothing ?? 0;
  if (smoothing === 0) return nll;
  const smooth = over(g.sum(factor ? g.mul(logp, factor) : logp));
  return g.add(g.mul(nll, 1 - smoothing), g.mul(smooth, smoothing / classes));
}

export const LOSSES: Record<LossName, LossRule> = {
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
};
