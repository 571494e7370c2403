import { expect, test } from 'vitest';
import { mainParams } from '../../webview/weights';
import { param } from './runView';

test('a layer is represented by its weight, whatever else is larger', () => {
  const params = { 'linear1.bias': param(1, 0, 9), 'linear1.weight': param(1, 0, 1) };
  expect([...mainParams(['linear1'], params)]).toEqual([['linear1', 'linear1.weight']]);
});

test('without a `weight`, by the parameter of the largest norm', () => {
  const params = { 'rnn1.weight_ih_l0': param(1, 0, 2), 'rnn1.weight_hh_l0': param(1, 0, 3), 'rnn1.bias_ih_l0': param(1, 0, 1) };
  expect(mainParams(['rnn1'], params).get('rnn1')).toBe('rnn1.weight_hh_l0');
});

test('copies of a Repeat keep their own weights, and nested names belong to their layer', () => {
  const params = { 'c1.weight': param(1), 'c1.0.weight': param(1), 't.self_attn.in_proj_weight': param(1) };
  expect(Object.fromEntries(mainParams(['c1', 'c1.0', 't', 'relu1'], params))).toEqual({
    c1: 'c1.weight',
    'c1.0': 'c1.0.weight',
    t: 't.self_attn.in_proj_weight',
  });
});
