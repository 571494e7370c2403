import { expect, test } from 'vitest';
import { EvalSeries } from '../../src/run/evalSeries';

const series = (count: number, capacity: number): number[] => {
  const evaluations = new EvalSeries([], capacity);
  for (let n = 1; n <= count; n++) {
    evaluations.add({ type: 'eval', step: 10 * n, train_loss: 1 / n });
    // The newest is there at every moment.
    expect(evaluations.points.at(-1)!.step).toBe(10 * n);
  }
  return evaluations.points.map(({ step }) => step);
};

test('up to the capacity every evaluation is there', () => {
  expect(series(8, 8)).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
});

test('one more: those less than twice 80 / 8 steps behind the one before go', () => {
  expect(series(9, 8)).toEqual([10, 30, 50, 70, 90]);
});

test.each([100, 5000])('%d evaluations stay within the space, evenly spread from the first to the last', (count) => {
  const steps = series(count, 50);
  expect(steps.length).toBeLessThanOrEqual(50);
  expect(steps.length).toBeGreaterThanOrEqual(20);
  expect([steps[0], steps.at(-1)]).toEqual([10, 10 * count]);
  // All but the last, which waits for its successor.
  const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]);
  expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThanOrEqual(2.5);
});
