import { expect, test } from 'vitest';
import type { NdArray } from '../layers/array';
import { sum } from '../layers/array';
import { expectLoss, type LossCase } from './lossAtPoint';

const target = [1, 0, 0, 1, 1, 0];
/** Over six elements. */
const over = (isSum: boolean, term: (i: number) => number) => sum(6, term) / (isSum ? 1 : 6);

const hinge = (x: NdArray, y: NdArray, isSum = false) => over(isSum, (i) => Math.max(0, 1 - (y.data[i] > 0 ? 1 : -1) * x.data[i]));
const wide = (n: number) => 2 * n;
test.each<[string, LossCase]>([
  ['targets 0 and 1', { loss: 'HingeLoss', output: [3, 2], domain: wide, target, formula: (x, y) => hinge(x, y) }],
  [
    'targets −1 and 1, sum',
    {
      loss: 'HingeLoss',
      args: { reduction: 'sum' },
      output: [3, 2],
      domain: wide,
      target: target.map((t) => 2 * t - 1),
      formula: (x, y) => hinge(x, y, true),
    },
  ],
])('HingeLoss: %s', (_, one) => expectLoss(one));

const shares = [0.2, 0.8, 0, 1, 0.5, 0.5];
/** y·(log y − x), 0 where y is 0. */
const divergence = (x: NdArray, y: NdArray, by: number) => sum(6, (i) => (y.data[i] > 0 ? y.data[i] * (Math.log(y.data[i]) - x.data[i]) : 0)) / by;
const logDivergence = (x: NdArray, y: NdArray, by: number) => sum(6, (i) => Math.exp(y.data[i]) * (y.data[i] - x.data[i])) / by;
const logs = shares.map((p) => Math.log(p + 0.1));
test.each<[string, LossCase]>([
  ['mean over all elements', { loss: 'KLDivLoss', output: [3, 2], target: shares, formula: (x, y) => divergence(x, y, 6) }],
  ['batchmean', { loss: 'KLDivLoss', args: { reduction: 'batchmean' }, output: [3, 2], target: shares, formula: (x, y) => divergence(x, y, 3) }],
  ['sum', { loss: 'KLDivLoss', args: { reduction: 'sum' }, output: [3, 2], target: shares, formula: (x, y) => divergence(x, y, 1) }],
  ['log_target', { loss: 'KLDivLoss', args: { log_target: true }, output: [3, 2], target: logs, formula: (x, y) => logDivergence(x, y, 6) }],
  [
    'log_target, batchmean',
    {
      loss: 'KLDivLoss',
      args: { log_target: true, reduction: 'batchmean' },
      output: [3, 2],
      target: logs,
      formula: (x, y) => logDivergence(x, y, 3),
    },
  ],
])('KLDivLoss: %s', (_, one) => expectLoss(one));

/** ½(log σ² + (μ − y)² / σ²) with σ² = max(e^s, ε), s the second half of the output. */
const gaussian = (x: NdArray, y: NdArray, { eps = 1e-6, full = false, isSum = false } = {}) =>
  over(isSum, (i) => {
    const [n, k] = [Math.floor(i / 2), i % 2];
    const variance = Math.max(Math.exp(x.at(n, k + 2)), eps);
    return 0.5 * (Math.log(variance) + (x.at(n, k) - y.at(n, k)) ** 2 / variance) + (full ? 0.5 * Math.log(2 * Math.PI) : 0);
  });
const numbers = [0.3, -1, 2, 0.5, -0.2, 1.1];
test.each<[string, LossCase]>([
  ['by default', { loss: 'GaussianNLLLoss', output: [3, 4], target: numbers, formula: (x, y) => gaussian(x, y) }],
  [
    'full, sum',
    {
      loss: 'GaussianNLLLoss',
      args: { full: true, reduction: 'sum' },
      output: [3, 4],
      target: numbers,
      formula: (x, y) => gaussian(x, y, { full: true, isSum: true }),
    },
  ],
  [
    'variances below eps have no slope',
    { loss: 'GaussianNLLLoss', args: { eps: 1 }, output: [3, 4], target: numbers, formula: (x, y) => gaussian(x, y, { eps: 1 }) },
  ],
])('GaussianNLLLoss: %s', (_, one) => expectLoss(one));
test('GaussianNLLLoss needs two outputs for each target', async () => {
  await expect(expectLoss({ loss: 'GaussianNLLLoss', output: [2, 3], target: [1, 2, 3], formula: () => 0 })).rejects.toThrow(
    'needs an even number of outputs',
  );
});

const rates = [0, 1, 3, 2, 7, 1];
const positive = (n: number) => Math.abs(n) + 0.1;
const stirling = (y: number) => (y > 1 ? y * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI * y) : 0);
test.each<[string, LossCase]>([
  [
    'full',
    {
      loss: 'PoissonNLLLoss',
      args: { full: true },
      output: [3, 2],
      target: rates,
      formula: (x, y) => over(false, (i) => Math.exp(x.data[i]) - y.data[i] * x.data[i] + stirling(y.data[i])),
    },
  ],
  [
    'of rates, sum, eps',
    {
      loss: 'PoissonNLLLoss',
      args: { log_input: false, eps: 0.01, reduction: 'sum' },
      output: [3, 2],
      domain: positive,
      target: rates,
      formula: (x, y) => over(true, (i) => x.data[i] - y.data[i] * Math.log(x.data[i] + 0.01)),
    },
  ],
])('PoissonNLLLoss: %s', (_, one) => expectLoss(one));

/** Quadratic within a bound. */
const bent = (e: number, bound: number) => (Math.abs(e) < bound ? 0.5 * e * e : bound * (Math.abs(e) - bound / 2));
const softplus = (v: number) => Math.log1p(Math.exp(v));
const probability = (n: number) => 1 / (1 + Math.exp(-n));
test.each<[string, LossCase]>([
  [
    'MSELoss',
    {
      loss: 'MSELoss',
      args: { reduction: 'sum' },
      output: [3, 2],
      target: numbers,
      formula: (x, y) => over(true, (i) => (x.data[i] - y.data[i]) ** 2),
    },
  ],
  [
    'L1Loss',
    {
      loss: 'L1Loss',
      args: { reduction: 'sum' },
      output: [3, 2],
      target: numbers,
      formula: (x, y) => over(true, (i) => Math.abs(x.data[i] - y.data[i])),
    },
  ],
  [
    'SmoothL1Loss',
    {
      loss: 'SmoothL1Loss',
      args: { beta: 0.5, reduction: 'sum' },
      output: [3, 2],
      target: numbers,
      formula: (x, y) => over(true, (i) => bent(x.data[i] - y.data[i], 0.5) / 0.5),
    },
  ],
  [
    'SmoothL1Loss with beta 0 is L1Loss',
    {
      loss: 'SmoothL1Loss',
      args: { beta: 0 },
      output: [3, 2],
      target: numbers,
      formula: (x, y) => over(false, (i) => Math.abs(x.data[i] - y.data[i])),
    },
  ],
  [
    'HuberLoss',
    {
      loss: 'HuberLoss',
      args: { delta: 0.7, reduction: 'sum' },
      output: [3, 2],
      target: numbers,
      formula: (x, y) => over(true, (i) => bent(x.data[i] - y.data[i], 0.7)),
    },
  ],
  [
    'BCEWithLogitsLoss with a weight for each output',
    {
      loss: 'BCEWithLogitsLoss',
      args: { pos_weight: [2, 0.5], reduction: 'sum' },
      output: [3, 2],
      target: shares,
      formula: (x, y) => over(true, (i) => [2, 0.5][i % 2] * y.data[i] * softplus(-x.data[i]) + (1 - y.data[i]) * softplus(x.data[i])),
    },
  ],
  [
    'BCELoss',
    {
      loss: 'BCELoss',
      args: { reduction: 'sum' },
      output: [3, 2],
      domain: probability,
      target: shares,
      formula: (x, y) => over(true, (i) => -y.data[i] * Math.log(x.data[i]) - (1 - y.data[i]) * Math.log(1 - x.data[i])),
    },
  ],
])('%s', (_, one) => expectLoss(one));
