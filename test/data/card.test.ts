import { expect, test } from 'vitest';
import { cardOf } from '../../src/data/card';
import type { Dataset } from '../../src/data/dataset';
import { factsOf } from '../../src/data/factsOf';
import { loadDataset } from '../../src/data/load';
import { dataSpec, memory } from './helpers';

const table = (text: string, spec: Parameters<typeof dataSpec>[0] = {}, target: 'class' | 'number' = 'class', more: Record<string, string> = {}) =>
  loadDataset(dataSpec({ file: './d.csv', target: 'c', ...spec }), target, memory({ './d.csv': text, ...more }));

test('the figures of a small table are those worked out by hand', async () => {
  const data = await table('a,b,c\n1,7,yes\n2,7,no\n3,7,no\n6,7,no\n', { validation: './v.csv' }, 'class', { './v.csv': 'a,b,c\n100,-100,yes\n' });
  expect(cardOf(data, 2)).toEqual({
    // Mean 12/4; variance (4 + 1 + 0 + 9)/4. Validation counts for nothing but its own classes.
    features: [
      { name: 'a', min: 1, max: 6, mean: 3, std: Number(Math.sqrt(3.5).toPrecision(4)), constant: false },
      { name: 'b', min: 7, max: 7, mean: 7, std: 0, constant: true },
    ],
    featureCount: 2,
    // Of 1, 2, 3, 6 and four times 7: mean 40/8, squares about it 16 + 9 + 4 + 1 + 4·4.
    range: { min: 1, max: 7, mean: 5, std: Number(Math.sqrt(46 / 8).toPrecision(4)) },
    counts: { training: [3, 1], validation: [0, 1] },
    samples: { training: 4, validation: 1 },
  });
});

test('features are as the model gets them, and a mean that is next to nothing is nothing', async () => {
  const [feature] = cardOf(await table('a,c\n0.1,x\n0.2,y\n0.4,y\n', { normalize: 'zscore' }), 2).features!;
  // Mean 0.7/3; variance 0.21/3 − 0.49/9.
  const std = Math.sqrt(0.07 - 0.49 / 9);
  expect(feature).toMatchObject({ mean: 0, std: 1, constant: false });
  expect(feature.min).toBeCloseTo((0.1 - 0.7 / 3) / std, 5);
  expect(feature.max).toBeCloseTo((0.4 - 0.7 / 3) / std, 5);
});

test('numbers far from 0 keep what tells them apart', async () => {
  const [feature] = cardOf(await table('a,c\n1000.25,x\n1000.5,y\n'), 2).features!;
  expect(feature).toMatchObject({ min: 1000.25, max: 1000.5, mean: 1000.375, constant: false });
});

test('targets that are numbers have no classes; those that stand for two classes have', async () => {
  const data = await table('a,c\n1,0\n2,1\n3,1\n', {}, 'number');
  expect(cardOf(data, undefined).counts).toBeUndefined();
  expect(cardOf(data, 2).counts).toEqual({ training: [1, 2] });
});

test('it is worked out once', async () => {
  const data = await table('a,c\n1,0\n2,1\n3,1\n');
  expect(cardOf(data, 2)).toBe(cardOf(data, 2));
});

test('many features and many classes are cut short', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `${'long'.repeat(50)}${i}`);
  const rows = Array.from({ length: 300 }, (_, i) => [...names.map((_name, j) => i + j), i].join());
  const card = cardOf(await table([[...names, 'c'].join(), ...rows, ''].join('\n')), 300);
  expect(card.features).toHaveLength(64);
  expect(card.featureCount).toBe(100);
  expect(Math.max(...card.features!.map(({ name }) => name.length))).toBe(60);
  expect(card.counts!.training).toHaveLength(200);
});

/** Images of 2 × 2 in colour; sample i is all i but its first number, which is 0. */
const images = (count: number, y: Dataset['train']['y']): Dataset => ({
  train: {
    count,
    x: { sampleShape: [3, 2, 2], data: Float32Array.from({ length: 12 * count }, (_, i) => (i % 12 === 0 ? 0 : Math.floor(i / 12))) },
    y,
  },
  classes: ['cat', 'dog', 'eel'],
});

test('of images the first of each class is shown, in the order of the classes', () => {
  const card = cardOf(images(5, { sampleShape: [], data: Int32Array.of(2, 0, 2, 0, 1) }), 3);
  expect(card.features).toBeUndefined();
  expect(card.featureCount).toBe(12);
  expect(card.pictures!.map(({ label }) => label)).toEqual(['cat', 'dog', 'eel']);
  expect(card.pictures![0].picture).toEqual({ width: 2, height: 2, channels: 3, pixels: [0, ...Array.from({ length: 11 }, () => 255)] });
  // Sample 0 is 0 everywhere.
  expect(card.pictures![2].picture.pixels).toEqual(Array.from({ length: 12 }, () => 0));
});

test('of images without classes the first few are shown', () => {
  const card = cardOf(images(30, { sampleShape: [1], data: Float32Array.from({ length: 30 }, (_, i) => i) }), undefined);
  expect(card.pictures).toHaveLength(6);
  expect(card.pictures![0].label).toBeUndefined();
});

test('tokens have no table of features, and no signal is sought in their numbers', async () => {
  const dataset = await loadDataset(dataSpec({ source: 'parity', task: 'classification' }), 'class', memory({}));
  const card = cardOf(dataset, 2);
  expect([card.features, card.featureCount, card.range.min, card.range.max]).toEqual([undefined, 8, 0, 1]);
  expect(factsOf(dataset, 'accuracy').signal).toBeUndefined();
});
