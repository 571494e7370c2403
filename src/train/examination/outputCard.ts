import { finite, rounded } from '../../base/rounded';
import type { BuiltLayer } from '../../model/build';
import { actingFromEnd } from '../../model/ends';
import { LOSSES } from '../../model/losses';
import { outputRange } from '../../model/outputRange';
import type { Spec } from '../../model/spec';
import type { OutputCard } from '../outcome';
import type { Look } from './look';

/** @param layers of the built model. */
export function outputCard({ model, loss }: Spec, layers: readonly BuiltLayer[], { outputs, targets }: Look): OutputCard {
  const last = actingFromEnd(model)[0] ?? model[model.length - 1];
  const { low, high } = outputRange(last) ?? { low: -Infinity, high: Infinity };
  const put = spanOf(outputs);
  const wanted = LOSSES[loss.name].score === 'r2' && spanOf(targets);
  return {
    // Of the copies that a Repeat makes the last one, which has a number.
    layer: layers.filter(({ spec }) => spec === last).at(-1)?.name ?? last.name,
    type: last.type,
    min: put ? rounded(put.min) : null,
    max: put ? rounded(put.max) : null,
    mean: put ? rounded(put.mean) : null,
    reach: [finite(low), finite(high)],
    ...(wanted && { target: { min: rounded(wanted.min), max: rounded(wanted.max), mean: rounded(wanted.mean) } }),
  };
}

/** Of the finite ones; undefined where there are none. */
function spanOf(values: Float32Array | Int32Array): { min: number; max: number; mean: number } | undefined {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const value of values)
    if (Number.isFinite(value)) {
      count++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  return count > 0 ? { min, max, mean: sum / count } : undefined;
}
