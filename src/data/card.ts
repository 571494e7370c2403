import { rounded, roundedBeside } from '../base/rounded';
import { product } from '../graph/shape';
import type { AugmentedPair } from './augment/pairs';
import { plainRows, sampleAt } from './batches';
import type { Dataset, PlainSamples, Split } from './dataset';
import { featureName, shortName } from './featureNames';
import { eachNumber, momentsOf } from './moments';
import { isImage, pictureOf, type Picture } from './picture';
import { sampleRows } from './sampleRows';

/** What the data of a run is. */
export interface DataCard {
  /** The first `MOST_FEATURES`, as the model gets them, in the training split. Absent for images and tokens. */
  features?: { name: string; min: number; max: number; mean: number; std: number; constant: boolean }[];
  /** How many features there are in all; of an image, its numbers. */
  featureCount: number;
  /** Over all numbers of the training split that the model gets. */
  range: { min: number; max: number; mean: number; std: number };
  /** By class index; the first `MOST_NAMED` classes. */
  counts?: { training: number[]; validation?: number[] };
  samples: { training: number; validation: number };
  /** Images: the first of each class, as the model gets them, up to 12; where targets are numbers, the first few. */
  pictures?: { picture: Picture; label?: string }[];
  /** Images that are augmented for training: the first few before and after, on one scale. */
  augmented?: AugmentedPair[];
}

export const MOST_FEATURES = 64;
export const MOST_NAMED = 200;

/** Of larger data this many numbers, in rows from all over it, stand for all. */
const MOST_NUMBERS = 4e6;
const MOST_PICTURES = 12;
const UNLABELLED_PICTURES = 6;
/** Numbers of one picture. */
const PICTURE_SIZE = 1024;

/** Class index of a target: of numbers, those above a half are class 1. */
export const classOf = ({ data }: PlainSamples, row: number): number => (data instanceof Int32Array ? data[row] : data[row] > 0.5 ? 1 : 0);

const known = new WeakMap<Dataset, Map<number | undefined, DataCard>>();

/**
 * Worked out once for each dataset.
 * @param classes how many there are, where the target of a sample is one class.
 */
export function cardOf(dataset: Dataset, classes: number | undefined): DataCard {
  const cards = known.get(dataset) ?? new Map<number | undefined, DataCard>();
  known.set(dataset, cards);
  let card = cards.get(classes);
  if (!card) cards.set(classes, (card = workOut(dataset, classes)));
  return card;
}

function workOut(dataset: Dataset, classes: number | undefined): DataCard {
  const { train, validation } = dataset;
  const { sampleShape } = train.x;
  const rows = sampleRows(train.count, Math.max(1, Math.floor(MOST_NUMBERS / product(sampleShape))));
  const looked = plainRows(train.x, rows);
  const counts = (split: Split) => countsOf(split, classes!);
  return {
    ...(sampleShape.length === 1 && !dataset.tokens && { features: featuresOf(looked.samples, looked.rows, dataset.featureNames) }),
    featureCount: product(sampleShape),
    range: rangeOf(looked.samples, looked.rows),
    ...(classes !== undefined && { counts: { training: counts(train), ...(validation && { validation: counts(validation) }) } }),
    samples: { training: train.count, validation: validation?.count ?? 0 },
    ...(isImage(sampleShape) && { pictures: picturesOf(dataset, classes) }),
  };
}

function featuresOf(x: PlainSamples, rows: Int32Array, featureNames: readonly string[] | undefined): DataCard['features'] {
  const { mean, std } = momentsOf(x, rows);
  const [min, max] = [mean.map(() => Infinity), mean.map(() => -Infinity)];
  eachNumber(x, rows, (value, feature) => {
    if (value < min[feature]) min[feature] = value;
    if (value > max[feature]) max[feature] = value;
  });
  return Array.from({ length: Math.min(mean.length, MOST_FEATURES) }, (_, i) => {
    const [least, most] = min[i] <= max[i] ? [min[i], max[i]] : [0, 0];
    return { name: featureName(featureNames, i), ...figures(least, most, mean[i], std[i]), constant: least === most };
  });
}

function rangeOf(x: PlainSamples, rows: Int32Array): DataCard['range'] {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  eachNumber(x, rows, (value) => {
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  });
  if (count === 0) return { min: 0, max: 0, mean: 0, std: 0 };
  const mean = sum / count;
  // A second pass, because the mean of squares minus the squared mean loses everything for data far from 0.
  let squares = 0;
  eachNumber(x, rows, (value) => (squares += (value - mean) ** 2));
  return figures(min, max, mean, Math.sqrt(squares / count));
}

/** Numbers may lie close together and far from 0; and a mean that is next to nothing beside them is 0. */
function figures(min: number, max: number, mean: number, std: number): DataCard['range'] {
  const beside = (value: number) => roundedBeside(Math.max(Math.abs(min), Math.abs(max)), value, 7);
  return { min: beside(min), max: beside(max), mean: beside(mean), std: rounded(std) };
}

function countsOf({ count, y }: Split, classes: number): number[] {
  const counts = Array.from({ length: Math.min(classes, MOST_NAMED) }, () => 0);
  for (let row = 0; row < count; row++) {
    const label = classOf(y, row);
    if (label < counts.length) counts[label]++;
  }
  return counts;
}

function picturesOf({ train, classes: names }: Dataset, classes: number | undefined): NonNullable<DataCard['pictures']> {
  const firstOf = new Map<number, number>();
  const wanted = classes === undefined ? UNLABELLED_PICTURES : Math.min(classes, MOST_PICTURES);
  for (let row = 0; row < train.count && firstOf.size < wanted; row++) {
    const group = classes === undefined ? row : classOf(train.y, row);
    if (!firstOf.has(group)) firstOf.set(group, row);
  }
  return [...firstOf]
    .sort(([a], [b]) => a - b)
    .flatMap(([group, row]) => {
      const picture = pictureOf(sampleAt(train.x, row), train.x.sampleShape, PICTURE_SIZE);
      return picture ? [{ picture, ...(classes !== undefined && { label: shortName(names?.[group] ?? String(group)) }) }] : [];
    });
}
