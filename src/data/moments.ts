import { product } from '../graph/shape';
import type { PlainSamples } from './dataset';

/** Of each element of a sample, over some rows; elements that are not finite are left out. */
export interface Moments {
  mean: Float64Array;
  /** Population standard deviation. */
  std: Float64Array;
}

export function momentsOf({ sampleShape, data }: PlainSamples, rows: Int32Array): Moments {
  const size = product(sampleShape);
  const mean = new Float64Array(size);
  const std = new Float64Array(size);
  const counts = new Int32Array(size);
  // Written out: this is done for every number of large data.
  for (const row of rows)
    for (let feature = 0, at = row * size; feature < size; feature++, at++)
      if (Number.isFinite(data[at])) {
        mean[feature] += data[at];
        counts[feature]++;
      }
  for (let feature = 0; feature < size; feature++) mean[feature] /= counts[feature] || 1;
  // A second pass, because the mean of squares minus the squared mean loses everything for data far from 0.
  for (const row of rows)
    for (let feature = 0, at = row * size; feature < size; feature++, at++)
      if (Number.isFinite(data[at])) std[feature] += (data[at] - mean[feature]) ** 2;
  for (let feature = 0; feature < size; feature++) std[feature] = Math.sqrt(std[feature] / (counts[feature] || 1));
  return { mean, std };
}

/** Every finite number of the rows, with its place in the sample. */
export function eachNumber({ sampleShape, data }: PlainSamples, rows: Int32Array, visit: (value: number, feature: number) => void): void {
  const size = product(sampleShape);
  for (const row of rows)
    for (let feature = 0, at = row * size; feature < size; feature++, at++) if (Number.isFinite(data[at])) visit(data[at], feature);
}
