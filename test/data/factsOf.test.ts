import { describe, expect, test } from 'vitest';
import { stream } from '../../src/base/random';
import type { Dataset, Split, TargetKind } from '../../src/data/dataset';
import { factsOf } from '../../src/data/factsOf';
import { loadDataset } from '../../src/data/load';
import type { DataSpec } from '../../src/model/spec';
import { dataSpec, memory } from './helpers';

const split = (x: number[][], y: number[], kind: TargetKind = 'class'): Split => ({
  count: x.length,
  x: { sampleShape: [x[0].length], data: Float32Array.from(x.flat()) },
  y: { sampleShape: kind === 'class' ? [] : [y.length / x.length], data: kind === 'class' ? Int32Array.from(y) : Float32Array.from(y) },
});

const generated = (spec: Partial<DataSpec>, target: TargetKind) => loadDataset(dataSpec({ samples: 300, noise: 0.1, ...spec }), target, memory({}));

/** The same samples, whose targets belong to others. */
function shuffled({ count, x, y }: Split, seed = 0): Split {
  const order = stream(seed, 'test').permutation(count);
  return { count, x, y: { ...y, data: y.data.map((_, i) => y.data[order[i]]) } };
}

test('inputs: worked out by hand', () => {
  const { inputs, samples, sampleShape } = factsOf(
    {
      train: split(
        [
          [1, 30, 7],
          [3, 50, 7],
        ],
        [0, 1],
      ),
    },
    'accuracy',
  );
  expect({ samples, sampleShape }).toEqual({ samples: 2, sampleShape: [3] });
  expect(inputs).toEqual({ rms: Math.sqrt((1 + 900 + 49 + 9 + 2500 + 49) / 6), mean: 98 / 6, min: 1, max: 50, stdRatio: 10, constants: 1 });
});

test('a feature that is nearly always 0 says nothing about scales', () => {
  const rows = Array.from({ length: 100 }, (_, i) => [i % 10, i === 50 ? 0.01 : 0, i % 7]);
  const { stdRatio, constants } = factsOf(
    {
      train: split(
        rows,
        rows.map(() => 0),
      ),
    },
    'accuracy',
  ).inputs;
  expect(constants).toBe(0);
  expect(stdRatio).toBeLessThan(2);
});

test('class counts, and names where there are any', () => {
  const train = split([[0], [1], [2]], [0, 2, 2]);
  expect(factsOf({ train, classes: ['0', '1', '2'] }, 'accuracy').targets).toEqual({ kind: 'class', counts: [1, 0, 2] });
  expect(factsOf({ train, classes: ['a', 'b', 'c'] }, 'accuracy').targets).toMatchObject({ names: ['a', 'b', 'c'] });
});

test('numbers: variance is about each column’s own mean', () => {
  const { targets } = factsOf({ train: split([[0], [1]], [0, 10, 2, 14], 'number') }, 'r2');
  expect(targets).toEqual({
    kind: 'number',
    columns: 2,
    mean: 6.5,
    variance: 2.5,
    rms: Math.sqrt(75),
    min: 0,
    max: 14,
    distinct: 4,
    isInteger: true,
  });
});

test('validation: samples that training has too, repeats, and the shift of a mean', () => {
  const train = split([[0], [2], [2], [4]], [0, 1, 1, 0]);
  // Of [2] with label 1 there are two; [2] with label 0 is another sample.
  const validation = split([[2], [2], [NaN], [8]], [1, 0, 0, 0]);
  const facts = factsOf({ train, validation }, 'accuracy');
  expect(facts.validation).toEqual({ samples: 4, overlap: 0.25, repeated: 0.5, shift: 2 / Math.SQRT2 });
});

describe('signal', () => {
  test.each<[string, Partial<DataSpec>, TargetKind, 'neighbours' | 'linear']>([
    ['circles, which only neighbours tell apart', { source: 'circles' }, 'class', 'neighbours'],
    ['blobs', { source: 'blobs', classes: 4, noise: 0.2 }, 'class', 'linear'],
    ['a sine', { source: 'sine' }, 'number', 'neighbours'],
  ])('%s', async (_what, spec, target) => {
    const measure = target === 'class' ? 'accuracy' : 'r2';
    const data = await generated(spec, target);
    const { signal } = factsOf(data, measure);
    expect(signal!.score).toBeGreaterThan(0.85);
    expect(signal!.isNone).toBe(false);
    // Two standard errors are passed by chance once in twenty to forty times, by either method.
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const found = seeds.filter((seed) => !factsOf({ ...data, train: shuffled(data.train, seed) }, measure).signal!.isNone);
    expect(found.length).toBeLessThanOrEqual(5);
  });

  test('a validation split is what is scored', async () => {
    const { train, validation } = await generated({ source: 'circles', validation: 0.4 }, 'class');
    const { signal } = factsOf({ train, validation }, 'accuracy');
    expect(signal!.noSkill).toBe(0.5);
    expect(signal!.score * validation!.count).toBeCloseTo(Math.round(signal!.score * validation!.count), 9);
    expect(factsOf({ train, validation: shuffled(validation!) }, 'accuracy').signal).toMatchObject({ isNone: true });
  });

  test('a line is found by the linear model, with R² of 1 but for its penalty', () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i]);
    const { signal } = factsOf(
      {
        train: split(
          rows,
          rows.map(([x]) => 2 * x + 5),
          'number',
        ),
      },
      'r2',
    );
    expect(signal).toMatchObject({ noSkill: 0, isNone: false });
    expect(signal!.score).toBeGreaterThan(0.98);
  });

  test('0 and 1 as numbers are scored as a class', () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i]);
    const { signal } = factsOf(
      {
        train: split(
          rows,
          rows.map(([x]) => Number(x >= 20)),
          'number',
        ),
      },
      'accuracy',
    );
    expect(signal!.noSkill).toBeCloseTo(2 / 3, 12);
    expect(signal!.score).toBeGreaterThan(0.95);
  });

  test.each<[string, Dataset]>([
    ['too few samples', { train: split([[0], [1]], [0, 1]) }],
    [
      'one class',
      {
        train: split(
          Array.from({ length: 60 }, (_, i) => [i]),
          Array.from({ length: 60 }, () => 0),
        ),
      },
    ],
    [
      'a label for each pixel',
      {
        train: {
          count: 30,
          x: { sampleShape: [2], data: new Float32Array(60).map((_, i) => i) },
          y: { sampleShape: [2], data: new Int32Array(60).map((_, i) => i % 2) },
        },
      },
    ],
  ])('none of %s', (_what, data) => expect(factsOf(data, 'accuracy').signal).toBeUndefined());

  test('numbers that are not finite do not spread', () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i, i % 3 ? i : NaN, Infinity]);
    const { inputs, signal } = factsOf(
      {
        train: split(
          rows,
          rows.map(([x]) => Number(x >= 30)),
        ),
      },
      'accuracy',
    );
    expect(Object.values(inputs).every(Number.isFinite)).toBe(true);
    expect(signal!.score).toBeGreaterThan(0.9);
  });

  test('many features are put together without losing the one that counts', () => {
    const random = stream(0, 'test');
    const rows = Array.from({ length: 600 }, () => Array.from({ length: 200 }, () => random.normal()));
    const { signal } = factsOf(
      {
        train: split(
          rows,
          rows.map((row) => Number(row[77] > 0)),
        ),
      },
      'accuracy',
    );
    expect(signal).toMatchObject({ method: 'linear', isNone: false });
  });
});

test('worked out once for a dataset and a measure', async () => {
  const data = await generated({ source: 'moons' }, 'class');
  expect(factsOf(data, 'accuracy')).toBe(factsOf(data, 'accuracy'));
  expect(factsOf({ ...data }, 'accuracy')).toEqual(factsOf(data, 'accuracy'));
});
