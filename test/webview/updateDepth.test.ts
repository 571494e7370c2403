import { expect, test } from 'vitest';
import { medianUpdate, outside, readUpdates, updateDepth } from '../../webview/updateDepth';
import { layer, param, snapshot } from './runView';

const layers = [layer('linear1'), { ...layer('relu1', 'ReLU'), params: 0 }, layer('norm1', 'LayerNorm'), layer('linear2')];

const points = (...ratios: (number | null)[]) => {
  const all = ratios.map((_, index) => layer(`l${index + 1}`));
  return updateDepth(all, snapshot(1, {}, Object.fromEntries(all.map(({ name }, index) => [`${name}.weight`, param(1, ratios[index])]))));
};

test('the weight of each layer that has one, in source order, not its bias', () => {
  const params = {
    'linear2.bias': param(1, 0.5),
    'linear2.weight': param(1, 2e-3),
    'norm1.weight': param(1, null),
    'linear1.bias': param(1, 0.5),
    'linear1.weight': param(1, 0),
  };
  expect(updateDepth(layers, snapshot(1, {}, params))).toEqual([
    { layer: 'linear1', index: 0, param: 'linear1.weight', ratio: 0 },
    { layer: 'norm1', index: 1, param: 'norm1.weight', ratio: undefined },
    { layer: 'linear2', index: 2, param: 'linear2.weight', ratio: 2e-3 },
  ]);
  expect(updateDepth(layers, undefined)).toEqual([]);
});

test('the band goes from 4e-4 to 1.6e-2; an exact zero is below it, what is not finite is nowhere', () => {
  const { below, above } = outside(points(3.9e-4, 4.1e-4, 1.5e-2, 1.7e-2, 0, null));
  expect(below.map(({ layer: name }) => name)).toEqual(['l1', 'l5']);
  expect(above.map(({ layer: name }) => name)).toEqual(['l4']);
});

test('the median is that of the logarithms', () => {
  expect(medianUpdate(points(1e-3))).toBeCloseTo(-3, 12);
  expect(medianUpdate(points(1e-1, 1e-5, 1e-2))).toBeCloseTo(-2, 12);
  expect(medianUpdate(points(1e-4, 1e-2))).toBeCloseTo(-3, 12);
  expect(medianUpdate(points(0, null, 1e-3))).toBeCloseTo(-3, 12);
  expect(medianUpdate(points(0, null))).toBeUndefined();
});

test('says in words what is outside, and what the learning rate has to do with it', () => {
  expect(readUpdates(points(1e-3, 2e-3), 1)).toBe('All updates are of usual size.');
  expect(readUpdates(points(1e-3, 0.1, 1e-5, 0), 1)).toBe('Above the usual band: l2 (−1.0). Below the usual band: l3 (−5.0), l4 (□ exactly 0).');
  expect(readUpdates(points(1e-5, 1e-5), 1)).toBe('All weights are below the usual band.');
  expect(readUpdates(points(1e-5, 1e-3), 0.04)).toBe('Below the usual band: l1 (−5.0). The learning rate is at 4.0 % of its highest.');
  expect(readUpdates(points(1e-3), 0.04)).not.toContain('learning rate');
  expect(readUpdates(points(1e-6, 1e-5, 1e-4, 1e-5, 1e-3), 1)).toContain('l3 (−4.0) and 1 more.');
  expect(readUpdates([], 1)).toBe('');
});
