import { product } from '../graph/shape';
import type { Normalize } from '../model/spec';
import type { Normaliser, PlainSamples, Samples } from './dataset';

/** A spread below this is a constant element: dividing by it would only blow up rounding noise. */
const CONSTANT = 1e-8;

/**
 * Fits x' = (x − shift) / scale for each element of a sample.
 * `zscore`: mean and population standard deviation; `minmax`: to [0, 1]. A spread below 1e-8 counts as 1.
 */
export function fitNormaliser(samples: Samples, kind: Kind): Normaliser {
  const size = product(samples.sampleShape);
  const shift = new Float32Array(size);
  const scale = new Float32Array(size);
  const { data, map } = samples;
  const fit = data instanceof Uint8Array ? fitOfBytes(data, size, kind, map) : fitOfNumbers(data, size, kind);
  for (let element = 0; element < size; element++) {
    const [origin, spread] = fit(element);
    shift[element] = origin;
    scale[element] = spread < CONSTANT ? 1 : spread;
  }
  return { shift, scale };
}

type Kind = Exclude<Normalize, 'none'>;

/** Where an element of a sample lies, and how far it goes. */
type Fit = (element: number) => [origin: number, spread: number];

const fitOfNumbers = (data: PlainSamples['data'], size: number, kind: Kind): Fit => {
  const fit = kind === 'zscore' ? meanAndDeviation : minimumAndRange;
  return (element) => fit(data, element, size, data.length / size);
};

/** In one pass over the bytes: the sums are whole numbers, so that nothing is lost to rounding. */
function fitOfBytes(data: Uint8Array, size: number, kind: Kind, map: Normaliser = { shift: Float32Array.of(0), scale: Float32Array.of(1) }): Fit {
  const count = data.length / size;
  const [sum, squares] = [new Float64Array(size), new Float64Array(size)];
  const [least, most] = [new Uint8Array(size).fill(255), new Uint8Array(size)];
  for (let at = 0; at < data.length;)
    for (let element = 0; element < size; element++, at++) {
      const byte = data[at];
      sum[element] += byte;
      squares[element] += byte * byte;
      if (byte < least[element]) least[element] = byte;
      if (byte > most[element]) most[element] = byte;
    }
  return (element) => {
    const [shift, scale] = [map.shift[element % map.shift.length], map.scale[element % map.scale.length]];
    if (kind === 'minmax') return [(least[element] - shift) / scale, (most[element] - least[element]) / scale];
    const deviation = Math.sqrt(Math.max(0, count * squares[element] - sum[element] ** 2)) / count;
    return [(sum[element] / count - shift) / scale, deviation / scale];
  };
}

type FitOfColumn = (data: PlainSamples['data'], start: number, stride: number, count: number) => [origin: number, spread: number];

const meanAndDeviation: FitOfColumn = (data, start, stride, count) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += data[start + i * stride];
  const mean = sum / count;
  // A second pass, because the mean of squares minus the squared mean loses everything for data far from 0.
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (data[start + i * stride] - mean) ** 2;
  return [mean, Math.sqrt(squares / count)];
};

const minimumAndRange: FitOfColumn = (data, start, stride, count) => {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < count; i++) {
    least = Math.min(least, data[start + i * stride]);
    most = Math.max(most, data[start + i * stride]);
  }
  return [least, most - least];
};

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
