import { product } from '../graph/shape';
import type { Normalize } from '../model/spec';
import { numberAt } from './batches';
import type { Normaliser, Samples } from './dataset';

/** A spread below this is a constant element: dividing by it would only blow up rounding noise. */
const CONSTANT = 1e-8;

/**
 * Fits x' = (x − shift) / scale for each element of a sample.
 * `zscore`: mean and population standard deviation; `minmax`: to [0, 1]. A spread below 1e-8 counts as 1.
 */
export function fitNormaliser(samples: Samples, kind: Exclude<Normalize, 'none'>): Normaliser {
  const size = product(samples.sampleShape);
  const { origin, spread } = kind === 'zscore' ? meanAndDeviation(samples, size) : minimumAndRange(samples, size);
  return { shift: Float32Array.from(origin), scale: Float32Array.from(spread, (value) => (value < CONSTANT ? 1 : value)) };
}

interface Fit {
  origin: Float64Array;
  spread: Float64Array;
}

function meanAndDeviation(samples: Samples, size: number): Fit {
  const count = samples.data.length / size;
  const origin = new Float64Array(size);
  const spread = new Float64Array(size);
  eachElement(samples, size, (value, element) => (origin[element] += value));
  for (let element = 0; element < size; element++) origin[element] /= count;
  // A second pass, because the mean of squares minus the squared mean loses everything for data far from 0.
  eachElement(samples, size, (value, element) => (spread[element] += (value - origin[element]) ** 2));
  return { origin, spread: spread.map((squares) => Math.sqrt(squares / count)) };
}

function minimumAndRange(samples: Samples, size: number): Fit {
  const origin = new Float64Array(size).fill(Infinity);
  const most = new Float64Array(size).fill(-Infinity);
  eachElement(samples, size, (value, element) => {
    if (value < origin[element]) origin[element] = value;
    if (value > most[element]) most[element] = value;
  });
  return { origin, spread: most.map((value, element) => value - origin[element]) };
}

/** Sample after sample, as they lie in memory. */
function eachElement(samples: Samples, size: number, visit: (value: number, element: number) => void): void {
  for (let at = 0, element = 0; at < samples.data.length; at++) {
    visit(numberAt(samples, at), element);
    if (++element === size) element = 0;
  }
}

/** The samples normalised, of the shape the normaliser was fitted on: a copy, or of bytes the same bytes with another meaning. */
export function normalise(samples: Samples, normaliser: Normaliser): Samples {
  const { shift, scale } = normaliser;
  if (samples.data instanceof Uint8Array) return { ...samples, map: afterMap(samples.map, normaliser) };
  const data = new Float32Array(samples.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (samples.data[i] - shift[i % shift.length]) / scale[i % scale.length];
  return { sampleShape: samples.sampleShape, data };
}

/** ((x − a) / b − c) / d = (x − (a + b·c)) / (b·d). */
function afterMap(first: Normaliser | undefined, { shift, scale }: Normaliser): Normaliser {
  if (!first) return { shift, scale };
  const [a, b] = [(i: number) => first.shift[i % first.shift.length], (i: number) => first.scale[i % first.scale.length]];
  return { shift: shift.map((c, i) => a(i) + b(i) * c), scale: scale.map((d, i) => b(i) * d) };
}
