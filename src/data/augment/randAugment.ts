import type { Random } from '../../base/random';
import type { AugmentationArgs } from '../../model/augmentations';
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness, autocontrast, equalize, posterize, solarize } from './colour';
import { resample, rotate, type Sampling } from './geometry';
import type { Image } from './image';

/** The largest of the magnitudes that `m` names. */
const MOST = 30;

interface Operation {
  /** At the largest magnitude, and whether it may go either way. */
  most: (image: Image) => number;
  isSigned?: true;
  apply: (image: Image, strength: number, sampling: Sampling) => void;
}

const constant = (most: number) => () => most;

/** Shears hold the upper left corner, which lies half a point outside of the first one. */
const corner = (size: number) => size / 2;

/** The fourteen, with their strengths (Cubuk et al. 2020, as in torchvision). */
export const OPERATIONS = {
  Identity: { most: constant(0), apply: () => undefined },
  ShearX: {
    most: constant(0.3),
    isSigned: true,
    apply: (image, s, sampling) => resample(image, [1, s, 0, 1], [s * corner(image.height), 0], sampling),
  },
  ShearY: {
    most: constant(0.3),
    isSigned: true,
    apply: (image, s, sampling) => resample(image, [1, 0, s, 1], [0, s * corner(image.width)], sampling),
  },
  TranslateX: {
    most: ({ width }) => (150 / 331) * width,
    isSigned: true,
    apply: (image, s, sampling) => resample(image, [1, 0, 0, 1], [-Math.trunc(s), 0], sampling),
  },
  TranslateY: {
    most: ({ height }) => (150 / 331) * height,
    isSigned: true,
    apply: (image, s, sampling) => resample(image, [1, 0, 0, 1], [0, -Math.trunc(s)], sampling),
  },
  Rotate: { most: constant(30), isSigned: true, apply: (image, s, sampling) => rotate(image, s, sampling) },
  Brightness: { most: constant(0.9), isSigned: true, apply: (image, s) => adjustBrightness(image, 1 + s) },
  Color: { most: constant(0.9), isSigned: true, apply: (image, s) => adjustSaturation(image, 1 + s) },
  Contrast: { most: constant(0.9), isSigned: true, apply: (image, s) => adjustContrast(image, 1 + s) },
  Sharpness: { most: constant(0.9), isSigned: true, apply: (image, s) => adjustSharpness(image, 1 + s) },
  Posterize: { most: constant(4), apply: (image, s) => posterize(image, 8 - Math.round(s)) },
  Solarize: { most: constant(1), apply: (image, s) => solarize(image, 1 - s) },
  AutoContrast: { most: constant(0), apply: autocontrast },
  Equalize: { most: constant(0), apply: equalize },
} satisfies Record<string, Operation>;

const ALL: readonly Operation[] = Object.values(OPERATIONS);

export function randAugment(image: Image, { n, m, interpolation, fill }: AugmentationArgs<'RandAugment'>, random: Random): void {
  for (let i = 0; i < n; i++) {
    const { most, isSigned, apply } = ALL[random.integer(ALL.length)];
    const strength = (most(image) * m) / MOST;
    apply(image, isSigned && random.uniform() < 0.5 ? -strength : strength, { interpolation, fill });
  }
}
