import { expect, test } from 'vitest';
import { product } from '../../src/graph/shape';
import { GENERATORS, generate } from '../../src/data/generators';
import type { GeneratorName } from '../../src/model/spec';
import { dataSpec, problemOf } from './helpers';

const names = Object.keys(GENERATORS) as GeneratorName[];
const draw = (source: GeneratorName, given = {}) => {
  const { train, ...more } = generate(dataSpec({ source, ...given }), source, GENERATORS[source].target);
  return { ...train, ...more };
};
const points = (source: GeneratorName, given = {}) => {
  const { count, x, y } = draw(source, given);
  const [width] = x.sampleShape;
  return Array.from({ length: count }, (_, i) => ({ at: [...x.data.subarray(i * width, (i + 1) * width)], target: y.data[i] }));
};

test.each(names)('%s: shapes, balance, order, seed', (source) => {
  const data = draw(source, { samples: 101, noise: 0.1 });
  expect(data.count).toBe(101);
  expect(data.x.data.length).toBe(101 * product(data.x.sampleShape));
  expect(data.y.data.length).toBe(101 * product(data.y.sampleShape));
  expect([...data.x.data].every(Number.isFinite)).toBe(true);
  expect(draw(source, { samples: 101, noise: 0.1 })).toEqual(data);
  expect(draw(source, { samples: 101, noise: 0.1, seed: 1 }).x.data).not.toEqual(data.x.data);
  if (!data.classes || data.tokens) return;
  expect(data.y.sampleShape).toEqual([]);
  const counts = data.classes.map((_, label) => data.y.data.filter((y) => y === label).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  // Mixed order: unshuffled batches have to see every class.
  expect(new Set(data.y.data.subarray(0, 20)).size).toBe(data.classes.length);
});

test('moons without noise are scikit-learn’s half circles', () => {
  for (const {
    at: [x, y],
    target,
  } of points('moons')) {
    const [dx, dy] = target === 0 ? [x, y] : [x - 1, y - 0.5];
    expect(Math.hypot(dx, dy)).toBeCloseTo(1, 5);
    expect(target === 0 ? dy >= -1e-6 : dy <= 1e-6).toBe(true);
  }
});

test('circles without noise: radii 1 and 0.5; three classes: 1, 2/3, 1/3', () => {
  for (const {
    at: [x, y],
    target,
  } of points('circles'))
    expect(Math.hypot(x, y)).toBeCloseTo(target === 0 ? 1 : 0.5, 5);
  for (const {
    at: [x, y],
    target,
  } of points('circles', { classes: 3 }))
    expect(Math.hypot(x, y)).toBeCloseTo(1 - target / 3, 5);
});

test('spirals without noise: the angle grows by 1.75 turns over radius 5, arms apart by a turn over the classes', () => {
  for (const classes of [2, 3])
    for (const {
      at: [x, y],
      target,
    } of points('spirals', { classes })) {
      const radius = Math.hypot(x, y);
      expect(radius).toBeLessThan(5);
      const turns = (1.75 * radius) / 5 + target / classes;
      expect(x).toBeCloseTo(radius * Math.sin(2 * Math.PI * turns), 4);
      expect(y).toBeCloseTo(radius * Math.cos(2 * Math.PI * turns), 4);
    }
});

test('blobs without noise are points, evenly apart on the unit circle', () => {
  const centres = new Set(
    points('blobs', { classes: 4 }).map(({ at, target }) => `${target}: ${at.map((v) => Math.round(v * 1e5) / 1e5 || 0).join()}`),
  );
  expect([...centres].sort()).toEqual(['0: 1,0', '1: 0,1', '2: -1,0', '3: 0,-1']);
});

test('xor without noise: class 1 where the signs agree; all four quarters are filled and 0.3 from the axes', () => {
  const all = points('xor', { samples: 400 });
  for (const {
    at: [x, y],
    target,
  } of all)
    expect(x * y > 0).toBe(target === 1);
  for (const { at } of all) for (const v of at) expect(Math.abs(v)).toSatisfy((size: number) => size >= 0.3 && size < 5.3 + 1e-6);
  const quarters = new Map<string, number>();
  for (const { at } of all) quarters.set(at.map(Math.sign).join(), (quarters.get(at.map(Math.sign).join()) ?? 0) + 1);
  expect([...quarters.values()]).toEqual([100, 100, 100, 100]);
});

test('sine without noise is the sine over one period', () => {
  const all = points('sine', { samples: 1000 });
  for (const {
    at: [x],
    target,
  } of all)
    expect(target).toBeCloseTo(Math.sin(x), 5);
  expect(Math.min(...all.map(({ at }) => at[0]))).toBeCloseTo(-Math.PI, 1);
  expect(Math.max(...all.map(({ at }) => at[0]))).toBeCloseTo(Math.PI, 1);
  expect(draw('sine').y.sampleShape).toEqual([1]);
});

test('checkerboard without noise: class 1 where row and column of the field sum to an odd number', () => {
  const fields = new Set<string>();
  for (const { at, target } of points('checkerboard', { samples: 500 })) {
    const [column, row] = at.map((v) => Math.floor(v + 2));
    expect((row + column) % 2).toBe(target);
    fields.add(`${row} ${column}`);
  }
  expect(fields.size).toBe(16);
});

test('gaussian-quantiles: a standard normal cloud, each class further out than the one before', () => {
  const all = points('gaussian-quantiles', { samples: 3000 });
  const radii = [0, 1, 2].map((label) => all.filter(({ target }) => target === label).map(({ at }) => Math.hypot(...at)));
  expect(Math.max(...radii[0])).toBeLessThanOrEqual(Math.min(...radii[1]));
  expect(Math.max(...radii[1])).toBeLessThanOrEqual(Math.min(...radii[2]));
  // A third of a Rayleigh distribution lies within √(2·ln 1.5).
  expect(Math.max(...radii[0])).toBeCloseTo(Math.sqrt(2 * Math.log(1.5)), 1);
});

test('friedman1 without noise is Friedman’s formula of ten uniform features', () => {
  for (const { at, target } of points('friedman1')) {
    const [a, b, c, d, e] = at;
    expect(target).toBeCloseTo(10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e, 4);
    expect(at.every((v) => v >= 0 && v <= 1) && at.length === 10).toBe(true);
  }
});

const sequences = (source: GeneratorName, given = {}) => {
  const { count, x, y } = draw(source, given);
  const rows = ({ data, sampleShape }: typeof x, i: number) => [...data.subarray(i * product(sampleShape), (i + 1) * product(sampleShape))];
  return Array.from({ length: count }, (_, i) => ({ x: rows(x, i), y: rows(y, i) }));
};

test('copy, reverse and parity do what they are called, in the length that shape says', () => {
  for (const { x, y } of sequences('copy', { shape: [5] })) expect(y).toEqual(x);
  for (const { x, y } of sequences('reverse', { shape: [5] })) expect(y).toEqual([...x].reverse());
  for (const { x, y } of sequences('parity', { shape: [6] }))
    y.forEach((parity, t) => expect(parity).toBe(x.slice(0, t + 1).filter((bit) => bit === 1).length % 2));
  for (const { x, y } of sequences('parity', { task: 'classification' })) expect(y).toEqual([x.filter((bit) => bit === 1).length % 2]);
});

test('char-text: the target of each character is the next one, and what the samples say is words', () => {
  const { tokens } = draw('char-text');
  const texts = sequences('char-text', { samples: 50 }).map(({ x, y }) => {
    expect(y.slice(0, -1)).toEqual(x.slice(1));
    return x.map((token) => tokens!.names![token]).join('');
  });
  expect(texts.join('')).toMatch(/(cat|dog|fox|bird|child|king|queen)/);
});

const deviation = (values: number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

test.each(['spirals', 'moons', 'circles', 'blobs'] as const)('%s: noise is the standard deviation of each coordinate', (source) => {
  const options = { samples: 4000, seed: 3 };
  const clean = points(source, { ...options, noise: 0 });
  const noisy = points(source, { ...options, noise: 0.2 });
  const strays = noisy.flatMap(({ at }, i) => at.map((v, axis) => v - clean[i].at[axis]));
  expect(deviation(strays)).toBeCloseTo(0.2, 2);
});

test('sine: noise is the standard deviation of y', () => {
  expect(deviation(points('sine', { samples: 4000, noise: 0.2 }).map(({ at: [x], target }) => target - Math.sin(x)))).toBeCloseTo(0.2, 2);
});

test('xor: noise moves points over the axes, and most only a little', () => {
  const crossed = points('xor', { samples: 4000, noise: 0.3 }).filter(({ at: [x, y], target }) => x * y > 0 !== (target === 1)).length;
  // Normal noise of 0.3 crosses an axis at a uniform distance in [0.3, 5.3) with probability 0.3 · 0.0833 / 5 = 0.0050, either axis: 0.0100.
  expect(crossed / 4000).toBeGreaterThan(0.004);
  expect(crossed / 4000).toBeLessThan(0.016);
});

test('class targets as numbers stand in one column', () => {
  const { train, classes } = generate(dataSpec({ source: 'moons' }), 'moons', 'number');
  const { y } = train;
  expect(y.sampleShape).toEqual([1]);
  expect(y.data).toBeInstanceOf(Float32Array);
  expect(new Set(y.data)).toEqual(new Set([0, 1]));
  expect(classes).toBeUndefined();
});

const at = { start: 3, end: 9 };
test.each([
  [
    'sine',
    {},
    'class',
    'not-classes',
    '`sine` makes numbers to predict, but the loss asks for classes. Use MSELoss, or another source such as `moons`.',
  ],
  ['sine', { classes: 2 }, 'number', 'bad-classes', '`sine` makes numbers to predict and has no `classes`. Remove the key.'],
  ['moons', { classes: 3 }, 'class', 'bad-classes', '`moons` has 2 classes, not 3. Other numbers of classes: `spirals`, `circles`, `blobs`.'],
  ['blobs', { classes: 1 }, 'class', 'bad-classes', '`classes: 1`: there have to be at least 2 classes.'],
  ['spirals', { samples: 2, classes: 3 }, 'class', 'bad-samples', '`samples: 2` cannot be: `spirals` makes from 3 to 1000000 samples.'],
  ['spirals', { samples: 1e12 }, 'class', 'bad-samples', '`samples: 1000000000000` cannot be: `spirals` makes from 2 to 1000000 samples.'],
] as const)('%s %j is refused', (source, given, target, code, message) => {
  const ranges = { source: at, classes: at, samples: at };
  expect(problemOf(() => generate(dataSpec({ source, ranges, ...given }), source, target))).toEqual({ code, level: 'error', message, range: at });
});
