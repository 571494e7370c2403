import { expect, test } from 'vitest';
import type { NdArray } from '../layers/array';
import { softmax, sum } from '../layers/array';
import { expectLoss, type LossCase } from './lossAtPoint';

const labels = [2, 0, 1, 2];
const row = (x: NdArray, n: number) => Array.from({ length: x.shape[1] }, (_, c) => x.at(n, c));

/** Lin et al. 2017, equation 4, with a factor of the true class. */
const focal = (x: NdArray, y: NdArray, { gamma = 2, weight = [1, 1, 1], isSum = false } = {}) =>
  sum(4, (n) => {
    const p = softmax(row(x, n))[y.at(n)];
    return -weight[y.at(n)] * (1 - p) ** gamma * Math.log(p);
  }) / (isSum ? 1 : 4);

test.each<[string, LossCase]>([
  ['by default γ = 2', { loss: 'FocalLoss', output: [4, 3], target: labels, formula: (x, y) => focal(x, y) }],
  [
    'γ = 0.5, sum',
    {
      loss: 'FocalLoss',
      args: { gamma: 0.5, reduction: 'sum' },
      output: [4, 3],
      target: labels,
      formula: (x, y) => focal(x, y, { gamma: 0.5, isSum: true }),
    },
  ],
  ['γ = 0 is cross-entropy', { loss: 'FocalLoss', args: { gamma: 0 }, output: [4, 3], target: labels, formula: (x, y) => focal(x, y, { gamma: 0 }) }],
  [
    'class weights',
    { loss: 'FocalLoss', args: { weight: [1, 2, 0.5] }, output: [4, 3], target: labels, formula: (x, y) => focal(x, y, { weight: [1, 2, 0.5] }) },
  ],
  [
    'positions of an image',
    {
      loss: 'FocalLoss',
      output: [2, 3, 2],
      target: labels,
      formula: (x, y) =>
        sum(4, (i) => {
          const [n, position] = [i >> 1, i % 2];
          const p = softmax([0, 1, 2].map((c) => x.at(n, c, position)))[y.at(n, position)];
          return (-((1 - p) ** 2) * Math.log(p)) / 4;
        }),
    },
  ],
  [
    'the last dimension of a sequence',
    {
      loss: 'FocalLoss',
      output: [2, 2, 3],
      classDim: 2,
      target: labels,
      formula: (x, y) =>
        sum(4, (i) => {
          const [n, position] = [i >> 1, i % 2];
          const p = softmax([0, 1, 2].map((c) => x.at(n, position, c)))[y.at(n, position)];
          return (-((1 - p) ** 2) * Math.log(p)) / 4;
        }),
    },
  ],
])('FocalLoss, %s', (_, one) => expectLoss(one));

test('FocalLoss of what is surely right is 0 and has no slope that is not a number', () =>
  expectLoss({ loss: 'FocalLoss', output: [1, 2], domain: (_, at) => (at === 0 ? 60 : 0), target: [0], formula: () => 0 }));

/** −Σ w·log p of the true class over Σ w; smoothing spreads over all classes by their own weights, as PyTorch does. */
const crossEntropy = (x: NdArray, y: NdArray, { weight = [1, 1, 1], smoothing = 0, isSum = false, isLog = false } = {}) => {
  const logs = (n: number) => (isLog ? row(x, n) : softmax(row(x, n)).map(Math.log));
  const total = isSum ? 1 : sum(4, (n) => weight[y.at(n)]);
  const hard = sum(4, (n) => -weight[y.at(n)] * logs(n)[y.at(n)]) / total;
  const smooth = sum(4, (n) => sum(3, (c) => -weight[c] * logs(n)[c])) / total;
  return (1 - smoothing) * hard + (smoothing / 3) * smooth;
};
test.each<[string, LossCase]>([
  [
    'weights, smoothing',
    {
      loss: 'CrossEntropyLoss',
      args: { weight: [1, 2, 0.5], label_smoothing: 0.2 },
      output: [4, 3],
      target: labels,
      formula: (x, y) => crossEntropy(x, y, { weight: [1, 2, 0.5], smoothing: 0.2 }),
    },
  ],
  [
    'sum, smoothing',
    {
      loss: 'CrossEntropyLoss',
      args: { reduction: 'sum', label_smoothing: 0.1 },
      output: [4, 3],
      target: labels,
      formula: (x, y) => crossEntropy(x, y, { isSum: true, smoothing: 0.1 }),
    },
  ],
  [
    'NLLLoss, weights',
    {
      loss: 'NLLLoss',
      args: { weight: [1, 2, 0.5] },
      output: [4, 3],
      target: labels,
      formula: (x, y) => crossEntropy(x, y, { weight: [1, 2, 0.5], isLog: true }),
    },
  ],
  [
    'NLLLoss, sum',
    {
      loss: 'NLLLoss',
      args: { reduction: 'sum' },
      output: [4, 3],
      target: labels,
      formula: (x, y) => crossEntropy(x, y, { isSum: true, isLog: true }),
    },
  ],
])('cross-entropy: %s', (_, one) => expectLoss(one));

/** Σ over the other classes of max(0, margin − x_y + x_c)ᵖ, weighed by the true class, over the number of classes. */
const multiMargin = (x: NdArray, y: NdArray, { p = 1, margin = 1, weight = [1, 1, 1], isSum = false } = {}) =>
  sum(4, (n) => {
    const own = y.at(n);
    return (sum(3, (c) => (c === own ? 0 : weight[own] * Math.max(0, margin - x.at(n, own) + x.at(n, c)) ** p)) / 3) * (isSum ? 1 : 1 / 4);
  });
test.each<[string, LossCase]>([
  [
    'p = 2, weights',
    {
      loss: 'MultiMarginLoss',
      args: { p: 2, weight: [1, 2, 0.5] },
      output: [4, 3],
      target: labels,
      formula: (x, y) => multiMargin(x, y, { p: 2, weight: [1, 2, 0.5] }),
    },
  ],
  [
    'margin, sum',
    {
      loss: 'MultiMarginLoss',
      args: { margin: 0.4, reduction: 'sum' },
      output: [4, 3],
      target: labels,
      formula: (x, y) => multiMargin(x, y, { margin: 0.4, isSum: true }),
    },
  ],
])('MultiMarginLoss: %s', (_, one) => expectLoss(one));

test('weights of another number of classes are refused', async () => {
  await expect(expectLoss({ loss: 'FocalLoss', args: { weight: [1, 2] }, output: [4, 3], target: labels, formula: () => 0 })).rejects.toThrow(
    '`weight` has 2 entries, but there are 3 classes',
  );
});
