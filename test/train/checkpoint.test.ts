import { readFile, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTensors, encodeTensors } from '../../src/train/checkpoint';
import { problemOf, range, succeeds } from '../data/helpers';

const torch = resolve(import.meta.dirname, '../torch');

/** A .safetensors file by the letter of the format, independent of our writer. */
function file(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, data]));
}

test('all starting weights that PyTorch wrote are read as its shapes say', async () => {
  const cases = (await readdir(torch)).slice(0, 20);
  for (const name of cases) {
    const bytes = await readFile(resolve(torch, name, 'init.safetensors'));
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString()) as Record<
      string,
      { shape: number[]; data_offsets: number[] }
    >;
    const tensors = decodeTensors(new Uint8Array(bytes), name);
    const named = Object.keys(header).filter((key) => key !== '__metadata__' && !key.endsWith('num_batches_tracked'));
    expect(Object.keys(tensors).sort()).toEqual(named.sort());
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    for (const key of named) {
      expect(tensors[key].shape).toEqual(header[key].shape);
      expect(tensors[key].data[0]).toBe(bytes.readFloatLE(start + header[key].data_offsets[0]));
      expect(tensors[key].data.at(-1)).toBe(bytes.readFloatLE(start + header[key].data_offsets[1] - 4));
    }
  }
});

test('the file written is the one that the format describes', () => {
  const bytes = Buffer.from(
    encodeTensors({ 'l.weight': { shape: [1, 2], data: Float32Array.of(1.5, -2) }, 'l.bias': { shape: [1], data: Float32Array.of(NaN) } }),
  );
  const length = Number(bytes.readBigUInt64LE(0));
  expect(length % 8).toBe(0);
  expect(JSON.parse(bytes.subarray(8, 8 + length).toString())).toEqual({
    __metadata__: { format: 'pt' },
    'l.weight': { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    'l.bias': { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
  });
  expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length), bytes.readFloatLE(16 + length)]).toEqual([1.5, -2, NaN]);
  expect(bytes.length).toBe(8 + length + 12);
});

test('doubles and halves are read as floats, counters are left out', () => {
  const data = Buffer.alloc(8 + 4 + 8);
  data.writeDoubleLE(0.1, 0);
  data.writeUInt16LE(0x3c00, 8);
  data.writeUInt16LE(0xc000, 10);
  const bytes = file(
    {
      d: { dtype: 'F64', shape: [], data_offsets: [0, 8] },
      h: { dtype: 'F16', shape: [2], data_offsets: [8, 12] },
      'bn.num_batches_tracked': { dtype: 'I64', shape: [], data_offsets: [12, 20] },
    },
    data,
  );
  expect(decodeTensors(bytes, 'w')).toEqual({ d: { shape: [], data: Float32Array.of(0.1) }, h: { shape: [2], data: Float32Array.of(1, -2) } });
});

const f32 = (shape: number[], start: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [start, end] });
const bytes8 = new Uint8Array(8);
test.each([
  ['nothing', new Uint8Array(), 'cut-short', 'the file is too short to be a .safetensors file.'],
  [
    'a header longer than the file',
    Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255, 123, 125]),
    'bad-safetensors',
    'the header claims 18446744073709552000 bytes, but only 2 follow: the file is cut short or not in the safetensors format.',
  ],
  ['another format', new Uint8Array(100), 'bad-safetensors', 'the header is not JSON: the file is damaged or not in the safetensors format.'],
  ['a list', file([1]), 'bad-safetensors', 'the header is not a list of tensors by name.'],
  ['null', file('null'), 'bad-safetensors', 'the header is not a list of tensors by name.'],
  [
    'a tensor without a shape',
    file({ w: { dtype: 'F32', data_offsets: [0, 8] } }, bytes8),
    'bad-safetensors',
    'tensor `w` is described wrongly: it needs dtype, shape and data_offsets.',
  ],
  [
    'a negative size',
    file({ w: f32([-2], 0, 8) }, bytes8),
    'bad-safetensors',
    'tensor `w` is described wrongly: it needs dtype, shape and data_offsets.',
  ],
  [
    'a fraction as size',
    file({ w: f32([0.5, 4], 0, 8) }, bytes8),
    'bad-safetensors',
    'tensor `w` is described wrongly: it needs dtype, shape and data_offsets.',
  ],
  [
    'bytes that do not fit the shape',
    file({ w: f32([3], 0, 8) }, bytes8),
    'bad-safetensors',
    'tensor `w` of shape [3] needs 12 bytes as F32, but has 8.',
  ],
  [
    'more elements than there are numbers',
    file({ w: f32([9e15, 9e15, 9e15], 0, 8) }, bytes8),
    'bad-safetensors',
    'tensor `w` of shape [9000000000000000, 9000000000000000, 9000000000000000] needs 2.916e+48 bytes as F32, but has 8.',
  ],
  [
    'missing data',
    file({ w: f32([2], 0, 8) }, new Uint8Array(7)),
    'cut-short',
    'tensor `w` ends at byte 8 of the data, but there are only 7: the file is cut short.',
  ],
  ['an overlap', file({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, bytes8), 'bad-safetensors', 'tensor `b` overlaps the tensor before it.'],
  ['a hole', file({ a: f32([1], 4, 8) }, bytes8), 'bad-safetensors', 'before tensor `a` there are bytes that belong to no tensor.'],
  ['a tail', file({ a: f32([1], 0, 4) }, bytes8), 'bad-safetensors', 'behind the last tensor there are 4 bytes that belong to none.'],
  ['an end before the start', file({ a: f32([1], 8, 4) }, bytes8), 'bad-safetensors', 'tensor `a` ends before it begins.'],
  [
    'other numbers',
    file({ a: { dtype: 'BF16', shape: [4], data_offsets: [0, 8] } }, bytes8),
    'unsupported-dtype',
    'tensor `a` is stored as BF16; only F16, F32 and F64 can be read. Save it as F32.',
  ],
  [
    'a type that is the name of a method',
    file({ a: { dtype: 'toString', shape: [2], data_offsets: [0, 8] } }, bytes8),
    'unsupported-dtype',
    'tensor `a` is stored as toString; only F16, F32 and F64 can be read. Save it as F32.',
  ],
])('%s is refused', (_what, bytes, code, message) => {
  expect(problemOf(() => decodeTensors(bytes, './w.safetensors', range))).toEqual({
    code,
    level: 'error',
    message: `./w.safetensors: ${message}`,
    range,
  });
});

const dims = fc.array(fc.nat(3), { maxLength: 3 });
const tensor = dims.chain((shape) => {
  const count = shape.reduce((a, b) => a * b, 1);
  return fc.record({ shape: fc.constant(shape), data: fc.float32Array({ minLength: count, maxLength: count }) });
});
const tensors = fc.dictionary(
  fc.string({ unit: 'binary', maxLength: 8 }).filter((name) => name !== '__metadata__' && !/num_batches_tracked$/.test(name)),
  tensor,
  { maxKeys: 5 },
);

test('whatever tensors are written are read back', () => {
  fc.assert(
    fc.property(tensors, (written) => {
      expect(decodeTensors(encodeTensors(written), 'w')).toEqual({ ...written });
    }),
    { numRuns: 500 },
  );
});

test('damaged bytes are tensors or a problem, never a crash', () => {
  const whole = encodeTensors({ a: { shape: [2], data: Float32Array.of(1, 2) }, b: { shape: [1], data: Float32Array.of(3) } });
  const damage = fc.array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) }), { maxLength: 4 });
  fc.assert(
    fc.property(damage, fc.nat(whole.length), (changes, length) => {
      const bytes = whole.slice();
      for (const { at, byte } of changes) bytes[at] = byte;
      succeeds(() => decodeTensors(bytes, 'w'));
      if (length < whole.length) expect(succeeds(() => decodeTensors(whole.slice(0, length), 'w'))).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
