import { product } from '../graph/shape';
import type { PlainSamples } from './dataset';
import type { InputFacts } from './facts';
import { eachNumber, type Moments } from './moments';

/** A feature with one value in more of the samples than this is rare: its std tells how often it occurs, not how large it is. */
const MOST_ALIKE = 0.95;

export function inputFacts(x: PlainSamples, rows: Int32Array, { std }: Moments): InputFacts {
  let [count, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  eachNumber(x, rows, (value) => {
    count++;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  });
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
function sharesOfCommonest(x: PlainSamples, rows: Int32Array): Float64Array {
  const size = product(x.sampleShape);
  const candidates = new Float64Array(size);
  const leads = new Int32Array(size);
  eachNumber(x, rows, (value, feature) => {
    if (leads[feature] === 0) candidates[feature] = value;
    leads[feature] += candidates[feature] === value ? 1 : -1;
  });
  const shares = new Float64Array(size);
  eachNumber(x, rows, (value, feature) => {
    if (value === candidates[feature]) shares[feature] += 1 / rows.length;
  });
  return shares;
}
