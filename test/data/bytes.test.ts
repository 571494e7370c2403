import { expect, test } from 'vitest';
import { stream } from '../../src/base/random';
import { gather, gatherRows, numberAt, sampleAt } from '../../src/data/batches';
import { cardOf } from '../../src/data/card';
import type { Dataset, PlainSamples, Samples, Split } from '../../src/data/dataset';
import { factsOf } from '../../src/data/factsOf';
import { fitNormaliser, normalise } from '../../src/data/normalize';
import { splitOff } from '../../src/data/split';

const SHAPE = [3, 4, 5];
const SIZE = 60;
const unit = { shift: Float32Array.of(0), scale: Float32Array.of(255) };

function randomBytes(count: number): Uint8Array {
  const random = stream(1, 'bytes');
  // The first element of a sample is constant.
  return Uint8Array.from({ length: count }, (_, i) => (i % SIZE === 0 ? 7 : random.integer(256)));
}

const labels = (count: number): PlainSamples => ({ sampleShape: [], data: Int32Array.from({ length: count }, (_, i) => i % 3) });

const bytes = (count = 200): Split => ({ count, x: { sampleShape: SHAPE, data: randomBytes(count * SIZE), map: unit }, y: labels(count) });

/** The same as numbers, written out. */
const floats = ({ count, x, y }: Split): Split => ({
  count,
  x: { sampleShape: SHAPE, data: Float32Array.from(x.data, (byte) => byte / 255) },
  y,
});

const all = ({ data }: Samples) => Int32Array.from({ length: data.length / SIZE }, (_, i) => i);

test('a batch has the numbers that the bytes stand for', () => {
  const { x, y } = bytes();
  const rows = Int32Array.of(5, 0, 199);
  const expected = [5, 0, 199].flatMap((row) => Array.from({ length: SIZE }, (_, i) => Math.fround(x.data[row * SIZE + i] / 255)));
  expect([...gatherRows(x, rows)]).toEqual(expected);
  const into = { x: new Float32Array(3 * SIZE), y: new Int32Array(3) };
  expect(gather({ count: 200, x, y }, rows, into).x).toBe(into.x);
  expect([...into.x]).toEqual(expected);
  expect([...sampleAt(x, 199)]).toEqual(expected.slice(2 * SIZE));
  expect(Math.fround(numberAt(x, 5 * SIZE + 1))).toBe(expected[1]);
  expect([...gatherRows({ sampleShape: SHAPE, data: x.data }, rows)]).toEqual(
    [5, 0, 199].flatMap((row) => [...x.data.subarray(row * SIZE, (row + 1) * SIZE)]),
  );
});

test.each(['zscore', 'minmax'] as const)('%s: bytes stay bytes and come to the model as the numbers do', (kind) => {
  const split = bytes();
  const [ofBytes, ofNumbers] = [split, floats(split)].map(({ x }) => {
    const normaliser = fitNormaliser(x, kind);
    return { normaliser, x: normalise(x, normaliser) };
  });
  expect(ofBytes.x.data).toBe(split.x.data);
  for (const part of ['shift', 'scale'] as const)
    ofBytes.normaliser[part].forEach((value, i) => expect(value).toBeCloseTo(ofNumbers.normaliser[part][i], 6));
  const [a, b] = [ofBytes, ofNumbers].map(({ x }) => gatherRows(x, all(x)));
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i], 5));
  expect(a[0]).toBeCloseTo(0, 6);
});

test('a share is split off as of numbers, and stays bytes', () => {
  const split = bytes();
  const [a, b] = [splitOff(split, 0.25, 3), splitOff(floats(split), 0.25, 3)];
  for (const part of ['train', 'validation'] as const) {
    expect(a[part].x.data).toBeInstanceOf(Uint8Array);
    expect(gatherRows(a[part].x, all(a[part].x))).toEqual(b[part].x.data);
    expect(a[part].y).toEqual(b[part].y);
  }
});

test('facts and card are those of the numbers', () => {
  const dataset = (split: Split): Dataset => ({
    train: split,
    validation: { ...split, count: 40, x: { ...split.x, data: split.x.data.slice(0, 40 * SIZE) }, y: labels(40) },
  });
  const split = bytes();
  expect(factsOf(dataset(split), 'accuracy')).toEqual(factsOf(dataset(floats(split)), 'accuracy'));
  expect(cardOf(dataset(split), 3)).toEqual(cardOf(dataset(floats(split)), 3));
  // Samples are known again whichever way they are kept.
  expect(factsOf({ train: split, validation: dataset(floats(split)).validation }, 'accuracy').validation?.overlap).toBe(1);
});

test('60,000 images of 28×28 take less than 200 MB, with all that a run does to them', () => {
  const count = 60_000;
  const before = process.memoryUsage().arrayBuffers;
  const data = new Uint8Array(count * 784);
  for (let i = 0, word = 1; i < data.length; i++) data[i] = (word = (Math.imul(word, 1664525) + 1013904223) >>> 0) >>> 24;
  const most = { bytes: 0 };
  const look = () => (most.bytes = Math.max(most.bytes, process.memoryUsage().arrayBuffers - before));
  const parts = splitOff({ count, x: { sampleShape: [1, 28, 28], data, map: unit }, y: labels(count) }, 0.1, 0);
  look();
  const normaliser = fitNormaliser(parts.train.x, 'zscore');
  const [train, validation] = [parts.train, parts.validation].map((part) => ({ ...part, x: normalise(part.x, normaliser) }));
  const dataset: Dataset = { train, validation, normaliser };
  look();
  factsOf(dataset, 'accuracy');
  look();
  cardOf(dataset, 3);
  look();
  for (let from = 0; from < train.count; from += 2000)
    gather(
      train,
      Int32Array.from({ length: 2000 }, (_, i) => from + i),
    );
  look();
  expect(most.bytes).toBeGreaterThan(47e6);
  expect(most.bytes).toBeLessThan(200e6);
});
