import { expect, test } from 'vitest';
import { valueAxis } from '../../webview/valueAxis';
import { broken, even } from './layerHistory';

test('linear while the distributions are of similar size', () => {
  const axis = valueAxis([even(-1, 1), even(-50, 40)]);
  expect([axis.isLogarithmic, axis.place(-7.5), axis.at(3), axis.ticks]).toEqual([false, -7.5, 3, undefined]);
  expect(valueAxis([]).isLogarithmic).toBe(false);
});

test('logarithmic to both sides of 0 where the narrowest would be a line', () => {
  const axis = valueAxis([even(-1e-2, 2e-2), even(-1e-6, 5e-7)]);
  expect(axis.isLogarithmic).toBe(true);
  expect(axis.place(0)).toBe(0);
  expect(axis.place(-3e-4)).toBeCloseTo(-axis.place(3e-4), 12);
  for (const value of [-2e-2, -1e-6, 1e-9, 3e-4]) expect(axis.at(axis.place(value)) / value).toBeCloseTo(1, 9);
  // Far from 0 ten times more is one further; the narrowest distribution takes up one.
  expect(axis.place(1e-2) - axis.place(1e-3)).toBeCloseTo(1, 3);
  expect(axis.place(1e-6)).toBeCloseTo(1, 2);
});

test('its ticks are powers of ten on both sides, few of them', () => {
  const ticks = (smallest: number, largest: number) => {
    const axis = valueAxis([even(-smallest, smallest), even(-largest, largest)]);
    return axis.ticks!.map((place) => Number(axis.at(place).toPrecision(6)));
  };
  expect(ticks(1.5e-4, 0.05)).toEqual([-0.01, -0.001, -0.0001, 0, 0.0001, 0.001, 0.01]);
  const many = ticks(1e-9, 1);
  expect(many).toEqual(many.map((tick) => -tick || 0).reverse());
  expect(many.length).toBeLessThanOrEqual(9);
});

test('what is exactly 0 or not finite says nothing about the size', () => {
  expect(valueAxis([even(-1, 1), even(0, 0), broken()]).isLogarithmic).toBe(false);
  expect(valueAxis([even(0, 0), even(0, 0)]).isLogarithmic).toBe(false);
  // So little beside the rest that twelve decades do not hold it.
  expect(valueAxis([even(-1, 1), even(-1e-20, 1e-20)]).isLogarithmic).toBe(false);
});
