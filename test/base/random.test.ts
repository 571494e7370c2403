import { expect, test } from 'vitest';
import { hash32, stream } from '../../src/base/random';
import { float16 } from '../../src/base/float16';

const draw = <T>(n: number, next: () => T) => Array.from({ length: n }, next);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const correlation = (a: number[], b: number[]) => {
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = (p: number[], mp: number, q: number[], mq: number) => mean(p.map((v, i) => (v - mp) * (q[i] - mq)));
  return covariance(a, ma, b, mb) / Math.sqrt(covariance(a, ma, a, ma) * covariance(b, mb, b, mb));
};

test('the same seed and name give the same numbers for all time', () => {
  const random = stream(0, 'weights');
  // Runs that users keep were made with these.
  expect([random.uniform(), random.normal(), random.integer(1000)]).toEqual([0.289830476780246, -0.4179881047559238, 252]);
});

test('uniform: mean, variance, every twentieth, more than 32 bits', () => {
  const random = stream(1, 'u');
  const values = draw(100_000, () => random.uniform());
  expect(mean(values)).toBeCloseTo(0.5, 2);
  expect(mean(values.map((v) => (v - 0.5) ** 2))).toBeCloseTo(1 / 12, 3);
  for (let bin = 0; bin < 20; bin++) expect(Math.abs(values.filter((v) => Math.floor(v * 20) === bin).length - 5000)).toBeLessThan(350);
  expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
  expect(values.some((v) => (v * 2 ** 32) % 1 !== 0)).toBe(true);
});

test('normal: moments up to the fourth, and the share beyond two deviations', () => {
  const random = stream(2, 'n');
  const values = draw(200_000, () => random.normal());
  const moments = [1, 2, 3, 4].map((power) => mean(values.map((v) => v ** power)));
  [0, 1, 0, 3].forEach((expected, i) => expect(Math.abs(moments[i] - expected)).toBeLessThan(0.06));
  expect(values.filter((v) => Math.abs(v) > 2).length / values.length).toBeCloseTo(0.0455, 2);
  expect(Math.abs(correlation(values.slice(0, -1), values.slice(1)))).toBeLessThan(0.01);
});

test('streams of neighbouring seeds and of other names do not resemble each other, from the first number on', () => {
  const of = (seed: number, name: string) => {
    const random = stream(seed, name);
    return draw(20_000, () => random.uniform());
  };
  const base = of(0, 'a');
  for (const other of [of(1, 'a'), of(0, 'b'), of(2 ** 32, 'a')]) expect(Math.abs(correlation(base, other))).toBeLessThan(0.03);
  const firsts = Array.from({ length: 5000 }, (_, seed) => stream(seed, 'a').uniform());
  expect(mean(firsts)).toBeCloseTo(0.5, 1);
  expect(Math.abs(correlation(firsts.slice(0, -1), firsts.slice(1)))).toBeLessThan(0.05);
});

test('integer and permutation reach every value equally', () => {
  const random = stream(3, 'i');
  const counts = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 60_000; i++) counts[random.integer(6)]++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  expect([...random.permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  // All 6 orders of 3 come up as often.
  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = String(random.permutation(3));
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(6);
  for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(160);
});

test('hash32 tells parts apart: order, kind, where one string ends, beyond 32 bits', () => {
  const all = [
    hash32(0),
    hash32(1),
    hash32(0, 'ab', 'c'),
    hash32(0, 'a', 'bc'),
    hash32(0, 'abc'),
    hash32(0, 1, 2),
    hash32(0, 2, 1),
    hash32(2 ** 32),
    hash32(0, ''),
  ];
  expect(new Set(all).size).toBe(all.length);
  for (const value of all) expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32).toBe(true);
});

test('hash32: each bit of a counter changes half of the bits', () => {
  const bits = (value: number) => value.toString(2).replaceAll('0', '').length;
  const flips = Array.from({ length: 2000 }, (_, step) => bits((hash32(7, step, 'dropout1') ^ hash32(7, step + 1, 'dropout1')) >>> 0));
  expect(mean(flips)).toBeCloseTo(16, 0);
});

test.each([
  [0x0000, 0],
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x0400, 2 ** -14],
  [0x0001, 2 ** -24],
  [0x3555, 0.333251953125],
  [0x7c00, Infinity],
  [0xfc00, -Infinity],
  [0x7e00, NaN],
])('the half-precision bits %d are %d', (bits, value) => expect(float16(bits)).toBe(value));
