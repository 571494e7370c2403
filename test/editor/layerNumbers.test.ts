import { expect, test } from 'vitest';
import { layerNumbers } from '../../src/editor/layerNumbers';
import { sparklineUri } from '../../src/editor/sparkline';
import type { LayerStats, ParamStats, TensorStats } from '../../src/train/protocol';
import type { StatsSnapshot } from '../../src/view/protocol';

const tensor = (more: Partial<TensorStats>): TensorStats => ({ mean: 0, std: 1, min: -1, max: 1, l2: 1, zero_fraction: 0, non_finite: 0, ...more });
const stats = (std: number, l2: number | null, more: Partial<LayerStats> = {}): LayerStats => ({
  activation: tensor({ std }),
  gradient: tensor({ l2 }),
  ...more,
});
const param = (update_ratio: number): ParamStats => ({ weight: tensor({}), gradient: tensor({}), update_l2: 1, update_ratio });

const sample = (step: number, l2: number | null): StatsSnapshot => ({
  step,
  layers: { linear1: stats(0.5, l2), relu1: stats(0.4, 1, { dead_units: 12, units: 16 }), linear2: stats(1, 2) },
  params: { 'linear1.weight': param(0.002), 'linear2.weight': param(0.5) },
});

const shown = (layer: string, samples: readonly StatsSnapshot[]) =>
  Object.fromEntries(layerNumbers(layer, samples).map(({ name, now, start, healthy, isOff }) => [name, [now, start, healthy, isOff]]));

test('a layer: now, at the start, the healthy band, and whether it is outside', () => {
  expect(shown('linear1', [sample(1, 1), sample(11, 0.002)])).toEqual({
    'spread of its output (std)': ['0.500', '0.500', '0.001 to 1000', false],
    'gradient (L2)': ['0.00200', '1.00', '', false],
    'gradient / that of the last weighted layer': ['0.00100', '0.500', '0.003 to 70', true],
    'update of its weight (ratio)': ['0.00200', '0.00200', '0.00001 to 0.1', false],
  });
});

test('a rectifier has dead units, the last layer no gradient to compare with', () => {
  expect(shown('relu1', [sample(1, 1)])).toMatchObject({ 'dead units': ['75 %', '75 %', 'up to 50 %', true] });
  expect(Object.keys(shown('linear2', [sample(1, 1)]))).not.toContain('gradient / that of the last weighted layer');
});

test('a number that is none is off; of nothing measured there is nothing', () => {
  expect(shown('linear1', [sample(1, null)])['gradient (L2)']).toEqual(['not finite', 'not finite', '', true]);
  expect(layerNumbers('linear1', [])).toEqual([]);
  expect(layerNumbers('other', [sample(1, 1)])).toEqual([]);
});

const svgOf = (uri: string | undefined): string => Buffer.from(uri!.split(',')[1], 'base64').toString();

test('a sparkline spans its picture, in decades where there are many; gaps are left out', () => {
  const points = (values: (number | null)[]) => /points="([^"]+)"/.exec(svgOf(sparklineUri({ values, isDark: true })))![1].split(' ');
  expect(points([0, 1, 2]).map((point) => Number(point.split(',')[1]))).toEqual([15.5, 9, 2.5]);
  expect(points([1e-4, 1e-2, 1])[1]).toBe(points([0, 1, 2])[1]);
  expect(points([1, null, 3])).toHaveLength(2);
  expect(sparklineUri({ values: [1, null], isDark: true })).toBeUndefined();
});

test('what is healthy is shaded, as far as it is in the picture', () => {
  const svg = svgOf(sparklineUri({ values: [0, 1], band: { high: 0.5 }, isDark: false }));
  expect(svg).toMatch(/<rect x="0" y="9\.0"/);
  for (const band of [undefined, {}]) expect(svgOf(sparklineUri({ values: [0, 1], band, isDark: false }))).not.toContain('<rect');
});
