import { expect, test } from 'vitest';
import { formatAge, formatDuration } from '../../src/view/times';

test.each([
  [0.84, '0.8 s'],
  [12.9, '12 s'],
  [60, '1 min'],
  [200, '3 min 20 s'],
  [7200, '2 h'],
  [7500, '2 h 5 min'],
  [360_000, '100 h'],
])('%d seconds: %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

const minute = 60_000;
test.each([
  [0, 'just now'],
  [-5000, 'just now'],
  [3 * minute, '3 min ago'],
  [119 * minute, '1 h ago'],
  [30 * 60 * minute, 'yesterday'],
  [5 * 24 * 60 * minute, '5 days ago'],
])('%d ms ago: %s', (ago, text) => {
  expect(formatAge(1e12 - ago, 1e12)).toBe(text);
});
