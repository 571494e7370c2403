import * as z from 'zod';
import type { Choices } from './choices';
import { type ArgTable, type Documented, flag, integer, positive, real, share, size } from './documented';

export const AUGMENTATION_NAMES = [
  'RandomCrop',
  'HorizontalFlip',
  'Rotation',
  'Scale',
  'ColorJitter',
  'GaussianNoise',
  'Cutout',
  'RandAugment',
  'TokenDropout',
] as const;
export type AugmentationName = (typeof AUGMENTATION_NAMES)[number];

export interface AugmentationRule<Table extends ArgTable = ArgTable> extends Documented<Table> {
  /** What a sample has to be: an image C×H×W, one that is grey or RGB, tokens, or numbers of any shape. */
  needs: 'image' | 'colours' | 'tokens' | 'numbers';
}

const image = 'image (C, H, W) → the same';
const page = (name: string): string => `https://pytorch.org/vision/stable/generated/torchvision.transforms.v2.${name}.html`;

const fill = share.default(0).describe('What stands where there was no image: 0 is the darkest number of the data, 1 the brightest.');
const interpolation = z
  .enum(['nearest', 'bilinear'])
  .default('nearest')
  .describe('A point between others is the nearest of them, or the mean of four by distance.');

const isRange = ([from, to]: readonly number[]): boolean => from <= to;
const RISING = 'the first number must not be above the second.';

/** How far a factor strays from 1, or its ends. */
const factor = z.union([real.min(0), z.tuple([real.min(0), real.min(0)]).refine(isRange, RISING)]).default(0);

const turn = real.min(-0.5).max(0.5);

/**
 * What is done to the samples of a training batch, drawn anew for each sample in each epoch; never in an evaluation. Images are taken as torchvision
 * takes them: before `normalize`, the darkest number of the training data being 0 and the brightest 1.
 */
export const AUGMENTATIONS = {
  RandomCrop: {
    doc: 'Pads the image on all sides and cuts a piece of its own size from a random place: the image is shifted.',
    formula: 'y[i, j] = pad(x)[i + a, j + b], a and b uniform in 0 … 2·padding',
    shapes: image,
    reference: page('RandomCrop'),
    args: {
      padding: z
        .union([size, z.tuple([integer.min(0), integer.min(0)])])
        .describe('Points on each side: one number, or [left and right, top and bottom].'),
      fill,
      padding_mode: z
        .enum(['constant', 'edge', 'reflect', 'symmetric'])
        .default('constant')
        .describe('What is put around it: `fill`, the outermost points, or the image mirrored without or with them.'),
    },
    needs: 'image',
  },
  HorizontalFlip: {
    doc: 'Swaps left and right. Not for digits and letters.',
    formula: 'y[i, j] = x[i, W − 1 − j] with probability p',
    shapes: image,
    reference: page('RandomHorizontalFlip'),
    args: { p: share.default(0.5).describe('Probability.') },
    needs: 'image',
  },
  Rotation: {
    doc: 'Turns the image about its centre by a random angle, counter-clockwise.',
    formula: 'y(q) = x(R(α)·q), α uniform in [−degrees, degrees]',
    shapes: image,
    reference: page('RandomRotation'),
    args: {
      degrees: z.union([positive, z.tuple([real, real]).refine(isRange, RISING)]).describe('The largest angle to either side, or [from, to].'),
      interpolation,
      fill,
    },
    needs: 'image',
  },
  Scale: {
    doc: 'Makes the image larger or smaller about its centre; its frame stays as it is.',
    formula: 'y(q) = x(q / s), s uniform in the range',
    shapes: image,
    reference: page('RandomAffine'),
    args: {
      scale: z.tuple([positive, positive]).refine(isRange, RISING).default([0.8, 1.2]).describe('The smallest and the largest factor.'),
      interpolation,
      fill,
    },
    needs: 'image',
  },
  ColorJitter: {
    doc: 'Changes brightness, contrast, saturation and hue by random factors, in random order. A grey image has the first two alone.',
    formula: 'brightness b·x, contrast b·x + (1 − b)·mean, saturation b·x + (1 − b)·grey(x), b uniform in [1 − v, 1 + v]; hue + h; cut to [0, 1]',
    shapes: image,
    reference: page('ColorJitter'),
    args: {
      brightness: factor.describe('How far the factor strays from 1, or [from, to].'),
      contrast: factor.describe('Likewise.'),
      saturation: factor.describe('Likewise.'),
      hue: z
        .union([real.min(0).max(0.5), z.tuple([turn, turn]).refine(isRange, RISING)])
        .default(0)
        .describe('How far the hue turns to either side, 0.5 being half the circle of colours, or [from, to].'),
    },
    needs: 'colours',
  },
  GaussianNoise: {
    doc: 'Adds normal noise to every number. Of samples that are no images it is added to what the model gets, after `normalize`, and nothing is cut.',
    formula: 'y = x + mean + sigma·n, n ~ N(0, 1)',
    shapes: '(…) → the same',
    reference: page('GaussianNoise'),
    args: {
      sigma: real.min(0).default(0.1).describe('Standard deviation; of images 1 is the span from the darkest to the brightest number.'),
      mean: real.default(0).describe('Mean.'),
      clip: flag.default(true).describe('Of images: cut to what the data spans.'),
    },
    needs: 'numbers',
  },
  Cutout: {
    doc: 'Blots out a square around a random point; at the border a part of it lies outside.',
    formula: 'y = fill where |i − a| and |j − b| are within size / 2, a and b uniform over the image',
    shapes: image,
    reference: 'DeVries & Taylor 2017, Improved Regularization of Convolutional Neural Networks with Cutout',
    args: {
      size: size.describe('Side of the square in points.'),
      holes: size.default(1).describe('How many squares.'),
      fill,
    },
    needs: 'image',
  },
  RandAugment: {
    doc: 'Applies n operations out of fourteen, all with one magnitude: shear, translate, rotate, brightness, colour, contrast, sharpness, posterize, solarize, autocontrast, equalize, or none.',
    formula: 'n times: an operation drawn uniformly, of strength m of 30; where it has two directions, either',
    shapes: image,
    reference: page('RandAugment'),
    args: {
      n: integer.min(0).default(2).describe('Operations for each sample (torchvision: num_ops).'),
      m: integer.min(0).max(30).default(9).describe('Magnitude of all of them, 0 to 30.'),
      interpolation,
      fill,
    },
    needs: 'colours',
  },
  TokenDropout: {
    doc: 'Replaces tokens by one that says nothing, each with probability p, so that the model does not rely on single ones.',
    formula: 'y = token with probability p, else x',
    shapes: 'tokens (L) → the same',
    reference: 'Iyyer et al. 2015, Deep Unordered Composition Rivals Syntactic Methods for Text Classification (word dropout)',
    args: {
      p: share.default(0.1).describe('Probability.'),
      token: integer.min(0).default(0).describe('What takes its place.'),
    },
    needs: 'tokens',
  },
} satisfies Record<AugmentationName, AugmentationRule>;

/** The arguments of an augmentation, validated. */
export type AugmentationArgs<Name extends AugmentationName> = z.infer<z.ZodObject<(typeof AUGMENTATIONS)[Name]['args']>>;

export const AUGMENTATION_CHOICES: Choices<AugmentationName> = {
  noun: 'augmentation',
  kind: 'augmentation',
  registry: AUGMENTATIONS,
  example: 'RandomCrop: 2',
};
