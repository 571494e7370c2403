import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { positive, real } from '../documented';
import { type LossRule, page, reduce, reduction, rule } from './loss';

/** Taken before a root or a quotient: what is exactly 0 has no slope there. */
const TINY = 1e-12;
/** Further than any distance of vectors that can be told apart. */
const FAR = 1e9;

function needsVectors({ shape }: Value): void {
  if (shape.length !== 2) shapeProblem(`compares one vector for each sample, but the model puts out ${shape.slice(1).join('×')}`);
}

/** For all pairs of a batch: 1 where both are of one class, and 1 where they are not the same sample. */
function pairs(g: Graph, target: Value) {
  const [n] = target.shape;
  const alike = g.cast(g.equal(g.reshape(target, [n, 1]), g.reshape(target, [1, n])), 'float32');
  const others = g.constant(
    Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 0 : 1)),
    [n, n],
  );
  return { alike, others, positive: g.mul(alike, others), negative: g.sub(1, alike) };
}

/** How many samples have the nearest other sample of their own class. */
export function neighboursAlike(g: Graph, output: Value, target: Value): Value {
  const { others } = pairs(g, target);
  const away = g.add(distances(g, output), g.mul(g.sub(1, others), FAR));
  const nearest = g.cast(g.op('ArgMax', [g.neg(away)], { axis: 1 }), 'int32');
  return g.sum(g.cast(g.equal(g.op('Gather', [target, nearest]), target), 'float32'));
}

/** Euclidean distances of all pairs. */
function distances(g: Graph, x: Value): Value {
  const squares = g.sumSquare(x, [1], true);
  const products = g.gemm(x, x, undefined, false, true);
  const squared = g.sub(g.add(squares, g.transpose(squares, [1, 0])), g.mul(products, 2));
  return g.sqrt(g.max(squared, TINY));
}

/** Cosines of all pairs. */
function cosines(g: Graph, x: Value): Value {
  const unit = g.div(x, g.sqrt(g.max(g.sumSquare(x, [1], true), TINY)));
  return g.gemm(unit, unit, undefined, false, true);
}

/** The mean over what counts, 0 where nothing does. */
const meanOver = (g: Graph, values: Value, counts: Value): Value => g.div(g.sum(g.mul(values, counts)), g.max(g.sum(counts), 1));

/** Losses of distances: the output is a vector for each sample, pairs and triplets are those of the batch. */
export const metricLosses = {
  TripletMarginLoss: rule({
    doc: 'Puts samples of one class nearer to each other than to others, by a margin. Of each sample the furthest of its class and the nearest of another count (batch hard).',
    formula: 'ℓ = max(0, max_{same} d − min_{other} d + margin)',
    shapes: 'x (N, D), class indices (N)',
    reference: 'Hermans et al. 2017, In Defense of the Triplet Loss; ' + page('TripletMarginLoss'),
    args: { margin: positive.default(1).describe('By how much nearer.'), reduction },
    target: 'class',
    score: 'neighbours',
    build: (g, output, target, { margin, reduction: how }) => {
      needsVectors(output);
      const { positive: same, negative: other } = pairs(g, target);
      const d = distances(g, output);
      const furthest = g.reduceMax(g.mul(d, same), [1]);
      const nearest = g.reduceMin(g.add(d, g.mul(g.sub(1, other), FAR)), [1]);
      const cost = g.max(g.add(g.sub(furthest, nearest), margin), 0);
      // A sample alone in its class, or in a batch of one class, makes no triplet.
      const counts = g.mul(g.reduceMax(same, [1]), g.reduceMax(other, [1]));
      return how === 'mean' ? meanOver(g, cost, counts) : g.sum(g.mul(cost, counts));
    },
  }),
  ContrastiveLoss: rule({
    doc: 'Supervised contrastive loss: each sample must pick those of its class out of the batch, by the cosine of their vectors.',
    formula: 'ℓᵢ = −mean_{p of i’s class} log( exp(cos_ip/τ) / Σ_{a≠i} exp(cos_ia/τ) )',
    shapes: 'x (N, D), class indices (N)',
    reference: 'Khosla et al. 2020, Supervised Contrastive Learning',
    args: { temperature: positive.default(0.1).describe('τ: smaller tells more apart.'), reduction },
    target: 'class',
    score: 'neighbours',
    build: (g, output, target, { temperature, reduction: how }) => {
      needsVectors(output);
      const { positive: same, others } = pairs(g, target);
      const logits = g.sub(g.div(cosines(g, output), temperature), g.mul(g.sub(1, others), FAR));
      const logp = g.mul(g.logSoftmax(logits, 1), same);
      const partners = g.sum(same, [1]);
      const cost = g.neg(g.div(g.sum(logp, [1]), g.max(partners, 1)));
      const counts = g.min(partners, 1);
      return how === 'mean' ? meanOver(g, cost, counts) : g.sum(g.mul(cost, counts));
    },
  }),
  CosineEmbeddingLoss: rule({
    doc: 'Turns vectors of one class into one direction, and others apart; all pairs of the batch count.',
    formula: 'ℓ = 1 − cos for one class, max(0, cos − margin) for two',
    shapes: 'x (N, D), class indices (N)',
    reference: page('CosineEmbeddingLoss'),
    args: { margin: real.min(-1).max(1).default(0).describe('Cosine that vectors of two classes may have.'), reduction },
    target: 'class',
    score: 'neighbours',
    build: (g, output, target, { margin, reduction: how }) => {
      needsVectors(output);
      const { alike, others, negative } = pairs(g, target);
      const cosine = cosines(g, output);
      const cost = g.add(g.mul(g.sub(1, cosine), alike), g.mul(g.max(g.sub(cosine, margin), 0), negative));
      return how === 'mean' ? meanOver(g, cost, others) : reduce(g, g.mul(cost, others), how);
    },
  }),
} satisfies Record<string, LossRule>;
