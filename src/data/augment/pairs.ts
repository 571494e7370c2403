import type { AugmentationName } from '../../model/augmentations';
import type { Choice } from '../../model/spec';
import { gatherRows } from '../batches';
import type { Dataset } from '../dataset';
import { isImage, type Picture, pictureOf } from '../picture';
import { Augmenter } from './augmenter';

/** A training sample as it is, and as the model is trained on it in the first epoch. */
export interface AugmentedPair {
  before: Picture;
  after: Picture;
}

const MOST_PAIRS = 4;
/** Numbers of one picture. */
const PICTURE_SIZE = 1024;

/** Of the first images of the training split; undefined where nothing is done to them. */
export function augmentedPairs(choices: readonly Choice<AugmentationName>[], dataset: Dataset, seed: number): AugmentedPair[] | undefined {
  const { x, count } = dataset.train;
  if (choices.length === 0 || !isImage(x.sampleShape)) return undefined;
  const augmenter = new Augmenter(choices, dataset, seed);
  return Array.from({ length: Math.min(count, MOST_PAIRS) }, (_, row) => row).flatMap((row) => {
    const rows = Int32Array.of(row);
    const [before, after] = [gatherRows(x, rows), gatherRows(x, rows)];
    augmenter.apply(after, rows, 0);
    const values = [...before, ...after];
    // One scale for both, so that a change of brightness is seen.
    const range = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const;
    const pictures = [before, after].map((image) => pictureOf(image, x.sampleShape, PICTURE_SIZE, range));
    return pictures[0] && pictures[1] ? [{ before: pictures[0], after: pictures[1] }] : [];
  });
}
