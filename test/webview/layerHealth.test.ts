import { describe, expect, test } from 'vitest';
import { BANDS } from '../../src/diagnose/bands';
import type { LayerStats } from '../../src/train/protocol';
import { layerRows, rateShare, rms, usualRange } from '../../webview/layerHealth';
import { layer, param, snapshot, tensor } from './runView';

const LAYERS = [
  layer('linear1', 'Linear', [4, 25]),
  layer('relu1', 'ReLU', [4, 25]),
  layer('linear2', 'Linear', [4, 9]),
  layer('sigmoid1', 'Sigmoid', [4, 9]),
];
const PARAMS = { 'linear1.weight': param(1), 'linear2.weight': param(1) };

/** The row of one layer among four, when that layer has these statistics. */
function rowOf(name: string, stats: Partial<LayerStats>, params = PARAMS) {
  const rest = Object.fromEntries(LAYERS.map(({ name }) => [name, { activation: tensor(1), gradient: tensor(1) }]));
  const rows = layerRows(LAYERS, snapshot(1, { ...rest, [name]: { ...rest[name], ...stats } }, params));
  return rows[LAYERS.findIndex((candidate) => candidate.name === name)];
}

test('RMS is the L2 norm over the root of the number of elements', () => {
  // 4 × 25 elements of 0.3 each: L2 = √(100 · 0.09) = 3.
  expect(rms(3, [4, 25])).toBeCloseTo(0.3, 12);
  // Shown as a logarithm: 10 over 100 elements is 1, one tenth of that is −1.0.
  expect(rowOf('linear1', { gradient: tensor(10) }).gradient.text).toBe('0.0');
  expect(rowOf('linear1', { gradient: tensor(1) }).gradient.text).toBe('−1.0');
});

describe('what is outside its band is marked, on the side where it lies', () => {
  test.each([
    ['as large as the last layer’s', 1, 'ok'],
    ['the least seen on sound runs', 8e-3, 'ok'],
    ['vanished', 2e-3, 'low'],
    ['exploded', 71, 'high'],
    ['exactly zero', 0, 'low'],
    ['not finite', null, 'broken'],
  ] as const)('gradient %s', (_what, l2, level) => expect(rowOf('linear1', { gradient: tensor(l2) }).gradient.level).toBe(level));

  test.each([
    [1, 'ok'],
    [0.01, 'ok'],
    [1e-4, 'low'],
    [2000, 'high'],
    [0, 'low'],
    [null, 'broken'],
  ] as const)('activation std %s: %s', (std, level) => expect(rowOf('relu1', { activation: tensor(1, std) }).activation.level).toBe(level));

  test.each([
    [3, 4, 'ok'], // narrow layers often start with most units dead and train all the same
    [8, 16, 'ok'],
    [9, 16, 'high'],
    [4, 4, 'high'],
  ] as const)('%s of %s units dead: %s', (dead_units, units, level) => expect(rowOf('relu1', { dead_units, units }).dead.level).toBe(level));

  test('saturation counts where a later layer learns through it, not at the output', () => {
    expect(rowOf('relu1', { saturated_fraction: 0.6 }).saturated.level).toBe('high');
    expect(rowOf('sigmoid1', { saturated_fraction: 0.6 }).saturated).toMatchObject({ level: 'ok', text: '60' });
  });

  test.each([
    [1e-3, 'ok', '−3.0'],
    [5e-6, 'low', '−5.3'],
    [0.2, 'high', '−0.7'],
    [0, 'low', '0'],
    [null, 'none', 'n/a'],
  ] as const)('update ratio %s: %s', (ratio, level, text) =>
    expect(rowOf('linear1', {}, { ...PARAMS, 'linear1.weight': param(1, ratio) }).update).toMatchObject({ level, text }),
  );
});

test('at the end of a schedule small updates are what was asked for', () => {
  const level = (ratio: number, share: number) =>
    layerRows(LAYERS, snapshot(1, {}, { ...PARAMS, 'linear1.weight': param(1, ratio) }), share)[0].update.level;
  // A cosine's last of 264 steps has 3.5e-5 of the rate; an update of 1e-3 at the full rate has become 3.5e-8.
  expect(level(3.5e-8, 1)).toBe('low');
  expect(level(3.5e-8, 3.5e-5)).toBe('ok');
  expect(level(0, 0)).toBe('ok');
  expect(level(0, 1)).toBe('low');
  const at = (step: number, lr: number) => ({ step, lr, loss: 1, total_loss: 1, grad_norm: 1 });
  expect(rateShare([at(1, 0.01), at(2, 0.1), at(3, 0.025)])).toBeCloseTo(0.25, 12);
  expect([rateShare([]), rateShare([at(1, 0)])]).toEqual([1, 1]);
});

test('a NaN among finite norms is broken all the same', () => {
  expect(rowOf('relu1', { activation: tensor(1, 1, 3) }).activation).toMatchObject({ level: 'broken', text: 'NaN' });
});

test('a layer without a number says so, before and after the first statistics', () => {
  const row = rowOf('relu1', { gradient: undefined });
  for (const column of ['gradient', 'dead', 'saturated', 'update'] as const) expect(row[column]).toMatchObject({ level: 'none', text: '–' });
  for (const cell of layerRows(LAYERS, undefined).flatMap((each) => Object.values(each))) expect(cell.level).toBe('none');
});

test('places on the tracks run from 0 to 1, and the usual part lies within', () => {
  expect(rowOf('relu1', { activation: tensor(1, 1) }).activation.at).toBeCloseTo(0.5, 12);
  expect([1e-9, 1e9].map((std) => rowOf('relu1', { activation: tensor(1, std) }).activation.at)).toEqual([0, 1]);
  expect(usualRange('dead')).toEqual({ start: 0, size: BANDS.deadShare.high });
  // From −6 to 0: the range begins at −3.4.
  expect(usualRange('update')!.start).toBeCloseTo(2.6 / 6, 12);
  expect(usualRange('update')!.size).toBeCloseTo(1.6 / 6, 12);
  expect(usualRange('gradient')).toBeUndefined();
});

test('an exact zero is told from a logarithm of 0 and from a small number', () => {
  const zero = { gradient: tensor(0), activation: tensor(1, 0) };
  const row = rowOf('linear1', zero, { ...PARAMS, 'linear1.weight': param(1, 0) });
  expect([row.gradient, row.activation, row.update].map(({ isZero }) => isZero)).toEqual([true, true, true]);
  // An RMS of 1 has the logarithm 0.0.
  expect(rowOf('linear1', { gradient: tensor(10) }).gradient.isZero).toBeUndefined();
});
