import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/model/nearest';

/** Figures from Wagner & Fischer 1974 and Damerau 1964; `ca`, `abc` tells optimal string alignment (3) from the unrestricted distance (2). */
test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['saturday', 'sunday', 3],
  ['Lineer', 'Linear', 1],
  ['Liner', 'Linear', 1],
  ['Lniear', 'Linear', 1],
  ['ca', 'abc', 3],
])('from %j to %j it takes %d edits', (a, b, edits) => expect(editDistance(a, b)).toBe(edits));

test('the distance is symmetric, zero only to itself, and no more than the longer word', () => {
  const word = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

const LAYERS = [
  'Linear',
  'ReLU',
  'GELU',
  'ELU',
  'Conv1d',
  'Conv2d',
  'BatchNorm1d',
  'BatchNorm2d',
  'Softmax',
  'LogSoftmax',
  'CrossEntropyLoss',
  'MSELoss',
];

test.each([
  ['relu', 'ReLU'],
  ['RELU', 'ReLU'],
  ['conv_2d', 'Conv2d'],
  ['Conv2D', 'Conv2d'],
  ['batch-norm-2d', 'BatchNorm2d'],
  ['BatchNorm', 'BatchNorm1d'],
  ['CrossEntropy', 'CrossEntropyLoss'],
  ['mse', 'MSELoss'],
  ['Softmx', 'Softmax'],
  ['Attention', undefined],
  ['x', undefined],
  ['', undefined],
  ['L'.repeat(100_000), undefined],
])('%s is meant as %s', (word, known) => expect(nearest(word, LAYERS)).toBe(known));
