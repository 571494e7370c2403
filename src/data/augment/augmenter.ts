import { stream } from '../../base/random';
import { product } from '../../graph/shape';
import type { AugmentationName } from '../../model/augmentations';
import type { Choice } from '../../model/spec';
import type { Dataset, PlainSamples } from '../dataset';
import { type Augment, AUGMENT_IMAGE, AUGMENT_NUMBERS } from './augment';
import type { Image } from './image';
import { type Levels, levelsOf } from './levels';

/** Works on samples of the training split as they come into a batch. What it draws depends on seed, epoch and row alone. */
export class Augmenter {
  private readonly image?: Image;
  private readonly levels?: Levels;

  /** @param choices that fit the data, see `checkAugmentations`. */
  constructor(
    private readonly choices: readonly Choice<AugmentationName>[],
    { train, normaliser }: Pick<Dataset, 'train' | 'normaliser'>,
    private readonly seed: number,
  ) {
    const { sampleShape } = train.x;
    if (choices.length === 0 || sampleShape.length !== 3) return;
    const [channels, height, width] = sampleShape;
    const [pixels, scratch] = [new Float32Array(product(sampleShape)), new Float32Array(product(sampleShape))];
    this.image = { channels, height, width, pixels, scratch };
    this.levels = levelsOf({ train, normaliser });
  }

  /**
   * In place.
   * @param x of a batch, as the model gets it.
   * @param rows of the training split that are in it.
   * @param epoch from 0.
   */
  apply(x: PlainSamples['data'], rows: Int32Array, epoch: number): void {
    if (this.choices.length === 0 || !(x instanceof Float32Array)) return;
    const size = x.length / rows.length;
    rows.forEach((row, i) => this.augment(x.subarray(i * size, (i + 1) * size), epoch, row));
  }

  private augment(sample: Float32Array, epoch: number, row: number): void {
    const random = stream(this.seed, 'augment', epoch, row);
    const { image, levels } = this;
    if (!image || !levels) {
      for (const { name, args } of this.choices) (AUGMENT_NUMBERS as Table<Float32Array>)[name]?.(sample, args, random);
      return;
    }
    const { low, span } = levels;
    for (let at = 0; at < sample.length; at++) image.pixels[at] = (sample[at] - low[at]) / span[at];
    for (const { name, args } of this.choices) (AUGMENT_IMAGE as Table<Image>)[name]?.(image, args, random);
    for (let at = 0; at < sample.length; at++) sample[at] = low[at] + span[at] * image.pixels[at];
  }
}

/** The arguments have been read by the name's own table. */
type Table<Sample> = Partial<Record<AugmentationName, (sample: Sample, args: unknown, random: Parameters<Augment<Sample, 'Cutout'>>[2]) => void>>;
