import { expect, test } from 'vitest';
import { columnEdges, nearestIndex } from '../../webview/columns';

test('a column reaches halfway to its neighbours, the outer ones end where they stand', () => {
  expect(columnEdges([0, 10, 40])).toEqual([0, 5, 25, 40]);
  expect(columnEdges([7])).toEqual([6.5, 7.5]);
  expect(columnEdges([])).toEqual([]);
});

test('the nearest to a step, the newest without one', () => {
  const steps = [0, 10, 40];
  expect([undefined, -3, 4, 6, 30, 99].map((step) => nearestIndex(steps, step))).toEqual([2, 0, 0, 1, 2, 2]);
  expect([nearestIndex([], 3), nearestIndex([], undefined)]).toEqual([-1, -1]);
});
