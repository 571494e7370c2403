import { expect, test } from 'vitest';
import type { NdArray } from '../layers/array';
import { softmax, sum } from '../layers/array';
import { expectLoss, type LossCase } from './lossAtPoint';

// The third class has one sample, which has no partner; the pairs are those of the batch.
const labels = [0, 1, 0, 1, 2, 0];
const shape = [6, 3];
const all = [0, 1, 2, 3, 4, 5];

const dot = (x: NdArray, i: number, j: number) => sum(x.shape[1], (k) => x.at(i, k) * x.at(j, k));
const distance = (x: NdArray, i: number, j: number) => Math.sqrt(sum(x.shape[1], (k) => (x.at(i, k) - x.at(j, k)) ** 2));
const cosine = (x: NdArray, i: number, j: number) => dot(x, i, j) / Math.sqrt(dot(x, i, i) * dot(x, j, j));
const partners = (y: NdArray, i: number) => all.filter((j) => j !== i && y.at(j) === y.at(i));
const others = (y: NdArray, i: number) => all.filter((j) => y.at(j) !== y.at(i));
const mean = (values: number[], isSum: boolean) => (values.length ? values.reduce((a, b) => a + b) / (isSum ? 1 : values.length) : 0);

/** Hermans et al. 2017, batch hard: the furthest of one's class and the nearest of another; anchors without either do not count. */
const triplet = (x: NdArray, y: NdArray, margin = 1, isSum = false) => {
  const anchors = all.filter((i) => partners(y, i).length > 0 && others(y, i).length > 0);
  const cost = (i: number) =>
    Math.max(0, Math.max(...partners(y, i).map((j) => distance(x, i, j))) - Math.min(...others(y, i).map((j) => distance(x, i, j))) + margin);
  return mean(anchors.map(cost), isSum);
};

/** Khosla et al. 2020, L_out: the mean over partners outside of the logarithm; samples without a partner do not count. */
const contrastive = (x: NdArray, y: NdArray, temperature = 0.1, isSum = false) => {
  const cost = (i: number) => {
    const rest = all.filter((j) => j !== i);
    const p = softmax(rest.map((j) => cosine(x, i, j) / temperature));
    return -mean(
      partners(y, i).map((j) => Math.log(p[rest.indexOf(j)])),
      false,
    );
  };
  return mean(all.filter((i) => partners(y, i).length > 0).map(cost), isSum);
};

/** PyTorch's formula over all ordered pairs of two samples. */
const cosineEmbedding = (x: NdArray, y: NdArray, margin = 0, isSum = false) => {
  const pairs = all.flatMap((i) => all.filter((j) => j !== i).map((j) => [i, j]));
  return mean(
    pairs.map(([i, j]) => (y.at(i) === y.at(j) ? 1 - cosine(x, i, j) : Math.max(0, cosine(x, i, j) - margin))),
    isSum,
  );
};

test.each<[string, LossCase]>([
  ['TripletMarginLoss', { loss: 'TripletMarginLoss', output: shape, target: labels, formula: (x, y) => triplet(x, y) }],
  [
    'TripletMarginLoss, margin, sum',
    {
      loss: 'TripletMarginLoss',
      args: { margin: 0.1, reduction: 'sum' },
      output: shape,
      target: labels,
      formula: (x, y) => triplet(x, y, 0.1, true),
    },
  ],
  ['TripletMarginLoss of a batch of one class', { loss: 'TripletMarginLoss', output: shape, target: [1, 1, 1, 1, 1, 1], formula: () => 0 }],
  ['ContrastiveLoss', { loss: 'ContrastiveLoss', output: shape, target: labels, formula: (x, y) => contrastive(x, y) }],
  [
    'ContrastiveLoss, temperature, sum',
    {
      loss: 'ContrastiveLoss',
      args: { temperature: 0.7, reduction: 'sum' },
      output: shape,
      target: labels,
      formula: (x, y) => contrastive(x, y, 0.7, true),
    },
  ],
  ['ContrastiveLoss of a batch without partners', { loss: 'ContrastiveLoss', output: shape, target: all, formula: () => 0 }],
  ['CosineEmbeddingLoss', { loss: 'CosineEmbeddingLoss', output: shape, target: labels, formula: (x, y) => cosineEmbedding(x, y) }],
  [
    'CosineEmbeddingLoss, margin, sum',
    {
      loss: 'CosineEmbeddingLoss',
      args: { margin: 0.3, reduction: 'sum' },
      output: shape,
      target: labels,
      formula: (x, y) => cosineEmbedding(x, y, 0.3, true),
    },
  ],
  [
    'CosineEmbeddingLoss of a batch of one class',
    { loss: 'CosineEmbeddingLoss', output: shape, target: [1, 1, 1, 1, 1, 1], formula: (x, y) => cosineEmbedding(x, y) },
  ],
])('%s: pairs mined in the batch', (_, one) => expectLoss(one));

test.each(['TripletMarginLoss', 'ContrastiveLoss', 'CosineEmbeddingLoss'] as const)('%s compares vectors', async (loss) => {
  await expect(expectLoss({ loss, output: [6, 3, 1], target: all, formula: () => 0 })).rejects.toThrow('compares one vector for each sample');
});
