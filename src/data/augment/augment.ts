import type { Random } from '../../base/random';
import type { AugmentationArgs, AugmentationName } from '../../model/augmentations';
import { colorJitter } from './colour';
import { cutout, horizontalFlip, randomCrop, rotation, scale } from './geometry';
import { clamp, type Image } from './image';
import { randAugment } from './randAugment';

/** Changes one sample in place. */
export type Augment<Sample, Name extends AugmentationName> = (sample: Sample, args: AugmentationArgs<Name>, random: Random) => void;

function gaussianNoise(values: Float32Array, { sigma, mean }: AugmentationArgs<'GaussianNoise'>, random: Random): void {
  for (let at = 0; at < values.length; at++) values[at] += mean + sigma * random.normal();
}

function tokenDropout(tokens: Float32Array, { p, token }: AugmentationArgs<'TokenDropout'>, random: Random): void {
  for (let at = 0; at < tokens.length; at++) if (random.uniform() < p) tokens[at] = token;
}

type OfImages = Exclude<AugmentationName, 'TokenDropout'>;

/** Of images. */
export const AUGMENT_IMAGE: { [Name in OfImages]: Augment<Image, Name> } = {
  RandomCrop: randomCrop,
  HorizontalFlip: horizontalFlip,
  Rotation: rotation,
  Scale: scale,
  ColorJitter: colorJitter,
  GaussianNoise: ({ pixels }, args, random) => {
    gaussianNoise(pixels, args, random);
    if (args.clip) pixels.forEach((value, at) => (pixels[at] = clamp(value)));
  },
  Cutout: cutout,
  RandAugment: randAugment,
};

/** Of samples that are no images. */
export const AUGMENT_NUMBERS: { [Name in 'GaussianNoise' | 'TokenDropout']: Augment<Float32Array, Name> } = {
  GaussianNoise: gaussianNoise,
  TokenDropout: tokenDropout,
};
