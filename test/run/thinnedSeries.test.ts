import { expect, test } from 'vitest';
import { ThinnedSeries } from '../../src/run/thinnedSeries';

const stepsOf = ({ points }: ThinnedSeries<{ step: number }>): number[] => points.map(({ step }) => step);

function fill(series: ThinnedSeries<{ step: number }>, count: number): number[] {
  for (let n = 1; n <= count; n++) {
    series.add({ step: 10 * n });
    // The newest is there at every moment.
    expect(series.points.at(-1)!.step).toBe(10 * n);
  }
  return stepsOf(series);
}

const series = (count: number, capacity: number): number[] => fill(new ThinnedSeries(capacity), count);

test('up to the capacity every point is there', () => {
  expect(series(8, 8)).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
});

test('one more: those less than twice 80 / 8 steps behind the one before go', () => {
  expect(series(9, 8)).toEqual([10, 30, 50, 70, 90]);
});

test.each([100, 5000])('%d points stay within the space, evenly spread from the first to the last', (count) => {
  const steps = series(count, 50);
  expect(steps.length).toBeLessThanOrEqual(50);
  expect(steps.length).toBeGreaterThanOrEqual(20);
  expect([steps[0], steps.at(-1)]).toEqual([10, 10 * count]);
  // All but the last, which waits for its successor.
  const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]);
  expect(Math.max(...gaps) / Math.min(...gaps)).toBeLessThanOrEqual(2.5);
});

test('a point that must not go stays where its neighbours go', () => {
  const steps = fill(new ThinnedSeries(50, ({ step }) => step === 20 || step === 31_230), 5000);
  expect(steps.slice(0, 2)).toEqual([10, 20]);
  expect(steps).toContain(31_230);
  expect(steps.length).toBeLessThanOrEqual(50);
});

test('a cut forgets what is later, and the series goes on from there', () => {
  const points = new ThinnedSeries<{ step: number }>(8);
  fill(points, 9);
  const { generation } = points;
  points.cut(95);
  expect(points.generation).toBe(generation);
  points.cut(60);
  expect(points.generation).toBeGreaterThan(generation);
  points.add({ step: 65 });
  points.add({ step: 75 });
  points.add({ step: 70 });
  // 65 was too close to the one before; 70 comes too late.
  expect(stepsOf(points)).toEqual([10, 30, 50, 75]);
});
