import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readNpz } from '../../src/data/npz';
import { readZip } from '../../src/data/zip';
import { fixture, float32Npy, float64Npy, npyBytes, npzFile, problemOf, range, succeeds } from './helpers';

const split = await fixture('split.npz');

test('a deflated archive of NumPy’s with a validation part', () => {
  const { train, validation } = readNpz(split, 'class');
  expect(train).toEqual({
    count: 4,
    x: { sampleShape: [3], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) },
    y: { sampleShape: [], data: Int32Array.of(0, 2, 1, 2) },
  });
  expect(validation).toEqual({
    count: 2,
    x: { sampleShape: [3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    y: { sampleShape: [], data: Int32Array.of(1, 0) },
  });
});

test('a stored archive of NumPy’s, doubles and 64-bit integers, targets as numbers', async () => {
  const { train, validation } = readNpz(await fixture('stored.npz'), 'number');
  expect(train.x).toEqual({ sampleShape: [3], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) });
  expect(train.y).toEqual({ sampleShape: [], data: Float32Array.of(0, 1, 1, 0) });
  expect(validation).toBeUndefined();
});

const x = float32Npy([2, 3], [1, 2, 3, 4, 5, 6]);
const y = npyBytes('|i1', [2], Uint8Array.of(0, 1));

test('a list of numbers is one feature; labels keep further dimensions', () => {
  const { train } = readNpz(npzFile({ x: float32Npy([2], [5, 6]), y: npyBytes('|i1', [2, 1, 3], Uint8Array.of(0, 1, 2, 3, 4, 5)) }), 'class');
  expect(train.x.sampleShape).toEqual([1]);
  expect(train.y).toEqual({ sampleShape: [1, 3], data: Int32Array.of(0, 1, 2, 3, 4, 5) });
});

test.each([
  ['no x', { y }, 'missing-array', "./d.npz: the archive has no array `x`; it holds `y`. Save it with numpy.savez('data.npz', x=…, y=…)."],
  [
    'no y',
    { x, labels: y },
    'missing-array',
    "./d.npz: the archive has no array `y`; it holds `x`, `labels`. Save it with numpy.savez('data.npz', x=…, y=…).",
  ],
  ['nothing', {}, 'missing-array', "./d.npz: the archive has no array `x`; it holds no arrays. Save it with numpy.savez('data.npz', x=…, y=…)."],
  [
    'x_val alone',
    { x, y, x_val: x },
    'missing-array',
    "./d.npz: the archive has no array `y_val`; it holds `x`, `y`, `x_val`. Save it with numpy.savez('data.npz', x=…, y=…).",
  ],
  [
    'x and y of different lengths',
    { x, y: npyBytes('|i1', [3], Uint8Array.of(0, 1, 1)) },
    'length-mismatch',
    './d.npz: `x` has 2 samples (2×3), but `y` has 3 (3).',
  ],
  ['a single number', { x: float32Npy([], [1]), y }, 'bad-shape', './d.npz: `x` is a single number; its first dimension has to count the samples.'],
  ['no samples', { x: float32Npy([0, 3], []), y }, 'empty-file', './d.npz: `x` is empty (0×3).'],
  ['NaN', { x: float32Npy([2, 3], [1, 2, 3, 4, NaN, 6]), y }, 'not-finite', './d.npz: `x[1, 1]` is NaN, which cannot be trained on.'],
  [
    'infinity',
    { x: float32Npy([2, 3], [1, 2, 3, 4, 5, -Infinity]), y },
    'not-finite',
    './d.npz: `x[1, 2]` is -Infinity, which cannot be trained on.',
  ],
  [
    'a double beyond floats',
    { x: float64Npy([2], [0, 1e300]), y },
    'not-finite',
    './d.npz: `x[1]` is 1e+300, which is too large for a 32-bit float.',
  ],
  [
    'a fraction as label',
    { x, y: float32Npy([2], [0, 0.5]) },
    'non-integer-label',
    './d.npz: `y[1]` is 0.5, and class labels have to be whole numbers. To predict a number, use MSELoss.',
  ],
  ['a negative label', { x, y: npyBytes('|i1', [2], Uint8Array.of(0, 255)) }, 'negative-label', './d.npz: `y[1]` is -1; class labels count from 0.'],
  [
    'a label beyond any model',
    { x, y: npyBytes('<u4', [2], Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0)) },
    'too-many-classes',
    './d.npz: `y[1]` is 65536; class labels above 65535 are not supported. Is it a number to predict? Then use MSELoss.',
  ],
])('%s is refused', (_what, arrays: Record<string, Uint8Array>, code, message) => {
  expect(problemOf(() => readNpz(npzFile(arrays), 'class'))).toEqual({ code, level: 'error', message, range });
});

test('an archive cut short at any byte is a problem', () => {
  for (let length = 0; length < split.bytes.length; length++) {
    const { message } = problemOf(() => readNpz({ ...split, bytes: split.bytes.slice(0, length) }, 'class'));
    expect(message).toBe('./split.npz: the file is cut short or is not an .npz archive: it has no end. Save or copy it again.');
  }
});

test('a changed byte never changes what is read', () => {
  const whole = readNpz(split, 'class');
  let refused = 0;
  for (let at = 0; at < split.bytes.length; at++) {
    const bytes = split.bytes.slice();
    bytes[at] ^= 0x55;
    if (succeeds(() => expect(readNpz({ ...split, bytes }, 'class').train).toEqual(whole.train))) continue;
    refused++;
  }
  expect(refused).toBeGreaterThan(split.bytes.length / 2);
});

test('random bytes, and random bytes between the marks of an archive, are problems', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, framed) => {
      const end = framed ? [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 255, 255, 255, 255, ...noise.subarray(0, 10)] : [];
      expect(succeeds(() => readNpz({ ...split, bytes: Uint8Array.from([...noise, ...end]) }, 'class'))).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

/** An archive whose directory claims another size for its only entry. */
function claiming(content: Uint8Array, size: number) {
  const bytes = zipSync({ 'x.npy': content }, { level: 9 });
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(bytes.length - 22 + 16, true);
  view.setUint32(directory + 24, size, true);
  return { path: './d.npz', bytes, range };
}

test.each([
  ['4 GiB', 0xffffffff, 'file-too-large', './d.npz: `x.npy` claims 4096 MiB unpacked; at most 1024 MiB can be read.'],
  [
    '1 GiB in a few bytes',
    2 ** 30,
    'cut-short',
    './d.npz: `x.npy` in the archive is damaged: its sizes contradict each other. Save or copy the file again.',
  ],
  [
    'one byte less than there is',
    9999,
    'cut-short',
    './d.npz: `x.npy` in the archive is damaged: it does not unpack to the size it claims. Save or copy the file again.',
  ],
  [
    'one byte more',
    10001,
    'cut-short',
    './d.npz: `x.npy` in the archive is damaged: it does not unpack to the size it claims. Save or copy the file again.',
  ],
])('an entry that claims %s is refused', (_what, size, code, message) => {
  const file = claiming(new Uint8Array(10000), size);
  expect(problemOf(() => readZip(file).get('x.npy')!())).toEqual({ code, level: 'error', message, range });
});

test('a bomb that claims little is not unpacked to its end', () => {
  const piece = deflateRawSync(new Uint8Array(2 ** 20), { level: 9, finishFlush: constants.Z_SYNC_FLUSH });
  const bomb = Buffer.concat(Array<Buffer>(16384).fill(piece));
  const bytes = zipSync({ 'x.npy': bomb }, { level: 0 });
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(bytes.length - 22 + 16, true);
  view.setUint16(directory + 10, 8, true);
  const started = performance.now();
  expect(problemOf(() => readZip({ path: './d.npz', bytes, range }).get('x.npy')!()).code).toBe('cut-short');
  // All of its 16 GiB would take more than a minute.
  expect(performance.now() - started).toBeLessThan(20_000);
});
