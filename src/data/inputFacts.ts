import { product } from '../graph/shape';
import type { PlainSamples } from './dataset';
import type { InputFacts } from './facts';
import type { Moments } from './moments';

/** A feature with one value in more of the samples than this is rare: its std tells how often it occurs, not how large it is. */
const MOST_ALIKE = 0.95;

export function inputFacts(x: PlainSamples, rows: Int32Array, { std }: Moments): InputFacts {
  let [count, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  const { data } = x;
  const size = std.length;
  // Written out, here and below: this is done for every number of large data.
  for (const row of rows)
    for (let at = row * size, end = at + size; at < end; at++) {
      const value = data[at];
      if (!Number.isFinite(value)) continue;
      count++;
      sum += value;
      squares += value * value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  if (count === 0) return { rms: 0, mean: 0, min: 0, max: 0, stdRatio: 1, constants: std.length };
  const alike = sharesOfCommonest(x, rows);
  const varying = [...std].filter((deviation, feature) => deviation > 0 && alike[feature] <= MOST_ALIKE);
  return {
    rms: Math.sqrt(squares / count),
    mean: sum / count,
    min,
    max,
    stdRatio: varying.length > 1 ? maximum(varying) / -maximum(varying.map((deviation) => -deviation)) : 1,
    constants: [...std].filter((deviation) => deviation === 0).length,
  };
}

const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

/** By feature, the share of the rows that have its commonest value; of one without a majority some smaller share (Boyer & Moore 1981). */
function sharesOfCommonest({ sampleShape, data }: PlainSamples, rows: Int32Array): Float64Array {
  const size = product(sampleShape);
  const candidates = new Float64Array(size);
  const leads = new Int32Array(size);
  for (const row of rows)
    for (let feature = 0, at = row * size; feature < size; feature++, at++) {
      if (!Number.isFinite(data[at])) continue;
      if (leads[feature] === 0) candidates[feature] = data[at];
      leads[feature] += candidates[feature] === data[at] ? 1 : -1;
    }
  const shares = new Float64Array(size);
  for (const row of rows)
    for (let feature = 0, at = row * size; feature < size; feature++, at++)
      if (data[at] === candidates[feature] && Number.isFinite(data[at])) shares[feature] += 1 / rows.length;
  return shares;
}
