import { expect, test } from 'vitest';
import { BINS } from '../../src/train/observation';
import { binEdges, densities, numbersIn } from '../../webview/histogram';
import { broken, even } from './layerHistory';

test('numbers spread evenly over a stretch have the density of one by its length', () => {
  for (const [from, to] of [
    [-2, 2],
    [5, 5.5],
  ])
    for (const { density } of densities(even(from, to))) expect(density).toBeCloseTo(1 / (to - from), 9);
});

test('the area under the bars is the share of the finite numbers', () => {
  const distribution = { ...even(-1, 3), counts: Array.from({ length: BINS }, (_, bin) => bin * 7), non_finite: 1000 };
  const finite = 7 * ((BINS * (BINS - 1)) / 2);
  expect(numbersIn(distribution)).toBe(finite + 1000);
  const area = densities(distribution).reduce((sum, bar) => sum + bar.density * (bar.to - bar.from), 0);
  expect(area).toBeCloseTo(finite / (finite + 1000), 9);
});

test('bins run from the smallest to the largest number exactly', () => {
  const edges = binEdges(even(0.1, 0.7));
  expect([edges.length, edges[0], edges[BINS]]).toEqual([BINS + 1, 0.1, 0.7]);
});

test('one value alone has no width, and nothing finite no bars', () => {
  expect(densities(even(3, 3))).toEqual([{ from: 3, to: 3, density: Infinity }]);
  expect(densities(broken())).toEqual([]);
});
