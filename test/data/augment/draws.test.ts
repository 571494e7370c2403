import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Augmenter } from '../../../src/data/augment/augmenter';
import { gatherRows } from '../../../src/data/batches';
import type { DataSpec } from '../../../src/model/spec';
import { loadDataset } from '../../../src/data/load';
import { dataSpec, memory } from '../helpers';
import { argsOf } from './images';

const files = memory({ './digits.csv': readFileSync('examples/digits.csv') });
const augment: DataSpec['augment'] = [
  { name: 'RandomCrop', args: argsOf('RandomCrop', { padding: 1 }) as Record<string, unknown>, range: { start: 0, end: 0 }, argRanges: {} },
];
const load = (given: Partial<DataSpec>) =>
  loadDataset(dataSpec({ file: './digits.csv', target: 'digit', shape: [1, 8, 8], ...given }), 'class', files);

/** Mean and mean square of every pixel over ten epochs, and how far the farthest number is from 0. */
function moments(dataset: Awaited<ReturnType<typeof load>>): { mean: number; square: number; most: number } {
  const rows = Int32Array.from({ length: dataset.train.count }, (_, i) => i);
  const augmenter = new Augmenter(augment, dataset, 7);
  let [sum, squares, most, count] = [0, 0, 0, 0];
  for (let epoch = 0; epoch < 10; epoch++) {
    const x = gatherRows(dataset.train.x, rows) as Float32Array;
    augmenter.apply(x, rows, epoch);
    for (const value of x) [sum, squares, most, count] = [sum + value, squares + value * value, Math.max(most, Math.abs(value)), count + 1];
  }
  return { mean: sum / count, square: squares / count, most };
}

test('zscore of images that are moved: mean 0 and deviation 1 as training sees them, and no outliers where the file is blank', async () => {
  const seen = moments(await load({ normalize: 'zscore', augment }));
  expect(seen.mean).toBeCloseTo(0, 1);
  expect(seen.square).toBeCloseTo(1, 1);
  // Fitted on the images as they lie in the file, a shifted one has numbers beyond a hundred deviations.
  const unseen = { ...(await load({ normalize: 'zscore' })) };
  expect(moments(unseen).most).toBeGreaterThan(5 * seen.most);
});

test('without augmentations, and for samples that are no images, it is fitted on the file', async () => {
  const plain = await load({ normalize: 'zscore' });
  const flat = await load({ normalize: 'zscore', shape: [64], augment: [{ ...augment[0], name: 'GaussianNoise', args: { std: 1 } }] });
  expect(flat.normaliser).toEqual(plain.normaliser);
});
