import { expect, test } from 'vitest';
import { activeUnits, unitFates, unitOf } from '../../webview/unitFates';
import { broken, moment } from './layerHistory';

test('dead at the start is told apart from died since, and what came back from what never went', () => {
  const moments = [moment(0, [0, 40, 0, 50, 0]), moment(10, [0, 1, 3, 60, 2]), moment(20, [0, 0, 5, 70, 0])];
  expect(unitFates(moments)).toEqual(['dead', 'died', 'revived', 'alive', 'died']);
  expect(unitFates(moments.slice(0, 2))).toEqual(['dead', 'alive', 'revived', 'alive', 'revived']);
  expect(unitFates(moments.slice(0, 1))).toEqual(['dead', 'alive', 'dead', 'alive', 'dead']);
});

test('where nothing is finite nobody has died', () => {
  const nan = { ...moment(20, [0, 0]), tensors: { activation: broken() } };
  expect(activeUnits(nan)).toBeUndefined();
  expect(unitFates([moment(0, [9, 9]), nan])).toEqual(['alive', 'alive']);
  expect(unitFates([nan])).toEqual([]);
});

test('a layer that was edited begins anew', () => {
  expect(unitFates([moment(0, [5, 5, 5]), moment(10, [0, 7])])).toEqual(['dead', 'alive']);
  // As many are shown, of twice as many.
  expect(unitFates([moment(0, [5, 5], 2), moment(10, [0, 7], 4)])).toEqual(['dead', 'alive']);
});

test('layers that do not rectify have no fates', () => {
  expect(unitFates([moment(0), moment(1)])).toEqual([]);
});

test('the unit in a row, of some at even distances', () => {
  expect([0, 1, 63].map((row) => unitOf(row, 64, 512))).toEqual([0, 8, 504]);
  expect([0, 1, 2].map((row) => unitOf(row, 3, 5))).toEqual([0, 1, 3]);
});
