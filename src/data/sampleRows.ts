import { hash32 } from '../base/random';

/**
 * Rows that stand for all: every one where there are no more than `most`, else one of each stride, at a hashed place in it, so that data
 * whose classes take turns is met evenly. Ascending; the same on every call.
 */
export function sampleRows(count: number, most: number): Int32Array {
  if (count <= most) return Int32Array.from({ length: count }, (_, i) => i);
  return Int32Array.from({ length: most }, (_, i) => {
    const from = Math.floor((i * count) / most);
    const width = Math.floor(((i + 1) * count) / most) - from;
    return from + (hash32(i) % width);
  });
}
