import { expect, test } from 'vitest';
import { decadesPerLayer, outputDepth } from '../../webview/gradientDepth';
import { readGradients } from '../../webview/gradientReading';
import { layer, param, snapshot, tensor } from './runView';

const points = (...norms: (number | undefined)[]) => norms.map((norm, index) => ({ layer: `l${index}`, index, norm }));

test('weights and outputs are told apart, and why they differ', () => {
  expect(readGradients({ weights: 0.02, outputs: -0.03 }, [])).toBe('Weights and outputs: no trend over depth.');
  // Of the outputs the first gets ten times what the second does; the weights get the same as what goes in is a tenth there.
  expect(readGradients({ weights: 0, outputs: -1 }, [])).toBe(
    'Weights: no trend. Outputs (layer strip): each about 10× more than the next. They go apart by what goes into each layer, and by its size.',
  );
  expect(readGradients({ weights: 0.8, outputs: 0.8 }, [])).toBe(
    'Weights: each about 6.3× less than the next. Outputs (layer strip): each about 6.3× less than the next.',
  );
  expect(readGradients({ weights: 0.5, outputs: 1 }, [])).toContain('They go apart');
});

test('an exact zero and what is not finite are counted by their signs', () => {
  expect(readGradients({}, points(0, 1, 0))).toBe('□ exactly 0 at 2 of 3 weights.');
  expect(readGradients({}, points(undefined, 1))).toBe('✕ not finite at 1 of 2 weights.');
});

test('the gradient at the outputs is its RMS, of the layers that have a weight', () => {
  const layers = [layer('linear1', 'Linear', [4, 25]), { ...layer('relu1', 'ReLU', [4, 25]), params: 0 }, layer('linear2', 'Linear', [4, 4])];
  const of = (l2: number | null) => ({ activation: tensor(1), gradient: tensor(l2) });
  const params = { 'linear1.weight': param(1), 'linear2.weight': param(1) };
  // 100 elements and 16: RMS 0.1 and 1.
  const depth = outputDepth(layers, snapshot(1, { linear1: of(1), relu1: of(7), linear2: of(4) }, params));
  expect(depth.map(({ layer: name, norm }) => [name, norm])).toEqual([
    ['linear1', 0.1],
    ['linear2', 1],
  ]);
  expect(decadesPerLayer(depth)).toBeCloseTo(1, 12);
  expect(outputDepth(layers, snapshot(1, { linear1: of(null), relu1: of(1), linear2: of(1) }, params))[0].norm).toBeUndefined();
});
