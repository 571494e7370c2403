import { finite, rounded } from '../../base/rounded';
import { featureName } from '../../data/featureNames';
import { isImage, pixelsOf } from '../../data/picture';
import { product } from '../../graph/shape';
import { MOST_SHOWN, type SampleOutcome } from '../outcome';
import type { Feeds } from '../session';
import { type Explainer, PICTURE_SIZE } from './explainer';
import type { Judged } from './look';

const FEATURES = 12;

/** Numbers of the pictures of all samples: of large ones fewer are shown. */
const PICTURES_SIZE = 14_000;
const FEWEST_SHOWN = 4;

/** How many samples of this shape are shown. */
export function mostShown(sample: readonly number[]): number {
  if (!isImage(sample)) return MOST_SHOWN;
  const [image, map] = [pixelsOf(sample), sample[1] * sample[2]].map((size) => Math.min(PICTURE_SIZE, size));
  return Math.max(FEWEST_SHOWN, Math.min(MOST_SHOWN, Math.floor(PICTURES_SIZE / (image + 2 * map))));
}

/** The samples that the model has the largest loss of; a loss that is not finite is larger than any. */
export function worst(judged: readonly Judged[], most: number): number[] {
  const size = (place: number) => (Number.isFinite(judged[place].loss) ? judged[place].loss : Infinity);
  // Not by the difference: two infinite ones have none.
  return [...judged.keys()].sort((a, b) => Number(size(a) < size(b)) - Number(size(a) > size(b)) || a - b).slice(0, most);
}

/**
 * The worst of the samples that were looked at.
 * @param x what the model got, sample after sample, of the shape `sample`.
 * @param explainer of images.
 */
export async function shownSamples(
  {
    judged,
    x,
    sample,
    featureNames,
  }: { judged: readonly Judged[]; x: Float32Array | Int32Array; sample: readonly number[]; featureNames?: string[] },
  explainer: Explainer | undefined,
  weights: Feeds,
): Promise<SampleOutcome[]> {
  const size = product(sample);
  const places = worst(judged, mostShown(sample));
  const inputs = places.map((place) => x.subarray(place * size, (place + 1) * size));
  const pictures = await explainer?.explain(
    weights,
    inputs,
    places.map((place) => judged[place].actual),
  );
  const features = (input: Float32Array | Int32Array) =>
    Array.from(input.subarray(0, FEATURES), (value, feature) => ({ name: featureName(featureNames, feature), value: rounded(value) }));
  return places.map((place, i) => {
    const { row, actual, predicted, probability, loss } = judged[place];
    return {
      row,
      actual: rounded(actual, 6),
      predicted: finite(predicted, 6),
      ...(probability !== undefined && Number.isFinite(probability) && { probability: rounded(probability) }),
      loss: finite(loss),
      ...(pictures?.[i] ?? (sample.length === 1 && { features: features(inputs[i]) })),
    };
  });
}
