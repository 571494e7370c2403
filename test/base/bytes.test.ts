import { expect, test } from 'vitest';
import { concatenate, fromBase64, toBase64 } from '../../src/base/bytes';

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 37) % 256);

test('Base64 is what Node makes of it, there and back', () => {
  for (const length of [0, 1, 2, 3, 1000]) {
    const part = bytes.subarray(0, length);
    expect(toBase64(part)).toBe(Buffer.from(part).toString('base64'));
    expect(fromBase64(toBase64(part))).toEqual(part);
  }
});

test('parts follow one another', () => {
  expect(concatenate([bytes.subarray(0, 7), new Uint8Array(), bytes.subarray(7)])).toEqual(bytes);
  expect(concatenate([])).toEqual(new Uint8Array());
});
