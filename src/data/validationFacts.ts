import { product } from '../graph/shape';
import type { Samples, Split } from './dataset';
import type { ValidationFacts } from './facts';
import { type Moments, momentsOf } from './moments';

/** Hashing takes about a nanosecond a number; of larger data every k-th number of a sample is hashed. */
const MOST_HASHED = 5e6;

/**
 * @param rows of the validation split.
 * @param moments of the training inputs.
 */
export function validationFacts(train: Split, validation: Split, rows: Int32Array, { mean, std }: Moments): ValidationFacts {
  const every = Math.ceil((train.x.data.length + validation.x.data.length) / MOST_HASHED);
  const counts = new Map<number, number>();
  for (const hash of rowHashes(train, every)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const repeated = [...counts.values()].reduce((sum, count) => (count > 1 ? sum + count : sum), 0);
  const shared = rowHashes(validation, every).filter((hash) => counts.has(hash)).length;
  const means = momentsOf(validation.x, rows).mean;
  const shift = means.reduce((most, value, feature) => (std[feature] > 0 ? Math.max(most, Math.abs(value - mean[feature]) / std[feature]) : most), 0);
  return { samples: validation.count, overlap: shared / validation.count, repeated: repeated / train.count, shift };
}

/** A hash of each sample's bits, target included: NaN is a value like any other. Of 10,000 and 1,000 samples 0.002 match by chance. */
function rowHashes({ count, x, y }: Split, every: number): Int32Array {
  const parts = [x, y].map(({ sampleShape, data }) => ({ size: product(sampleShape), bits: bitsOf(data) }));
  return Int32Array.from({ length: count }, (_, row) => {
    let hash = 0;
    for (const { size, bits } of parts)
      for (let at = row * size, end = at + size; at < end; at += every) {
        // One round of MurmurHash3's body.
        const word = Math.imul(bits[at], 0xcc9e2d51);
        hash ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
        hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
      }
    return hash;
  });
}

const bitsOf = (data: Samples['data']): Int32Array => new Int32Array(data.buffer, data.byteOffset, data.length);
