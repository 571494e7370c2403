import { expect, test } from 'vitest';
import { isAmong, isMeant, layerNames } from '../../src/model/layerPatterns';
import { parseModel } from '../../src/model/parse';

test.each<[string, string, boolean]>([
  ['conv*', 'conv2d1', true],
  ['conv*', 'xconv', false],
  ['*', '', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*b*d', 'abcd', true],
  ['*bc*bc', 'abc', false],
  ['a.c', 'abc', false],
  ['constructor', 'constructor', true],
])('%s means %s: %s', (pattern, name, wanted) => {
  expect(isMeant(pattern, name)).toBe(wanted);
});

test('a pattern of many stars on a long name takes no time to speak of', () => {
  expect(isMeant(`${'*a'.repeat(5000)}b`, 'a'.repeat(20000))).toBe(false);
});

test('containers stand for what is in them, a layer for its copies, a copy for itself', () => {
  const { spec } = parseModel(`data: {source: moons}
loss: CrossEntropyLoss
model: [{Repeat: {name: rep, times: 2, layers: [{Residual: {name: res, layers: [{Linear: {out_features: 2, name: lin}}]}}]}}, {Linear: 2}]`);
  const names = layerNames(spec!.model);
  const meant = (pattern: string) => ['lin.0', 'lin.1', 'linear1'].filter((layer) => isAmong([pattern], layer, names));
  expect(meant('rep')).toEqual(['lin.0', 'lin.1']);
  expect(meant('res')).toEqual(['lin.0', 'lin.1']);
  expect(meant('lin')).toEqual(['lin.0', 'lin.1']);
  expect(meant('lin.1')).toEqual(['lin.1']);
  expect(meant('linear*')).toEqual(['linear1']);
});
