import { gzipSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { expect, test } from 'vitest';
import { gatherRows } from '../../src/data/batches';
import { loadDataset } from '../../src/data/load';
import type { DataSpec } from '../../src/model/spec';
import { dataSpec, float32Npy, memory, npyBytes, problemOfAsync } from './helpers';

type Files = Record<string, string | Uint8Array>;
const load = (given: Partial<DataSpec>, files: Files, target: 'class' | 'number' = 'class') => loadDataset(dataSpec(given), target, memory(files));
const seen = (samples: Parameters<typeof gatherRows>[0], count: number) => [
  ...gatherRows(
    samples,
    Int32Array.from({ length: count }, (_, i) => i),
  ),
];

/** By the letter of the format: two zeros, the type, the number of dimensions, each dimension with the highest byte first. */
const idx = (shape: number[], content: number[], type = 8): Uint8Array =>
  Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]), ...content]);

const images = idx([2, 2, 2], [0, 51, 102, 255, 255, 0, 0, 51]);
const labels = idx([2], [1, 0]);

test.each([
  ['x.idx', 'y.idx', (bytes: Uint8Array) => bytes],
  ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))],
])('%s: images are bytes that the model gets as 0…1', async (file, second, pack) => {
  const { train, classes } = await load({ file, labels: second }, { [file]: pack(images), [second]: pack(labels) });
  expect(train.x.sampleShape).toEqual([1, 2, 2]);
  expect(train.x.data).toBeInstanceOf(Uint8Array);
  expect(seen(train.x, 2)).toEqual([...Float32Array.of(0, 0.2, 0.4, 1, 1, 0, 0, 0.2)]);
  expect(train.y).toEqual({ sampleShape: [], data: Int32Array.of(1, 0) });
  expect(classes).toEqual(['0', '1']);
});

test('a validation file of a pair has its labels second in the list', async () => {
  const files = { 'a.idx': images, 'b.idx': labels, 'c.idx': idx([1, 2, 2], [255, 255, 255, 255]), 'd.idx': idx([1], [1]) };
  const { validation } = await load({ file: 'a.idx', validation: 'c.idx', labels: ['b.idx', 'd.idx'] }, files);
  expect([validation!.count, seen(validation!.x, 1), [...validation!.y.data]]).toEqual([1, [1, 1, 1, 1], [1]]);
});

const packed = gzipSync(images);
const lying = new Uint8Array(gzipSync(new Uint8Array(4 << 20)));
new DataView(lying.buffer).setUint32(lying.length - 4, 100, true);
test.each([
  ['claims of 2³¹ items', idx([2 ** 31, 2, 2], [1, 2]), 'cut-short'],
  ['a truncated body', images.subarray(0, images.length - 1), 'cut-short'],
  ['a truncated header', images.subarray(0, 9), 'cut-short'],
  ['another magic', Uint8Array.from([1, 2, 8, 1, 0, 0, 0, 1, 0]), 'bad-idx'],
  ['an unknown element type', idx([1], [0], 7), 'bad-idx'],
  ['nothing', new Uint8Array(), 'bad-idx'],
  ['gzip cut short', packed.subarray(0, 20), 'cut-short'],
  ['gzip that yields more than it claims', lying, 'cut-short'],
])('an .idx file with %s is refused', async (_what, bytes, code) => {
  expect((await problemOfAsync(load({ file: 'x.idx', labels: 'y.idx' }, { 'x.idx': new Uint8Array(bytes), 'y.idx': labels }))).code).toBe(code);
});

test('a pair of .npy files; without labels it says what is missing', async () => {
  const files = { 'x.npy': float32Npy([2, 2], [1, 2, 3, 4]), 'y.npy': npyBytes('|u1', [2], Uint8Array.of(2, 0)) };
  const { train } = await load({ file: 'x.npy', labels: 'y.npy' }, files);
  expect([seen(train.x, 2), [...train.y.data]]).toEqual([
    [1, 2, 3, 4],
    [2, 0],
  ]);
  expect((await problemOfAsync(load({ file: 'x.npy' }, files))).message).toBe(
    '`labels` has to name the file with the targets of x.npy: `labels: <file>`.',
  );
});

const png = (width: number, height: number, channels: 1 | 3, data: number[]) =>
  encodePng({ width, height, channels, depth: 8, data: Uint8Array.from(data) });
const grey = png(2, 1, 1, [0, 255]);

test('a folder: classes by folder, files by name, grey stays grey', async () => {
  const files = { 'd/10/a.png': png(2, 1, 1, [51, 102]), 'd/9/b.png': grey, 'd/9/a.png': png(2, 1, 1, [255, 0]), 'd/9/notes.txt': 'no' };
  const { train, classes } = await load({ file: 'd/' }, files);
  expect(classes).toEqual(['9', '10']);
  expect(train.x.sampleShape).toEqual([1, 1, 2]);
  expect([...train.y.data]).toEqual([1, 0, 0]);
  expect(seen(train.x, 3)).toEqual([...Float32Array.of(0.2, 0.4, 1, 0, 0, 1)]);
});

test('colour is three planes; shape brings images to one size by the mean of the area', async () => {
  const colour = png(2, 2, 3, [255, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0]);
  const { train } = await load({ file: 'd', shape: [3, 1, 1] }, { 'd/a/1.png': colour, 'd/b/1.png': grey });
  expect(train.x.data).toEqual(Uint8Array.of(128, 0, 0, 128, 128, 128));
});

test('JPEG: a plane of one colour survives to within a few levels', async () => {
  const data = Buffer.from(Array.from({ length: 64 }, () => [200, 100, 50, 255]).flat());
  const { train } = await load({ file: 'd' }, { 'd/a/1.jpg': new Uint8Array(encodeJpeg({ width: 8, height: 8, data }, 95).data) });
  expect(train.x.sampleShape).toEqual([3, 8, 8]);
  for (const [plane, level] of [200, 100, 50].entries())
    for (const value of train.x.data.subarray(plane * 64, plane * 64 + 64)) expect(Math.abs(value - level)).toBeLessThan(5);
});

test.each([
  ['another size', { 'd/a/1.png': grey, 'd/a/2.png': png(1, 1, 1, [0]) }, 'other-size', 'd/a/2.png'],
  ['a PNG cut short', { 'd/a/1.png': grey.subarray(0, 50) }, 'damaged-image', 'd/a/1.png'],
  ['no image at all', { 'd/a/1.png': 'text that is no image' }, 'damaged-image', 'd/a/1.png'],
  ['an empty folder', {}, 'no-images', 'd'],
])('a folder with %s is refused', async (_what, files: Files, code, path) => {
  const problem = await problemOfAsync(load({ file: 'd' }, files));
  expect([problem.code, problem.message.includes(path)]).toEqual([code, true]);
});

test('a text: each place’s target is the next character', async () => {
  const { train, tokens, classes } = await load({ file: 't.txt', shape: [3], task: 'sequence' }, { 't.txt': 'abcabca' });
  expect([seen(train.x, 2), [...train.y.data], tokens!.size, classes]).toEqual([[0, 1, 2, 0, 1, 2], [1, 2, 0, 1, 2, 0], 3, ['a', 'b', 'c']]);
  const { train: whole } = await load({ file: 't.txt', shape: [3], task: 'classification' }, { 't.txt': 'abcabca' });
  expect([whole.y.sampleShape, [...whole.y.data]]).toEqual([[], [0, 0]]);
  const strange = load({ file: 't.txt', shape: [1], validation: 'v.txt' }, { 't.txt': 'abc', 'v.txt': 'a\nz' });
  expect((await problemOfAsync(strange)).code).toBe('unknown-character');
});

test('.jsonl: text and words are filled up and cut, unknown ones are token 1', async () => {
  const rows = '{"text":"ba","label":"x"}\n\n{"text":"abb","label":"y"}\n';
  const data = await load({ file: 'r.jsonl', validation: 'v.jsonl' }, { 'r.jsonl': rows, 'v.jsonl': '{"text":"zabb","label":"y"}' });
  expect([seen(data.train.x, 2), [...data.train.y.data], data.classes]).toEqual([
    [3, 2, 0, 2, 3, 3],
    [0, 1],
    ['x', 'y'],
  ]);
  expect(seen(data.validation!.x, 1)).toEqual([1, 2, 3]);
  const numbers = await load({ file: 'r.jsonl' }, { 'r.jsonl': '{"x":[[1,2]],"y":0.5}\n{"x":[[3,4]],"y":1}' }, 'number');
  expect([numbers.train.x.sampleShape, seen(numbers.train.x, 2), [...numbers.train.y.data]]).toEqual([
    [1, 2],
    [1, 2, 3, 4],
    [0.5, 1],
  ]);
  for (const text of ['{"text":1,"label":0}', '[1]', '{"label":0}', '{"x":[],"y":0}', `{"x":${'['.repeat(9)}1${']'.repeat(9)},"y":0}`, 'no'])
    await problemOfAsync(load({ file: 'r.jsonl' }, { 'r.jsonl': text }));
});
