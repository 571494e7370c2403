import { expect, test } from 'vitest';
import { numbersEach, strideOf, thinned } from '../../src/train/thinning';

const product = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

test.each([[[128, 64]], [[128, 16, 8, 8]], [[100, 3, 30, 35]], [[1024, 1024]], [[5000]], [[2, 30030]]])(
  'of %j no more than 4096 numbers, and of every position along the inner dimensions as many as of any other',
  (shape) => {
    const stride = strideOf(shape, 4096);
    const taken = Math.ceil(product(shape) / stride);
    expect(taken).toBeLessThanOrEqual(4096);
    expect(taken).toBeGreaterThan(1500);
    for (const size of shape.slice(1)) {
      const inner = product(shape.slice(shape.indexOf(size) + 1));
      const met = new Array<number>(size).fill(0);
      for (let i = 0; i < taken; i++) met[Math.floor((i * stride) / inner) % size]++;
      // Where there are more positions than numbers, each is met once at most.
      expect(Math.max(...met) - Math.min(...met)).toBeLessThanOrEqual(1 + taken / size / 4);
    }
  },
);

test('a small tensor is taken whole', () => {
  expect(strideOf([64, 64], 4096)).toBe(1);
  expect(strideOf([], 4096)).toBe(1);
});

test('numbers of a packed tensor, and what they are more than before', () => {
  const now = Float32Array.from({ length: 20 }, (_, i) => i * i);
  const before = Float32Array.from({ length: 20 }, (_, i) => i);
  expect([...thinned(now, { from: 10, shape: [3, 3] }, 4096)]).toEqual([100, 121, 144, 169, 196, 225, 256, 289, 324]);
  // At most 4 of 9: every 4th, as 3 would meet the same column only.
  expect([...thinned(now, { from: 10, shape: [3, 3] }, 4, before)]).toEqual([90, 182, 306]);
});

test('hundreds of tensors share what is counted', () => {
  expect(numbersEach(100)).toBe(4096);
  expect(numbersEach(256)).toBe(2048);
  expect(numbersEach(10_000)).toBe(1024);
});
