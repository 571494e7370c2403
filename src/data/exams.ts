import { hash32, stream } from '../base/random';
import { product } from '../graph/shape';
import { plainRows } from './batches';
import type { Dataset, PlainSamples, Split } from './dataset';
import { type Matrix, matrix } from './matrix';
import { eachNumber, type Moments, momentsOf } from './moments';
import { sampleRows } from './sampleRows';

/** Enough for a score to a few percent, and few enough that all pairs are compared in a twentieth of a second. */
const MOST_FITTED = 600;
const MOST_ASKED = 400;

/** Parts of a split that are held back in turn. */
const FOLDS = 5;

/** A validation split of fewer samples scores less exactly than holding back training samples in turn. */
const FEWEST_HELD = 30;

/** Features beyond these are put together. */
const MOST_FEATURES = 64;

/** What the columns of a target are: classes of which one is true, things that are so or not, or numbers. */
export type TargetColumns = { kind: 'class' | 'sides' | 'number'; count: number };

/** Samples to learn from and others to predict, inputs standardised by what is learned from. */
export interface Exam {
  fitted: { x: Matrix; y: Matrix };
  asked: { x: Matrix; y: Matrix };
}

/** One on the validation split where it is large enough, else five that hold back a fifth of the training split each. */
export function examsOf({ train, validation }: Dataset, target: TargetColumns): Exam[] {
  if (validation && validation.count >= FEWEST_HELD)
    return [examOf(target, train, sampleRows(train.count, MOST_FITTED), validation, sampleRows(validation.count, MOST_ASKED))];
  const rows = sampleRows(train.count, MOST_FITTED);
  const order = stream(0, 'exams').permutation(rows.length);
  return Array.from({ length: FOLDS }, (_, fold) =>
    examOf(
      target,
      train,
      rows.filter((_row, i) => order[i] % FOLDS !== fold),
      train,
      rows.filter((_row, i) => order[i] % FOLDS === fold),
    ),
  );
}

function examOf(target: TargetColumns, from: Split, fitted: Int32Array, to: Split, asked: Int32Array): Exam {
  const [learned, put] = [plainRows(from.x, fitted), plainRows(to.x, asked)];
  const moments = momentsOf(learned.samples, learned.rows);
  return {
    fitted: { x: featuresOf(learned.samples, learned.rows, moments), y: targetsOf(from.y, fitted, target) },
    asked: { x: featuresOf(put.samples, put.rows, moments), y: targetsOf(to.y, asked, target) },
  };
}

/**
 * Standardised features. More than 64 are summed into as many with random signs, which keeps the distances and inner products of samples
 * in expectation and needs one pass (Weinberger et al. 2009, Feature Hashing).
 */
function featuresOf(x: PlainSamples, rows: Int32Array, { mean, std }: Moments): Matrix {
  const size = product(x.sampleShape);
  const isHashed = size > MOST_FEATURES;
  const place = Int32Array.from({ length: size }, (_, feature) => (isHashed ? hash32(feature) % MOST_FEATURES : feature));
  const factor = Float64Array.from(std, (deviation, feature) => (deviation > 0 ? (isHashed && hash32(feature, 'sign') % 2 ? -1 : 1) / deviation : 0));
  const features = matrix(rows.length, Math.min(size, MOST_FEATURES));
  for (let i = 0; i < rows.length; i++)
    for (let feature = 0, at = rows[i] * size, out = i * features.columns; feature < size; feature++, at++)
      if (Number.isFinite(x.data[at])) features.data[out + place[feature]] += (x.data[at] - mean[feature]) * factor[feature];
  return features;
}

function targetsOf(y: PlainSamples, rows: Int32Array, { kind, count }: TargetColumns): Matrix {
  const targets = matrix(rows.length, count);
  rows.forEach((row, i) => {
    if (kind === 'class') targets.data[i * count + y.data[row]] = 1;
    else
      eachNumber(y, Int32Array.of(row), (value, column) => {
        targets.data[i * count + column] = kind === 'sides' ? Number(value > 0.5) : value;
      });
  });
  return targets;
}
