import { product } from '../../graph/shape';
import type { Dataset } from '../dataset';

/** x = low + (high − low)·u for each element of a sample: what the model gets, from brightness u in [0, 1]. */
export interface Levels {
  low: Float64Array;
  span: Float64Array;
}

const known = new WeakMap<Dataset['train'], Levels>();

/** Before `normalize`, the smallest number of the training split is 0 and the largest 1; of bytes 0 and 255 are. Worked out once. */
export function levelsOf({ train, normaliser }: Pick<Dataset, 'train' | 'normaliser'>): Levels {
  let levels = known.get(train);
  if (levels) return levels;
  const size = product(train.x.sampleShape);
  const [shift, scale] = [(i: number) => normaliser?.shift[i] ?? 0, (i: number) => normaliser?.scale[i] ?? 1];
  const { data, map } = train.x;
  let [least, most] = [Infinity, -Infinity];
  const meet = (value: number, element: number) => {
    const raw = value * scale(element) + shift(element);
    if (raw < least) least = raw;
    if (raw > most) most = raw;
  };
  if (data instanceof Uint8Array)
    for (let element = 0; element < size; element++) {
      const at = element % (map?.shift.length ?? 1);
      for (const byte of [0, 255]) meet(map ? (byte - map.shift[at]) / map.scale[at] : byte, element);
    }
  else for (let at = 0, element = 0; at < data.length; at++, element = element + 1 === size ? 0 : element + 1) meet(data[at], element);
  const width = most > least ? most - least : 1;
  levels = {
    low: Float64Array.from({ length: size }, (_, i) => (least - shift(i)) / scale(i)),
    span: Float64Array.from({ length: size }, (_, i) => width / scale(i)),
  };
  known.set(train, levels);
  return levels;
}
