import { expect, test } from 'vitest';
import type { Split } from '../../src/data/dataset';
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

test('classes: the entropy of their shares; ln C where they are balanced', () => {
  expect(noSkillLoss('CrossEntropyLoss', split([0, 1, 2, 0, 1, 2], [], 'class'))).toBeCloseTo(Math.log(3), 12);
  expect(noSkillLoss('NLLLoss', split([0, 0, 0, 1], [], 'class'))).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 12);
});

test('numbers: variance for the squared error, mean distance from the median for the absolute one', () => {
  const y = split([1, 2, 3, 10], [1]);
  expect(noSkillLoss('MSELoss', y)).toBeCloseTo(12.5, 12); // mean 4: (9 + 4 + 1 + 36) / 4
  expect(noSkillLoss('L1Loss', y)).toBeCloseTo(2.5, 12); // median 2 or 3: (2 + 1 + 0 + 7) / 4
});

test('columns are taken one by one', () => {
  const y = split([0, 100, 2, 100], [2]);
  expect(noSkillLoss('MSELoss', y)).toBe(0.5);
  expect(totalSumOfSquares(y)).toBe(2);
});

test('binary targets: the entropy of their rate; none where there is one value alone', () => {
  expect(noSkillLoss('BCEWithLogitsLoss', split([0, 1, 1, 1], [1]))).toBeCloseTo(0.5623351446188083, 12);
  expect(noSkillLoss('BCELoss', split([1, 1], [1]))).toBe(0);
});
