import { expect, test } from 'vitest';
import { lastChange, rangeOf } from '../../webview/rateRange';

const losses = (...rates: number[]) => rates.map((lr, i) => ({ step: 10 * (i + 1), loss: 1, total_loss: 1, lr, grad_norm: 1 }));

test('the range leaves out zero, which no logarithmic axis has', () => {
  expect(rangeOf(losses(0, 0.1, 0.001, 0))).toEqual({ low: 0.001, high: 0.1 });
  expect(rangeOf(losses(0, 0))).toEqual({ low: 0, high: 0 });
  expect(rangeOf([])).toEqual({ low: 0, high: 0 });
});

test('since when the rate is what it is: not while it moves, not where it never did', () => {
  expect(lastChange(losses(1, 1, 0.1, 0.1, 0.1))).toBe(30);
  expect(lastChange(losses(1, 0.5, 0.25))).toBeUndefined();
  expect(lastChange(losses(1, 1, 1))).toBeUndefined();
  expect(lastChange([])).toBeUndefined();
});
