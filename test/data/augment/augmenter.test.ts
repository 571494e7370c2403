import { describe, expect, test } from 'vitest';
import { Augmenter } from '../../../src/data/augment/augmenter';
import { augmentedPairs } from '../../../src/data/augment/pairs';
import { gatherRows } from '../../../src/data/batches';
import type { Dataset, Samples } from '../../../src/data/dataset';
import { fitNormaliser, normalise } from '../../../src/data/normalize';
import type { AugmentationName } from '../../../src/model/augmentations';
import type { Choice } from '../../../src/model/spec';
import { argsOf, randomImage } from './images';

const choice = (name: AugmentationName, args: Record<string, unknown> = {}): Choice<AugmentationName> => ({
  name,
  args: argsOf(name, args) as Record<string, unknown>,
  range: { start: 0, end: 0 },
  argRanges: {},
});

const COUNT = 20;

/** Images of 1×4×4 in so many bytes, or as numbers from 0 to `most`. */
function images(most?: number): Samples {
  const bytes = Uint8Array.from(randomImage(COUNT, 4, 4).pixels, (value, i) => (i < 2 ? i * 255 : Math.round(255 * value)));
  if (most === undefined) return { sampleShape: [1, 4, 4], data: bytes, map: { shift: Float32Array.of(0), scale: Float32Array.of(255) } };
  return { sampleShape: [1, 4, 4], data: Float32Array.from(bytes, (byte) => (byte * most) / 255) };
}

const datasetOf = (x: Samples): Dataset => ({ train: { count: COUNT, x, y: { sampleShape: [], data: new Int32Array(COUNT) } } });

function normalisedBy(kind: 'zscore' | 'minmax', x: Samples): Dataset {
  const normaliser = fitNormaliser(x, kind);
  return { ...datasetOf(normalise(x, normaliser)), normaliser };
}

const all = Int32Array.from({ length: COUNT }, (_, i) => i);

function augmented(choices: Choice<AugmentationName>[], dataset: Dataset, { seed = 0, epoch = 0, rows = all } = {}): Float32Array {
  const x = gatherRows(dataset.train.x, rows) as Float32Array;
  new Augmenter(choices, dataset, seed).apply(x, rows, epoch);
  return x;
}

const CHOICES = [
  choice('RandomCrop', { padding: 1 }),
  choice('HorizontalFlip'),
  choice('Rotation', { degrees: 20, interpolation: 'bilinear' }),
  choice('Scale', { interpolation: 'bilinear' }),
  choice('ColorJitter', { brightness: 0.3, contrast: 0.3 }),
  choice('GaussianNoise'),
  choice('Cutout', { size: 2 }),
  choice('RandAugment'),
];

describe('draws depend on seed, epoch and row alone', () => {
  const dataset = datasetOf(images(1));
  test.each(CHOICES.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const first = augmented([one], dataset);
    expect(augmented([one], dataset)).toEqual(first);
    expect(augmented([one], dataset, { epoch: 1 })).not.toEqual(first);
    expect(augmented([one], dataset, { seed: 1 })).not.toEqual(first);
    expect(first).not.toEqual(gatherRows(dataset.train.x, all));
    // In whatever batch a row comes.
    expect(augmented([one], dataset, { rows: Int32Array.of(7, 3) })).toEqual(Float32Array.of(...first.slice(7 * 16, 8 * 16), ...first.slice(48, 64)));
  });
});

describe('images are taken before normalize, from 0 to 1', () => {
  const plain = augmented(CHOICES, datasetOf(images(1)));
  test.each([
    ['of 0 to 16', datasetOf(images(16)), 0, 16],
    ['of bytes', datasetOf(images()), 0, 1],
  ])('%s', (_, dataset, low, high) => {
    augmented(CHOICES, dataset).forEach((value, i) => expect((value - low) / (high - low)).toBeCloseTo(plain[i], 5));
  });

  test.each(['zscore', 'minmax'] as const)('%s: what comes out is normalised as the pixel at its place is', (kind) => {
    for (const x of [images(1), images(), images(16)]) {
      const dataset = normalisedBy(kind, x);
      const most = x.data instanceof Uint8Array || x.data.every((v) => v <= 1) ? 1 : 16;
      const { shift, scale } = dataset.normaliser!;
      augmented(CHOICES, dataset).forEach((value, i) => expect(value).toBeCloseTo((most * plain[i] - shift[i % 16]) / scale[i % 16], 4));
    }
  });

  test('several are done in their order', () => {
    const dataset = datasetOf(images(1));
    const [crop, cut] = [choice('RandomCrop', { padding: 3, fill: 1 }), choice('Cutout', { size: 9, fill: 0.5 })];
    expect(new Set(augmented([crop, cut], dataset))).toContain(0.5);
    expect(augmented([crop, cut], dataset)).not.toEqual(augmented([cut, crop], dataset));
  });
});

test('rows of features get noise as the model sees them, nothing cut; tokens are dropped', () => {
  const x = { sampleShape: [5], data: Float32Array.from({ length: 5 * COUNT }, (_, i) => i) };
  const noisy = augmented([choice('GaussianNoise', { sigma: 3 })], datasetOf(x));
  const off = noisy.map((value, i) => value - i);
  const deviation = Math.sqrt(off.reduce((sum, value) => sum + value ** 2, 0) / off.length);
  expect(Math.abs(deviation / 3 - 1)).toBeLessThan(4 / Math.sqrt(2 * off.length));
  const dropped = augmented([choice('TokenDropout', { p: 0.5, token: 500 })], datasetOf(x));
  expect(dropped.some((value) => value === 500)).toBe(true);
  expect(dropped.every((value, i) => value === 500 || value === i)).toBe(true);
});

test('pairs for the page: before on the left, after on one scale with it', () => {
  const dataset = datasetOf(images(1));
  const pairs = augmentedPairs([choice('HorizontalFlip', { p: 1 })], dataset, 0)!;
  expect(pairs).toHaveLength(4);
  for (const { before, after } of pairs) {
    expect(before).toMatchObject({ width: 4, height: 4, channels: 1 });
    const mirrored = before.pixels.map((_, i) => before.pixels[i - (i % 4) + 3 - (i % 4)]);
    expect(after.pixels).toEqual(mirrored);
    expect(new Set(before.pixels).size).toBeGreaterThan(4);
  }
  expect(augmentedPairs([], dataset, 0)).toBeUndefined();
  const bright = augmentedPairs([choice('ColorJitter', { brightness: [0.5, 0.5] })], dataset, 0)!;
  expect(Math.max(...bright[0].after.pixels)).toBeLessThan(Math.max(...bright[0].before.pixels));
});
