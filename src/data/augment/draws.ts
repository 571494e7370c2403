import type { DataSpec } from '../../model/spec';
import { gatherRows } from '../batches';
import type { PlainSamples, Split } from '../dataset';
import { Augmenter } from './augmenter';

/** Enough for a mean and a variance of every pixel. */
const DRAWS = 2048;

/**
 * Images as training will see them, to fit `normalize` on: one that is moved has ink where those of the file never have any, and by their spread there it
 * would come out as an outlier. What does not fit the data is refused afterwards, see `checkAugmentations`.
 * @param train before it is normalised.
 * @returns undefined where nothing is augmented, or where augmentations come after `normalize`, as they do to samples that are no images.
 */
export function augmentedDraws({ augment, seed }: DataSpec, train: Split): PlainSamples | undefined {
  const { sampleShape } = train.x;
  if (augment.length === 0 || sampleShape.length !== 3) return undefined;
  const augmenter = new Augmenter(augment, { train }, seed);
  const count = Math.min(DRAWS, train.count);
  const rounds = Math.ceil(DRAWS / count);
  const rows = Int32Array.from({ length: count }, (_, i) => Math.floor((i * train.count) / count));
  const once = gatherRows(train.x, rows);
  const data = new Float32Array(once.length * rounds);
  for (let round = 0; round < rounds; round++) {
    const drawn = data.subarray(round * once.length, (round + 1) * once.length);
    drawn.set(once);
    augmenter.apply(drawn, rows, round);
  }
  return { sampleShape, data };
}
