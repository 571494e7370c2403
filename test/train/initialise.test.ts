import { describe, expect, test } from 'vitest';
import { encodeTensors } from '../../src/train/checkpoint';
import { initialBuffer, initialParameter } from '../../src/train/initialise';
import type { Parameter } from '../../src/model/build';
import { INITS } from '../../src/model/inits';
import type { InitName } from '../../src/model/spec';
import { z } from 'zod';

const range = { start: 0, end: 0 };

function parameter(shape: number[], name: InitName, args: Record<string, unknown> = {}, kind: Parameter['kind'] = 'weight'): Parameter {
  const init = { name, args: z.object(INITS[name].args).parse(args), range, argRanges: {} };
  return { name: 'linear1.weight', layer: 'linear1', layerType: 'Linear', trained: true, shape, kind, start: { uniform: 0.125 }, init };
}
const start = (p: Parameter, seed = 0, files = {}) => [...initialParameter(seed, files)(p)];
const std = (v: number[]) => Math.sqrt(v.reduce((a, b) => a + b * b, 0) / v.length);
const bound = (v: number[]) => Math.max(...v.map(Math.abs));

// 200×300: 60,000 samples, a standard deviation within 1 % of the formula's. Gains as in torch.nn.init.calculate_gain.
describe('schemes against the formulas of torch.nn.init', () => {
  const shape = [200, 300];
  const cases: [InitName, Record<string, unknown>, number][] = [
    ['default', {}, 0.125 / Math.sqrt(3)],
    ['xavier_uniform', {}, Math.sqrt(2 / 500)],
    ['xavier_normal', { gain: 2 }, 2 * Math.sqrt(2 / 500)],
    ['kaiming_uniform', { nonlinearity: 'relu' }, Math.sqrt(2 / 300)],
    ['kaiming_normal', {}, Math.sqrt(2 / 300)],
    ['kaiming_normal', { a: 1 }, Math.sqrt(1 / 300)],
    ['kaiming_normal', { mode: 'fan_out', nonlinearity: 'tanh' }, 5 / 3 / Math.sqrt(200)],
    ['normal', { std: 0.02 }, 0.02],
    ['uniform', { a: -1, b: 1 }, 1 / Math.sqrt(3)],
    ['trunc_normal', { std: 1 }, Math.sqrt(0.7737413)], // variance of a standard normal cut at ±2
    ['trunc_normal', { std: 50 }, 2 / Math.sqrt(3)], // nearly uniform in ±2
  ];
  test.each(cases)('%s %o has the standard deviation %f', (name, args, expected) => {
    expect(std(start(parameter(shape, name, args))) / expected).toBeCloseTo(1, 1.7);
  });
  test('bounds of the bounded ones', () => {
    expect(bound(start(parameter(shape, 'xavier_uniform')))).toBeLessThanOrEqual(Math.sqrt(6 / 500) + 1e-7);
    expect(bound(start(parameter(shape, 'trunc_normal', { std: 2 })))).toBeLessThanOrEqual(2);
    expect(bound(start(parameter(shape, 'default')))).toBeLessThanOrEqual(0.125);
  });
  test('a convolution counts its window into the fan', () => {
    expect(std(start(parameter([64, 32, 3, 3], 'kaiming_normal', { nonlinearity: 'relu' }))) / Math.sqrt(2 / (32 * 9))).toBeCloseTo(1, 1.7);
  });
});

test.each([
  [6, 10],
  [10, 6],
  [8, 8],
])('orthogonal %i×%i: the shorter side is orthonormal times the gain', (rows, columns) => {
  const w = start(parameter([rows, columns], 'orthogonal', { gain: 2 }));
  const short = Math.min(rows, columns);
  const element = (r: number, c: number) => w[r * columns + c];
  for (let i = 0; i < short; i++)
    for (let j = 0; j < short; j++) {
      let dot = 0;
      for (let k = 0; k < Math.max(rows, columns); k++) dot += rows <= columns ? element(i, k) * element(j, k) : element(k, i) * element(k, j);
      expect(dot).toBeCloseTo(i === j ? 4 : 0, 5);
    }
});

test('biases start at 0 under every scheme but default; norm parameters keep their own start', () => {
  expect(bound(start(parameter([10], 'kaiming_normal', {}, 'bias')))).toBe(0);
  expect(bound(start(parameter([10], 'default', {}, 'bias')))).toBeGreaterThan(0);
  expect(start({ ...parameter([3], 'zeros', {}, 'norm'), start: { constant: 1 } })).toEqual([1, 1, 1]);
});

test('the same seed gives the same numbers, another seed or name others', () => {
  const p = parameter([4, 4], 'kaiming_normal');
  expect(start(p, 3)).toEqual(start(p, 3));
  expect(start(p, 3)).not.toEqual(start(p, 4));
  expect(start(p, 3)).not.toEqual(start({ ...p, name: 'linear2.weight' }, 3));
});

describe('weights from a file', () => {
  const p = parameter([1, 2], 'weights', { weights: './w.safetensors' });
  const file = (name: string, shape: number[]) => ({ './w.safetensors': encodeTensors({ [name]: { shape, data: Float32Array.of(7, 8) } }) });
  test('are taken by name', () => expect(start(p, 0, file('linear1.weight', [1, 2]))).toEqual([7, 8]));
  test('of another shape are refused with both shapes', () =>
    expect(() => start(p, 0, file('linear1.weight', [2, 1]))).toThrow(
      '`linear1.weight` is 1×2, but the weights loaded from ./w.safetensors are 2×1',
    ));
  test('that are missing are refused by name', () =>
    expect(() => start(p, 0, file('other', [1, 2]))).toThrow('./w.safetensors has no `linear1.weight`'));
  test('may be missing where the file says so', () => {
    const lenient = parameter([1, 2], 'weights', { weights: './w.safetensors', strict: false });
    expect(bound(start(lenient, 0, file('other', [1, 2])))).toBeLessThanOrEqual(0.125);
  });
  test('must have the running statistics too', () => {
    const buffer = { name: 'n.running_mean', shape: [2], start: 0 };
    const tensors = { 'n.running_mean': { shape: [2], data: Float32Array.of(3, 4) } };
    expect([...initialBuffer(buffer, 0, { tensors, init: p.init })]).toEqual([3, 4]);
    expect(() => initialBuffer(buffer, 0, { tensors: {}, init: p.init })).toThrow('./w.safetensors has no `n.running_mean`');
  });
  test('whose file is not there', () => expect(() => start(p)).toThrow('The weights file ./w.safetensors is not there'));
});
