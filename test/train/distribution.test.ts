import { expect, test } from 'vitest';
import { distributionOf } from '../../src/train/distribution';

const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
const thousand = (f: (i: number) => number) => distributionOf(Float32Array.from({ length: 1000 }, (_, i) => f(i)));

test('percentiles lie between two numbers in the share that is left', () => {
  // Ranks 0.1, 0.8, 2.5, 4.2 and 4.9 of 0…5: 1 + 0.1 · (2 − 1), …, 16 + 0.9 · (32 − 16).
  const { percentiles, from, to, counts } = distributionOf(Float32Array.of(8, 1, 32, 4, 2, 16));
  expect(percentiles).toEqual([1.1, 1.8, 6, 19.2, 30.4]);
  expect([from, to]).toEqual([1, 32]);
  // Bins of 31/32: 1 is in the first, 2 in that of 1.03, 4 in 3.1, 8 in 7.2, 16 in 15.5, 32 is the end of the last.
  expect(counts.flatMap((n, bin) => (n ? [[bin, n]] : []))).toEqual([
    [0, 1],
    [1, 1],
    [3, 1],
    [7, 1],
    [15, 1],
    [31, 1],
  ]);
});

test('a thousand numbers, against NumPy 2.4', () => {
  expect(thousand((i) => (Math.sin(i) * i) / 100)).toEqual({
    percentiles: [-8.375, -4.197, -5.351e-5, 4.167, 8.333],
    from: -9.79,
    to: 9.875,
    // prettier-ignore
    counts: [8, 8, 15, 14, 16, 21, 22, 26, 27, 32, 34, 37, 49, 43, 62, 96, 86, 61, 41, 46, 44, 30, 31, 26, 25, 21, 21, 15, 15, 13, 9, 6],
    non_finite: 0,
  });
});

test('most of them close together beside a few large ones, against NumPy 2.4', () => {
  expect(thousand((i) => Math.exp(8 * Math.sin(i)))).toEqual({
    percentiles: [3.414e-4, 9.192e-4, 0.9999, 1119, 2929],
    from: 3.355e-4,
    to: 2981,
    // prettier-ignore
    counts: [693, 34, 22, 18, 10, 14, 10, 8, 8, 8, 8, 6, 10, 6, 5, 8, 5, 6, 6, 6, 6, 6, 5, 7, 6, 6, 8, 6, 9, 10, 11, 29],
    non_finite: 0,
  });
});

test('what is not finite is counted beside the rest', () => {
  const { percentiles, from, to, counts, non_finite } = distributionOf(Float32Array.of(NaN, 1, Infinity, 3, -Infinity, NaN, 2));
  expect(non_finite).toBe(4);
  expect([from, percentiles![2], to]).toEqual([1, 2, 3]);
  expect(sum(counts)).toBe(3);
});

test('none finite, one number, all equal, the largest and the smallest there are', () => {
  expect(distributionOf(Float32Array.of(NaN, Infinity))).toEqual({ from: 0, to: 0, counts: Array(32).fill(0), non_finite: 2 });
  expect(distributionOf(Float32Array.of(7))).toMatchObject({ percentiles: [7, 7, 7, 7, 7], from: 7, to: 7 });
  const equal = distributionOf(new Float32Array(100).fill(-0.5));
  expect(equal.percentiles).toEqual([-0.5, -0.5, -0.5, -0.5, -0.5]);
  expect(equal.counts).toEqual([100, ...Array<number>(31).fill(0)]);
  const [most, least] = [3.4028234663852886e38, 1.401298464324817e-45];
  expect(distributionOf(Float32Array.of(-most, 0, most)).percentiles![2]).toBe(0);
  expect(distributionOf(Float32Array.of(0, least, 2 * least)).counts.filter(Boolean)).toEqual([1, 1, 1]);
});

test('nothing is left from the tensor before', () => {
  const small = Float32Array.of(3, 1, 2);
  const before = distributionOf(small);
  distributionOf(Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i)));
  expect(distributionOf(small)).toEqual(before);
});
