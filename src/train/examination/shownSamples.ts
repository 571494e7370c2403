import { finite, rounded } from '../../base/rounded';
import { sampleAt } from '../../data/batches';
import type { PlainSamples, Samples } from '../../data/dataset';
import { featureName } from '../../data/featureNames';
import { isImage, pixelsOf } from '../../data/picture';
import { MOST_SHOWN, type SampleOutcome } from '../outcome';
import type { Feeds } from '../session';
import { type Explainer, PICTURE_SIZE } from './explainer';
import type { Judged } from './look';

const FEATURES = 12;

/** Numbers of the pictures of all samples: of large ones fewer are shown. */
const PICTURES_SIZE = 14_000;
/** A last convolution is seldom as large as the image. */
const CAM_SHARE = 0.25;
const FEWEST_SHOWN = 4;

/** How many samples of this shape are shown. */
export function mostShown(sample: readonly number[]): number {
  if (!isImage(sample)) return MOST_SHOWN;
  const [image, map] = [pixelsOf(sample), sample[1] * sample[2]].map((size) => Math.min(PICTURE_SIZE, size));
  return Math.max(FEWEST_SHOWN, Math.min(MOST_SHOWN, Math.floor(PICTURES_SIZE / (image + (1 + CAM_SHARE) * map))));
}

/** The samples that the model has the largest loss of; a loss that is not finite is larger than any. */
export function worst(judged: readonly Judged[], most: number): Judged[] {
  const size = ({ loss }: Judged) => (Number.isFinite(loss) ? loss : Infinity);
  // Not by the difference: two infinite ones have none.
  return [...judged].sort((a, b) => Number(size(a) < size(b)) - Number(size(a) > size(b))).slice(0, most);
}

/**
 * The worst of the samples that were looked at.
 * @param x of their split.
 * @param explainer of images.
 */
export async function shownSamples(
  judged: readonly Judged[],
  samples: Samples,
  featureNames: readonly string[] | undefined,
  explainer: Explainer | undefined,
  weights: Feeds,
): Promise<SampleOutcome[]> {
  const { sampleShape } = samples;
  const shown = worst(judged, mostShown(sampleShape));
  const inputs = shown.map(({ row }) => sampleAt(samples, row));
  const targets = shown.map(({ actual }) => actual);
  const pictures = await explainer?.explain(weights, inputs, targets);
  const features = (input: PlainSamples['data']) =>
    Array.from(input.subarray(0, FEATURES), (value, feature) => ({ name: featureName(featureNames, feature), value: rounded(value) }));
  return shown.map(({ row, actual, predicted, probability, loss }, i) => ({
    row,
    actual: rounded(actual, 6),
    predicted: finite(predicted, 6),
    ...(probability !== undefined && Number.isFinite(probability) && { probability: rounded(probability) }),
    loss: finite(loss),
    ...(pictures?.[i] ?? (sampleShape.length === 1 && { features: features(inputs[i]) })),
  }));
}
