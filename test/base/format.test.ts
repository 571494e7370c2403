import { describe, expect, test } from 'vitest';
import {
  formatCompact,
  formatCount,
  formatLog10,
  formatNumber,
  formatPercent,
  formatBytes,
  formatRate,
  formatSetting,
  formatSigned,
  log10,
  formatColumn,
} from '../../src/base/format';

describe('formatNumber', () => {
  test.each([
    [0, '0'],
    [0.12345, '0.123'],
    [0.99999, '1.00'],
    [999_999.9, '1e6'],
    [2.302585, '2.30'],
    [12.3456, '12.3'],
    [1234.5, '1,235'],
    [123456, '123,456'],
    [6.31e-7, '6.31e−7'],
    [5e-4, '5e−4'],
    [2e9, '2e9'],
    [-0.5, '−0.500'],
    [Number.MAX_VALUE, '1.8e308'],
    [null, 'not finite'],
    [Number.NaN, 'not finite'],
    [Infinity, 'not finite'],
  ])('%s → %s', (value, text) => expect(formatNumber(value)).toBe(text));
});

test('settings stay as short as they were written', () => {
  expect([0.001, 0.25, 1e-7, 3, 0.00033333].map(formatSetting)).toEqual(['0.001', '0.25', '1e−7', '3', '0.000333']);
});

test('counts and compact counts', () => {
  expect(formatCount(1797)).toBe('1,797');
  expect([0, 874, 999, 1000, 25_610, 999_949, 1_234_567, 3.1e9].map(formatCompact)).toEqual([
    '0',
    '874',
    '999',
    '1 k',
    '25.6 k',
    '1 M',
    '1.2 M',
    '3.1 G',
  ]);
});

test('rates keep three figures and have no rate before the first step', () => {
  expect([0, 0.42, 12.34, 1240.4].map(formatRate)).toEqual(['– steps/s', '0.42 steps/s', '12.3 steps/s', '1,240 steps/s']);
});

test('percentages', () => {
  expect([0, 0.003, 0.12, 0.975, 1].map((share) => formatPercent(share))).toEqual(['0.0 %', '0.3 %', '12.0 %', '97.5 %', '100.0 %']);
  expect([0, 0.003, 0.975].map((share) => formatPercent(share, 0))).toEqual(['0 %', '0 %', '98 %']);
  expect(formatPercent(null)).toBe('not finite');
});

test('logarithms: exact zero is −∞, what has no logarithm is undefined', () => {
  expect(log10(1e-3)).toBeCloseTo(-3, 12);
  expect(log10(0)).toBe(-Infinity);
  expect([null, undefined, Number.NaN, -1].map(log10)).toEqual([undefined, undefined, undefined, undefined]);
  expect([-3.24, 0, -0.04, 1.25].map((value) => formatLog10(value))).toEqual(['−3.2', '0.0', '0.0', '1.3']);
});

test('differences carry their sign', () => {
  expect([0.0812, -0.0021, 0].map((value) => formatSigned(value))).toEqual(['+0.0812', '−0.00210', '0']);
});

test('memory: rounded up, in the largest unit that it fills', () => {
  expect([1, 1024, 1025, 5 * 2 ** 20, 5 * 2 ** 20 + 1, 1.5 * 2 ** 30].map(formatBytes)).toEqual([
    '1 KiB',
    '1 KiB',
    '2 KiB',
    '5 MiB',
    '6 MiB',
    '1.5 GiB',
  ]);
});

describe('a column', () => {
  test.each([
    ['three digits of the middle one, and as many decimals in all', [1.234, 0.5, 9.99], ['1.23', '0.50', '9.99']],
    ['enough for the smallest to be seen', [12.34, 0.049, -35], ['12.34', '0.05', '−35.00']],
    ['what is exactly 0, not finite or not there does not count', [0, null, undefined, 0.25], ['0', 'not finite', '–', '0.250']],
    ['over many decades each by itself', [1234, 0.00123], ['1,234', '0.00123']],
    ['whole numbers as they are', [3, 12_000], ['3', '12,000']],
    ['with a true minus', [-1.5, 2.25], ['−1.50', '2.25']],
  ] as const)('%s', (_what, values, texts) => expect(formatColumn(values)).toEqual(texts));
});
