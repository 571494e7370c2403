import { expect, test } from 'vitest';
import { formatLiveValues, liveValuesByEntry, liveValuesOfLine } from '../../src/editor/liveValues';
import type { LayerStats, TensorStats } from '../../src/train/protocol';

const tensor = (figures: Partial<TensorStats> = {}): TensorStats => ({
  mean: 0,
  std: 1,
  min: -1,
  max: 1,
  l2: 1,
  zero_fraction: 0,
  non_finite: 0,
  ...figures,
});
const shown = (stats: LayerStats): string => formatLiveValues(stats).replaceAll('\u00a0', ' ').replace(/ +/g, ' ').trim();

test('spread, gradient, dead and saturated share', () => {
  const activation = tensor({ std: 0.8123 });
  const gradient = tensor({ l2: 0.00012345 });
  expect(shown({ activation, gradient, dead_units: 3, units: 16 })).toBe('σ 0.81 ‖∇‖ 1.2e−4 dead 19 %');
  expect(shown({ activation, gradient, saturated_fraction: 0.5 })).toBe('σ 0.81 ‖∇‖ 1.2e−4 sat 50 %');
  expect(shown({ activation })).toBe('σ 0.81');
});

test('what is not finite is said', () => {
  expect(shown({ activation: tensor({ std: null, non_finite: 12 }), gradient: tensor({ l2: null, non_finite: 3 }) })).toBe(
    'σ not finite ‖∇‖ not finite ⚠ 15 values not finite',
  );
});

test('figures of every size take the same room, so that nothing jumps', () => {
  const widths = [0, 1e-30, 9.99e-7, 0.00123, 0.5, 1, 12.345, 999.9, 1234, 99_999, 1e9, 1e30].map(
    (size) =>
      formatLiveValues({ activation: tensor({ std: size }), gradient: tensor({ l2: size }), dead_units: Math.min(7, Math.floor(size)), units: 7 })
        .length,
  );
  expect(new Set(widths).size).toBe(1);
});

test('values find their line: by name, the first of the copies that Repeat makes', () => {
  const stats = (std: number): LayerStats => ({ activation: tensor({ std }) });
  const layers = { 'linear1.0': stats(0.1), 'linear1.1': stats(0.2), 'stage.2': stats(0.3), relu1: stats(0.4) };
  const range = { start: 0, end: 1 };
  const texts = liveValuesByEntry(
    layers,
    ['linear1', 'stage.2', 'relu1'].map((name) => ({ name, range })),
  );
  expect([...texts.keys()].sort()).toEqual(['linear1', 'relu1', 'stage.2']);
  expect(texts.get('linear1')).toContain('0.10');
  expect(texts.get('stage.2')).toContain('0.30');
});

test('a line with several entries shows whose values are whose', () => {
  const range = { start: 0, end: 1 };
  const texts = new Map([
    ['linear1', 'σ 1'],
    ['tanh1', 'σ 2'],
  ]);
  expect(liveValuesOfLine([{ name: 'tanh1', range }], texts)).toBe('σ 2');
  expect(
    liveValuesOfLine(
      ['repeat1', 'linear1', 'tanh1'].map((name) => ({ name, range })),
      texts,
    ),
  ).toBe('linear1: σ 1\u00a0· tanh1: σ 2');
  expect(liveValuesOfLine([{ name: 'repeat1', range }], texts)).toBe('');
});
