import { expect, test } from 'vitest';
import type { NormalisationPoint } from '../../src/view/protocol';
import { modesReading, normalisationGap, normalisationReading, statistic } from '../../webview/normalisationReading';

/** Means over the channels. */
const point = (means: Record<string, number | null>): NormalisationPoint => ({
  step: 1,
  statistics: Object.fromEntries(Object.entries(means).map(([name, mean]) => [name, { mean, std: 0, min: mean, max: mean }])),
});

const batchNorm = (changes: Record<string, number | null>) =>
  point({ batch_mean: 1, batch_var: 4, running_mean: 1, running_var: 4, gamma: 1, beta: 0, ...changes });

test('what evaluation makes of it: a ratio of variances and a shift in standard deviations of the batch', () => {
  expect(normalisationGap(batchNorm({ running_var: 12.8, running_mean: 4 }))).toEqual({ ratio: 3.2, shift: 1.5 });
  expect(normalisationGap(batchNorm({ batch_var: null }))).toEqual({});
  expect(normalisationGap(batchNorm({ batch_var: 0 }))).toEqual({});
  expect(normalisationGap(undefined)).toEqual({});
});

test('it is read in words', () => {
  expect(normalisationReading(batchNorm({}))).toContain('evaluation sees what training sees');
  expect(normalisationReading(batchNorm({ running_var: 12.8 }))).toBe(
    'Running variance is 3.2× the batch variance, on average over the channels: evaluation sees other numbers than training.',
  );
  expect(normalisationReading(batchNorm({ running_mean: -3 }))).toContain('Running mean is 2.0 standard deviations below the batch mean');
  expect(normalisationReading(batchNorm({ running_var: 0.4, running_mean: 5 }))).toContain(
    'Running variance is 0.10× the batch variance and running mean is 2.0 standard deviations above',
  );
  expect(normalisationReading(batchNorm({ batch_var: null }))).toContain('not finite');
});

test('what a layer does not have is not read', () => {
  expect(normalisationReading(point({ gamma: 1, beta: 0 }))).toContain('each sample by itself');
  expect(normalisationReading(point({ batch_mean: 1, batch_var: 4 }))).toContain('no running statistics');
  expect(normalisationReading(undefined)).toBe('');
  expect(statistic(point({}), 'constructor')).toBeUndefined();
});

test('losses of both modes are told where they differ', () => {
  expect(modesReading({ step: 1, train: 0.5, eval: 1.25 })).toContain('2.5× the loss in evaluation mode');
  expect(modesReading({ step: 1, train: 1, eval: 1.1 })).toBe('');
  expect(modesReading({ step: 1, train: null, eval: 1 })).toBe('');
  expect(modesReading(undefined)).toBe('');
});
