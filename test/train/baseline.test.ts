import { expect, test } from 'vitest';
import type { Split } from '../../src/data/dataset';
import type { LossName } from '../../src/model/losses';
import type { Choice } from '../../src/model/spec';
import { noSkillLoss, totalSumOfSquares } from '../../src/train/baseline';

const split = (y: number[], sampleShape: number[], kind: 'class' | 'number' = 'number'): Split => ({
  count:
    y.length /
    Math.max(
      1,
      sampleShape.reduce((a, b) => a * b, 1),
    ),
  x: { sampleShape: [1], data: new Float32Array(y.length) },
  y: { sampleShape, data: kind === 'class' ? Int32Array.from(y) : Float32Array.from(y) },
});

const loss = (name: LossName, args: Record<string, unknown> = {}): Choice<LossName> => ({ name, args, range: { start: 0, end: 0 }, argRanges: {} });

test('classes: the entropy of their shares; ln C where they are balanced', () => {
  expect(noSkillLoss(loss('CrossEntropyLoss'), split([0, 1, 2, 0, 1, 2], [], 'class'))).toBeCloseTo(Math.log(3), 12);
  expect(noSkillLoss(loss('NLLLoss'), split([0, 0, 0, 1], [], 'class'))).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 12);
});

test('numbers: variance for the squared error, mean distance from the median for the absolute one', () => {
  const y = split([1, 2, 3, 10], [1]);
  expect(noSkillLoss(loss('MSELoss'), y)).toBeCloseTo(12.5, 12); // mean 4: (9 + 4 + 1 + 36) / 4
  expect(noSkillLoss(loss('L1Loss'), y)).toBeCloseTo(2.5, 12); // median 2 or 3: (2 + 1 + 0 + 7) / 4
});

test('columns are taken one by one', () => {
  const y = split([0, 100, 2, 100], [2]);
  expect(noSkillLoss(loss('MSELoss'), y)).toBe(0.5);
  expect(totalSumOfSquares(y)).toBe(2);
});

test('binary targets: the entropy of their rate; none where there is one value alone', () => {
  expect(noSkillLoss(loss('BCEWithLogitsLoss'), split([0, 1, 1, 1], [1]))).toBeCloseTo(0.5623351446188083, 12);
  expect(noSkillLoss(loss('BCELoss'), split([1, 1], [1]))).toBe(0);
});

test('smoothing and weights move the classes as they move the loss', () => {
  const labels = split([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [], 'class');
  // 90/10 smoothed by 0.2 is 82/18.
  expect(noSkillLoss(loss('CrossEntropyLoss', { label_smoothing: 0.2 }), labels)).toBeCloseTo(-(0.82 * Math.log(0.82) + 0.18 * Math.log(0.18)), 12);
  // Weighted by 1 and 9 both classes count the same.
  expect(noSkillLoss(loss('CrossEntropyLoss', { weight: [1, 9] }), labels)).toBeCloseTo(Math.LN2, 12);
  // A rate of 1/4 with positives counted three times: −¾·log ½ − ¾·log ½.
  expect(noSkillLoss(loss('BCEWithLogitsLoss', { pos_weight: [3] }), split([0, 0, 0, 1], [1]))).toBeCloseTo(1.5 * Math.LN2, 12);
  expect(noSkillLoss(loss('MSELoss', { reduction: 'sum' }), split([0, 1], [1]))).toBeUndefined();
});
