import { expect, test } from 'vitest';
import { LossSeries } from '../../src/run/lossSeries';
import type { StepEvent } from '../../src/train/protocol';

const step = (n: number, loss: number | null = n): StepEvent => ({
  type: 'step',
  step: n,
  loss,
  total_loss: loss,
  lr: 1 / n,
  grad_norm: 2 * (loss ?? 0),
});

/** Takes steps 1 … `count` whose loss is their number. */
function series(count: number, capacity: number): LossSeries {
  const losses = new LossSeries(capacity);
  for (let n = 1; n <= count; n++) losses.add(step(n));
  losses.flush();
  return losses;
}

test('up to its capacity every step is a point', () => {
  expect(series(7, 8).points.map(({ step: n, loss }) => [n, loss])).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => [n, n]));
});

test('when full, neighbours merge to their mean and the first step stays alone', () => {
  // 1 | 2 3 | 4 5 | 6 7 | 8, then pairs from there on: 9 10 | 11.
  expect(series(11, 8).points.map(({ step: n, loss }) => [n, loss])).toEqual([
    [1, 1],
    [3, 2.5],
    [5, 4.5],
    [7, 6.5],
    [8, 8],
    [10, 9.5],
    [11, 11],
  ]);
});

test('a point has the last learning rate and the mean gradient norm of its steps', () => {
  const point = series(8, 8).points[1];
  expect(point).toEqual({ step: 3, loss: 2.5, total_loss: 2.5, lr: 1 / 3, grad_norm: 5 });
});

test.each([100, 1000, 99_999])('%d steps stay within the space, and no step is lost or counted twice', (count) => {
  const { points } = series(count, 64);
  expect(points.length).toBeLessThan(64);
  expect(points[0]).toMatchObject({ step: 1, loss: 1 });
  expect(points[points.length - 1].step).toBe(count);
  // Points weighted by the steps they stand for add up to 1 + 2 + … + count.
  const sum = points.reduce((all, { step: n, loss }, i) => all + loss! * (n - (i ? points[i - 1].step : 0)), 0);
  expect(sum / ((count * (count + 1)) / 2)).toBeCloseTo(1, 9);
});

test('one step that is not finite is not averaged away', () => {
  const losses = new LossSeries(8);
  for (let n = 1; n <= 40; n++) losses.add(step(n, n === 22 ? null : n));
  losses.flush();
  const broken = losses.points.filter(({ loss }) => loss === null);
  expect(broken).toHaveLength(1);
  expect(broken[0].step).toBeGreaterThanOrEqual(22);
});

test('whoever holds points learns that they were merged', () => {
  const losses = new LossSeries(8);
  for (let n = 1; n <= 7; n++) losses.add(step(n));
  expect(losses.generation).toBe(0);
  losses.add(step(8));
  expect(losses.generation).toBe(1);
});

test('a cut forgets later steps, those that wait for more of their kind too', () => {
  const losses = series(20, 16);
  for (const n of [21, 22, 23]) losses.add(step(n));
  // The point of 21 and 22 goes, which is too late in part.
  losses.cut(21);
  losses.add(step(22, 100));
  losses.flush();
  expect(losses.points.slice(-2).map(({ step: n, loss }) => [n, loss])).toEqual([
    [20, 19.5],
    [22, 100],
  ]);
});
