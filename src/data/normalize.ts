import { product } from '../graph/shape';
import type { Normalize } from '../model/spec';
import type { Normaliser, Samples } from './dataset';

/** A spread below this is a constant element: dividing by it would only blow up rounding noise. */
const CONSTANT = 1e-8;

/**
 * Fits x' = (x − shift) / scale for each element of a sample.
 * `zscore`: mean and population standard deviation; `minmax`: to [0, 1]. A spread below 1e-8 counts as 1.
 */
export function fitNormaliser(samples: Samples, kind: Exclude<Normalize, 'none'>): Normaliser {
  const size = product(samples.sampleShape);
  const count = samples.data.length / size;
  const shift = new Float32Array(size);
  const scale = new Float32Array(size);
  const fit = kind === 'zscore' ? meanAndDeviation : minimumAndRange;
  for (let element = 0; element < size; element++) {
    const [origin, spread] = fit(samples.data, element, size, count);
    shift[element] = origin;
    scale[element] = spread < CONSTANT ? 1 : spread;
  }
  return { shift, scale };
}

type Fit = (data: Samples['data'], start: number, stride: number, count: number) => [origin: number, spread: number];

const meanAndDeviation: Fit = (data, start, stride, count) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += data[start + i * stride];
  const mean = sum / count;
  // A second pass, because the mean of squares minus the squared mean loses everything for data far from 0.
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (data[start + i * stride] - mean) ** 2;
  return [mean, Math.sqrt(squares / count)];
};

const minimumAndRange: Fit = (data, start, stride, count) => {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < count; i++) {
    least = Math.min(least, data[start + i * stride]);
    most = Math.max(most, data[start + i * stride]);
  }
  return [least, most - least];
};

/** Normalised copy of the samples, of the shape the normaliser was fitted on. */
export function normalise(samples: Samples, { shift, scale }: Normaliser): Samples {
  const data = new Float32Array(samples.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (samples.data[i] - shift[i % shift.length]) / scale[i % scale.length];
  return { sampleShape: samples.sampleShape, data };
}
