import { expect, test } from 'vitest';
import { decadesPerLayer, gradientDepth } from '../../webview/gradientDepth';
import { layer, param, snapshot } from './runView';

test('weights in source order, without norm layers and layers that have none', () => {
  const layers = [layer('linear1'), layer('batchnorm1d1', 'BatchNorm1d'), layer('relu1', 'ReLU'), layer('linear2'), layer('linear3')];
  const params = { 'linear3.weight': param(null), 'linear2.weight': param(0), 'linear1.weight': param(0.5), 'batchnorm1d1.weight': param(3) };
  expect(gradientDepth(layers, snapshot(1, {}, params))).toEqual([
    { layer: 'linear1', index: 0, norm: 0.5 },
    { layer: 'linear2', index: 1, norm: 0 },
    { layer: 'linear3', index: 2, norm: undefined },
  ]);
  expect(gradientDepth(layers, undefined)).toEqual([]);
});

const at = (...norms: (number | undefined)[]) => norms.map((norm, index) => ({ layer: `l${index}`, index, norm }));

test('ten times more per layer is one decade per layer', () => {
  expect(decadesPerLayer(at(1e-5, 1e-4, 1e-3, 1e-2))).toBeCloseTo(1, 12);
  expect(decadesPerLayer(at(1, 0.1))).toBeCloseTo(-1, 12);
  // Least squares through (0, 0), (1, 0), (2, 1): slope 1/2.
  expect(decadesPerLayer(at(1, 1, 10))).toBeCloseTo(0.5, 12);
});

test('zeros and what is not finite leave a gap, not a bias', () => {
  expect(decadesPerLayer(at(1e-6, 0, undefined, 1e-3))).toBeCloseTo(1, 12);
  expect([at(), at(1), at(0, 0), at(1, undefined)].map(decadesPerLayer)).toEqual([undefined, undefined, undefined, undefined]);
});
