import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNpy, type NpyArray } from '../../src/data/npy';
import { readZip } from '../../src/data/zip';
import { fixture, float64Npy, npyBytes, problemOf, range, succeeds } from './helpers';

const file = { path: './d.npz', bytes: new Uint8Array(), range };
const values = (array: NpyArray) => Array.from({ length: array.count }, (_, i) => array.at(i));
const written = await fixture('numpy-dtypes.npz');
const readWritten = (name: string) => readNpy(written, name, readZip(written).get(`${name}.npy`)!());

const counting = [0, 1, 2, 3, 4, 5];
test.each([
  ...['f2', 'f4', 'f8'].map((kind) => [kind, counting.map((v) => v - 1.5)] as const),
  ...['i1', 'i2', 'i4', 'i8'].map((kind) => [kind, counting.map((v) => v - 2)] as const),
  ['u1', counting.map((v) => v + 250)] as const,
  ...['u2', 'u4', 'u8'].map((kind) => [kind, counting.map((v) => v + 250)] as const),
])('NumPy’s %s, little and big endian', (kind, expected) => {
  for (const order of ['little', 'big']) {
    const array = readWritten(`${order}_${kind}`);
    expect(array.shape).toEqual([2, 3]);
    expect(values(array)).toEqual(expected);
  }
});

test('NumPy’s booleans', () => expect(values(readWritten('bool'))).toEqual([0, 1, 0, 1, 0, 1]));

test('Fortran order is turned into C order', () => {
  const array = readWritten('fortran');
  expect(array.shape).toEqual([2, 3, 4]);
  expect(values(array)).toEqual(Array.from({ length: 24 }, (_, i) => i));
});

test('a single number has no dimensions', () => {
  expect(readWritten('scalar')).toMatchObject({ shape: [], count: 1 });
  expect(readWritten('scalar').at(0)).toBe(7);
});

test('format version 2', async () => {
  expect(values(readNpy(file, 'x', (await fixture('numpy-v2.npy')).bytes))).toEqual(counting);
});

test.each([
  ['text', "./numpy-dtypes.npz: array `text` has elements of type `<U1`. Store it as numbers or booleans, e.g. with .astype('float32')."],
  ['records', "./numpy-dtypes.npz: array `records` has records. Store it as numbers or booleans, e.g. with .astype('float32')."],
])('%s is refused', (name, message) => {
  expect(problemOf(() => readWritten(name))).toEqual({ code: 'unsupported-dtype', level: 'error', message, range });
});

const bytes4 = new Uint8Array(4);
test.each([
  ['no array at all', new Uint8Array(100), 'bad-npy', "./d.npz: array `x` is not in NumPy's format."],
  ['nothing', new Uint8Array(), 'bad-npy', "./d.npz: array `x` is not in NumPy's format."],
  ['a shape that is not one', npyBytes('<f4', [2.5], bytes4), 'bad-npy', './d.npz: the header of array `x` is damaged.'],
  [
    'fewer bytes than claimed',
    npyBytes('<f4', [3, 7], bytes4),
    'cut-short',
    './d.npz: array `x` is cut short: 3×7 elements of 4 bytes do not fit in the 4 bytes that are there.',
  ],
  [
    'more elements than any memory',
    npyBytes('<f8', [1e9, 1e9, 1e9], bytes4),
    'cut-short',
    './d.npz: array `x` is cut short: 1000000000×1000000000×1000000000 elements of 8 bytes do not fit in the 4 bytes that are there.',
  ],
  [
    'a type that is the name of a method',
    npyBytes('<toString', [1], bytes4),
    'unsupported-dtype',
    "./d.npz: array `x` has elements of type `<toString`. Store it as numbers or booleans, e.g. with .astype('float32').",
  ],
])('%s is refused', (_what, bytes, code, message) => {
  expect(problemOf(() => readNpy(file, 'x', bytes))).toEqual({ code, level: 'error', message, range });
});

test('whatever doubles are written are read back', () => {
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
    .chain(([rows, columns]) =>
      fc.record({ shape: fc.constant([rows, columns]), data: fc.array(fc.double(), { minLength: rows * columns, maxLength: rows * columns }) }),
    );
  fc.assert(
    fc.property(matrix, ({ shape, data }) => {
      const array = readNpy(file, 'x', float64Npy(shape, data));
      expect(array.shape).toEqual(shape);
      expect(values(array)).toEqual(data);
    }),
  );
});

test('damaged bytes are an array or a problem, never a crash', () => {
  const whole = float64Npy([2, 2], [1, 2, 3, 4]);
  const damage = fc.array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) }), { maxLength: 6 });
  fc.assert(
    fc.property(damage, fc.nat(whole.length), (changes, length) => {
      const bytes = whole.slice();
      for (const { at, byte } of changes) bytes[at] = byte;
      succeeds(() => values(readNpy(file, 'x', bytes.subarray(0, length))));
    }),
    { numRuns: 2000 },
  );
});
