import { expect, test } from 'vitest';
import { tensorLabel, tensorNames, tensorOf, tensorQuantity } from '../../webview/tensorChoice';
import { even, moment } from './layerHistory';

test('tensors of all times: the first look has no updates yet', () => {
  const later = { step: 9, tensors: { activation: even(0, 1), weight: even(0, 1), 'weight.update': even(0, 1) } };
  expect(tensorNames([moment(0), later])).toEqual(['activation', 'weight', 'weight.update']);
  expect(tensorNames([later, moment(10)])).toEqual(['activation', 'weight', 'weight.update']);
  expect(tensorNames([])).toEqual([]);
});

test('names for people, and what the numbers are', () => {
  expect(['activation', 'weight.gradient', 'weight_ih_l0.update'].map(tensorLabel)).toEqual(['activation', 'weight gradient', 'weight_ih_l0 update']);
  expect(['activation', 'gradient', 'input', 'bias', 'weight.gradient', 'weight_ih_l0.update'].map(tensorQuantity)).toEqual([
    'activation',
    '∂loss ∕ ∂activation',
    'input',
    'bias',
    '∂loss ∕ ∂weight',
    'Δ weight_ih_l0 per step',
  ]);
});

test('a tensor that is not there is not found in what objects are made of', () => {
  expect(tensorOf(moment(0), 'constructor')).toBeUndefined();
});
