import * as z from 'zod';
import { stream } from '../../../src/base/random';
import { AUGMENT_IMAGE } from '../../../src/data/augment/augment';
import type { Image } from '../../../src/data/augment/image';
import { type AugmentationArgs, AUGMENTATIONS, type AugmentationName } from '../../../src/model/augmentations';

export const imageOf = (channels: number, height: number, width: number, pixels: readonly number[]): Image => ({
  channels,
  height,
  width,
  pixels: Float32Array.from(pixels),
  scratch: new Float32Array(pixels.length),
});

/** Different numbers everywhere. */
export function randomImage(channels: number, height: number, width: number, seed = 0): Image {
  const random = stream(seed, 'test-image');
  return imageOf(
    channels,
    height,
    width,
    Array.from({ length: channels * height * width }, () => random.uniform()),
  );
}

export const argsOf = <Name extends AugmentationName>(name: Name, args: Record<string, unknown> = {}): AugmentationArgs<Name> =>
  z.object(AUGMENTATIONS[name].args).parse(args) as unknown as AugmentationArgs<Name>;

/** What one draw makes of an image, which stays as it is. */
export function augmented<Name extends keyof typeof AUGMENT_IMAGE>(image: Image, name: Name, args: Record<string, unknown>, draw: number): number[] {
  const copy = { ...image, pixels: image.pixels.slice(), scratch: new Float32Array(image.pixels.length) };
  AUGMENT_IMAGE[name](copy, argsOf(name, args) as never, stream(7, 'draw', draw));
  return [...copy.pixels];
}
