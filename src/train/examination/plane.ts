import { rounded, roundedBeside } from '../../base/rounded';
import { numberAt } from '../../data/batches';
import { classOf } from '../../data/card';
import type { Dataset, Normaliser, Split } from '../../data/dataset';
import { featureName } from '../../data/featureNames';
import { sampleRows } from '../../data/sampleRows';
import { type Boundary, MOST_DOTS } from '../outcome';
import type { Aim } from './judgement';

/** Of the span of the samples, on every side. */
const MARGIN = 0.1;

/** The plane of data with two features, in the units of the data file. */
export type Plane = Pick<Boundary, 'names' | 'x' | 'y' | 'points'>;

export function planeOf({ train, validation, featureNames, normaliser }: Dataset, aim: Aim): Plane {
  const splits = [{ split: train, isValidation: false }, ...(validation ? [{ split: validation, isValidation: true }] : [])];
  const [x, y] = [0, 1].map((feature) =>
    extent(
      splits.map(({ split }) => split),
      feature,
      normaliser,
    ),
  );
  const all = splits.reduce((sum, { split }) => sum + split.count, 0);
  const points = splits.flatMap(({ split, isValidation }) =>
    Array.from(sampleRows(split.count, Math.max(1, Math.floor((MOST_DOTS * split.count) / all))), (row) => ({
      x: within(x, rawValue(split, row, 0, normaliser)),
      y: within(y, rawValue(split, row, 1, normaliser)),
      target: aim.kind === 'class' ? classOf(split.y, row) : rounded(split.y.data[row]),
      isValidation,
    })),
  );
  return { names: [featureName(featureNames, 0), featureName(featureNames, 1)], x, y, points };
}

/** A square of so many points along each side, the outer ones on the ends, row by row from the smallest y: as the model gets them. */
export function gridOver({ x, y }: Pick<Plane, 'x' | 'y'>, size: number, normaliser?: Normaliser): Float32Array {
  const along = ([from, to]: [number, number], i: number) => from + ((to - from) * i) / (size - 1);
  return Float32Array.from({ length: 2 * size * size }, (_, i) => {
    const point = Math.floor(i / 2);
    const value = i % 2 === 0 ? along(x, point % size) : along(y, Math.floor(point / size));
    return normaliser ? (value - normaliser.shift[i % 2]) / normaliser.scale[i % 2] : value;
  });
}

/** To a thousandth of the span: less than can be seen. */
const within = ([from, to]: [number, number], value: number): number => roundedBeside(to - from, value);

/** As the data file has it. */
function rawValue({ x }: Split, row: number, feature: number, normaliser?: Normaliser): number {
  const value = numberAt(x, 2 * row + feature);
  return normaliser ? value * normaliser.scale[feature] + normaliser.shift[feature] : value;
}

function extent(splits: readonly Split[], feature: number, normaliser?: Normaliser): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const split of splits)
    for (let row = 0; row < split.count; row++) {
      const value = rawValue(split, row, feature, normaliser);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  // Of a constant feature something around it is shown.
  const margin = MARGIN * (high - low) || Math.abs(high) * MARGIN || 1;
  const ends: [number, number] = [low - margin, high + margin];
  return [within(ends, ends[0]), within(ends, ends[1])];
}
