import { expect, test } from 'vitest';
import { fitNormaliser, normalise } from '../../src/data/normalize';

// Column 1: mean 3, squared distances 4 + 1 + 1 + 4 → variance 2.5. Column 2 is constant.
const samples = { sampleShape: [2], data: Float32Array.of(1, 0.1, 2, 0.1, 4, 0.1, 5, 0.1) };

test('zscore: mean and population deviation of each element; a constant keeps its scale', () => {
  const { shift, scale } = fitNormaliser(samples, 'zscore');
  expect(shift).toEqual(Float32Array.of(3, 0.1));
  expect(scale).toEqual(Float32Array.of(Math.sqrt(2.5), 1));
  const s = Math.fround(Math.sqrt(2.5));
  expect(normalise(samples, { shift, scale }).data).toEqual(Float32Array.of(-2 / s, 0, -1 / s, 0, 1 / s, 0, 2 / s, 0));
});

test('minmax: to [0, 1]; a constant goes to 0', () => {
  const normaliser = fitNormaliser(samples, 'minmax');
  expect(normaliser).toEqual({ shift: Float32Array.of(1, 0.1), scale: Float32Array.of(4, 1) });
  expect(normalise(samples, normaliser).data).toEqual(Float32Array.of(0, 0, 0.25, 0, 0.75, 0, 1, 0));
});

test('a normaliser acts on other samples as it was fitted', () => {
  const normaliser = fitNormaliser(samples, 'minmax');
  expect(normalise({ sampleShape: [2], data: Float32Array.of(9, 1.1) }, normaliser).data).toEqual(Float32Array.of(2, 1));
  expect(samples.data[0]).toBe(1);
});

test('a spread just above 1e-8 counts, one below does not', () => {
  const spread = (size: number) => fitNormaliser({ sampleShape: [], data: Float32Array.of(0, size) }, 'minmax').scale[0];
  expect(spread(2e-8)).toBe(Math.fround(2e-8));
  expect(spread(9e-9)).toBe(1);
});

test('data far from 0 keep their deviation', () => {
  const { scale } = fitNormaliser({ sampleShape: [], data: Float32Array.of(1e7, 1e7 + 1, 1e7 + 2, 1e7 + 3) }, 'zscore');
  expect(scale[0]).toBeCloseTo(Math.sqrt(1.25), 6);
});

test('a scalar and an image are normalised element by element', () => {
  expect(fitNormaliser({ sampleShape: [], data: Float32Array.of(2, 4) }, 'zscore')).toEqual({ shift: Float32Array.of(3), scale: Float32Array.of(1) });
  const image = fitNormaliser({ sampleShape: [1, 1, 2], data: Float32Array.of(0, 10, 2, 30) }, 'minmax');
  expect(image).toEqual({ shift: Float32Array.of(0, 10), scale: Float32Array.of(2, 20) });
});
