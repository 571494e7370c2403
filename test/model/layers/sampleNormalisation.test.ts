import { expect, test } from 'vitest';
import { indexes, moments, NdArray, sum } from './array';
import { expectFormula, layerAtPoint, type LayerCase } from './layerAtPoint';

/** Krizhevsky et al. 2012 with PyTorch's window: ⌊size/2⌋ channels before, the rest behind. */
const localResponse =
  ({ size, alpha = 1e-4, beta = 0.75, k = 1 }: { size: number; alpha?: number; beta?: number; k?: number }): LayerCase['formula'] =>
  () => ({
    y: (x) =>
      NdArray.of(x.shape, (n, c, ...rest) => {
        const squares = sum(size, (i) => x.padded(n, c - Math.floor(size / 2) + i, ...rest) ** 2);
        return x.at(n, c, ...rest) / (k + (alpha * squares) / size) ** beta;
      }),
  });

test.each<[string, LayerCase]>([
  ['an odd window', { entry: 'LocalResponseNorm: {size: 3, alpha: 2}', shape: [2, 5, 2, 2], formula: localResponse({ size: 3, alpha: 2 }) }],
  [
    'an even window reaches further back',
    { entry: 'LocalResponseNorm: {size: 4, alpha: 2}', shape: [2, 5, 2, 2], formula: localResponse({ size: 4, alpha: 2 }) },
  ],
  [
    'a window of its own channel',
    { entry: 'LocalResponseNorm: {size: 1, alpha: 3}', shape: [2, 3, 4], formula: localResponse({ size: 1, alpha: 3 }) },
  ],
  [
    'a window wider than the channels',
    { entry: 'LocalResponseNorm: {size: 9, alpha: 5}', shape: [2, 3, 2, 2], formula: localResponse({ size: 9, alpha: 5 }) },
  ],
  [
    'all arguments',
    {
      entry: 'LocalResponseNorm: {size: 2, alpha: 3, beta: 1.5, k: 0.5}',
      shape: [2, 4, 3],
      formula: localResponse({ size: 2, alpha: 3, beta: 1.5, k: 0.5 }),
    },
  ],
  ['vectors', { entry: 'LocalResponseNorm: {size: 3, alpha: 2}', shape: [3, 5], formula: localResponse({ size: 3, alpha: 2 }) }],
  [
    'inputs of 0',
    {
      entry: 'LocalResponseNorm: {size: 3, alpha: 2}',
      shape: [2, 3, 2],
      domain: (n, at) => (at % 2 ? n : 0),
      formula: localResponse({ size: 3, alpha: 2 }),
    },
  ],
  ['the defaults', { entry: 'LocalResponseNorm: 3', shape: [2, 3, 2], domain: (n) => 100 * n, formula: localResponse({ size: 3 }) }],
])('LocalResponseNorm, %s', (_, one) => expectFormula(one));

/** Singh & Krishnan 2020 without and with its TLU. */
const filterResponse = (x: NdArray, eps: number, weight: NdArray, bias: NdArray) =>
  NdArray.of(x.shape, (n, c, h, w) => {
    const members = indexes(x.shape, [n, c]);
    const meanSquare = sum(members.length, (i) => x.at(...members[i]) ** 2) / members.length;
    return (x.at(n, c, h, w) / Math.sqrt(meanSquare + eps)) * weight.at(c) + bias.at(c);
  });

test.each<[string, LayerCase]>([
  ['by default', { entry: 'FilterResponseNorm2d', shape: [2, 3, 2, 3], formula: () => ({ y: (x, p) => filterResponse(x, 1e-6, p.weight, p.bias) }) }],
  [
    'with its eps',
    { entry: 'FilterResponseNorm2d: {eps: 0.3}', shape: [2, 3, 2, 3], formula: () => ({ y: (x, p) => filterResponse(x, 0.3, p.weight, p.bias) }) },
  ],
  [
    'one position',
    {
      entry: 'FilterResponseNorm2d: {eps: 0.3}',
      shape: [2, 3, 1, 1],
      isEvaluation: true,
      formula: () => ({ y: (x, p) => filterResponse(x, 0.3, p.weight, p.bias) }),
    },
  ],
  [
    'and a TLU',
    {
      entry: 'FilterResponseNorm2d, TLU',
      shape: [2, 3, 2, 3],
      formula: () => ({
        y: (x, p) => {
          const y = filterResponse(x, 1e-6, p['filterresponsenorm2d1.weight'], p['filterresponsenorm2d1.bias']);
          return NdArray.of(x.shape, (n, c, h, w) => Math.max(y.at(n, c, h, w), p['tlu1.tau'].at(c)));
        },
      }),
    },
  ],
])('FilterResponseNorm2d, %s', (_, one) => expectFormula(one));

test('TLU: below τ the whole gradient goes to τ, above it to x', async () => {
  const { point, y, gradients, projection } = await layerAtPoint({ entry: 'TLU', shape: [4, 2], formula: () => ({ y: (x) => x }) });
  const isAbove = [...point.x.data].map((v, i) => v > point.params.tau.at(i % 2));
  expect(new Set(isAbove).size).toBe(2);
  expect(y).toEqual([...point.x.data].map((v, i) => (isAbove[i] ? v : point.params.tau.at(i % 2))));
  expect(gradients[0]).toEqual([...projection.data].map((p, i) => (isAbove[i] ? p : 0)));
  const ofTau = [0, 1].map((c) => sum(4, (n) => (isAbove[2 * n + c] ? 0 : projection.at(n, c))));
  gradients[1].forEach((v, c) => expect(v).toBeCloseTo(ofTau[c], 12));
});

/** Over groups of positions of a sample: what layer, instance and group normalisation are. */
const standardised =
  (
    group: (index: number[], other: number[]) => boolean,
    { eps = 1e-5, affine }: { eps?: number; affine?: (p: Record<string, NdArray>, index: number[]) => [number, number] },
  ): LayerCase['formula'] =>
  () => ({
    y: (x, p) =>
      NdArray.of(x.shape, (...index) => {
        const { mean, variance } = moments(
          x,
          indexes(x.shape).filter((other) => group(index, other)),
        );
        const y = (x.at(...index) - mean) / Math.sqrt(variance + eps);
        const [scale, shift] = affine?.(p, index) ?? [1, 0];
        return y * scale + shift;
      }),
  });
const byChannel = (p: Record<string, NdArray>, [, c]: number[]): [number, number] => [p.weight.at(c), p.bias.at(c)];

test.each<[string, LayerCase]>([
  [
    'LayerNorm: {elementwise_affine: false}',
    { entry: 'LayerNorm: {elementwise_affine: false}', shape: [2, 3, 4], formula: standardised(([n, l], [m, k]) => n === m && l === k, {}) },
  ],
  [
    'LayerNorm over two dimensions',
    {
      entry: 'LayerNorm: {normalized_shape: [3, 4], eps: 0.2}',
      shape: [2, 3, 4],
      formula: standardised(([n], [m]) => n === m, { eps: 0.2, affine: ({ weight, bias }, [, i, j]) => [weight.at(i, j), bias.at(i, j)] }),
    },
  ],
  [
    'GroupNorm without γ and β',
    {
      entry: 'GroupNorm: {num_groups: 2, affine: false, eps: 0.1}',
      shape: [2, 4, 3],
      formula: standardised(([n, c], [m, d]) => n === m && c >> 1 === d >> 1, { eps: 0.1 }),
    },
  ],
  [
    'GroupNorm of vectors',
    { entry: 'GroupNorm: 2', shape: [2, 4], formula: standardised(([n, c], [m, d]) => n === m && c >> 1 === d >> 1, { affine: byChannel }) },
  ],
  [
    'InstanceNorm1d',
    { entry: 'InstanceNorm1d: {eps: 0.1}', shape: [2, 3, 4], formula: standardised(([n, c], [m, d]) => n === m && c === d, { eps: 0.1 }) },
  ],
  [
    'InstanceNorm2d with γ and β',
    {
      entry: 'InstanceNorm2d: {affine: true}',
      shape: [2, 3, 2, 2],
      formula: standardised(([n, c], [m, d]) => n === m && c === d, { affine: byChannel }),
    },
  ],
])('%s', (_, one) => expectFormula(one));

test.each([
  ['InstanceNorm1d', [3, 2, 4]],
  ['InstanceNorm2d', [3, 2, 2, 3]],
] as const)(
  '%s with running statistics: means over the samples of the unbiased moments, which stand for the sample in evaluation',
  async (name, shape) => {
    const entry = `${name}: {track_running_stats: true, momentum: 0.3}`;
    const plain = standardised(([n, c], [m, d]) => n === m && c === d, {});
    await expectFormula({
      entry,
      shape: [...shape],
      formula: (point) => {
        const { x, buffers } = point;
        const count = x.data.length / (shape[0] * shape[1]);
        const overBatch = (of: (n: number) => number) => sum(shape[0], of) / shape[0];
        const instance = (n: number, c: number) => moments(x, indexes(x.shape, [n, c]));
        return {
          ...plain(point),
          buffers: {
            running_mean: NdArray.of([2], (c) => 0.7 * buffers.running_mean.at(c) + 0.3 * overBatch((n) => instance(n, c).mean)),
            running_var: NdArray.of(
              [2],
              (c) => 0.7 * buffers.running_var.at(c) + 0.3 * overBatch((n) => (instance(n, c).variance * count) / (count - 1)),
            ),
          },
        };
      },
    });
    await expectFormula({
      entry,
      shape: [...shape],
      isEvaluation: true,
      formula: ({ buffers }) => ({
        y: (x) =>
          NdArray.of(
            x.shape,
            (...index) => (x.at(...index) - buffers.running_mean.at(index[1])) / Math.sqrt(buffers.running_var.at(index[1]) + 1e-5),
          ),
      }),
    });
  },
);

const rowOf = (x: NdArray, index: number[]) => Array.from({ length: x.shape.at(-1)! }, (_, i) => x.at(...index.slice(0, -1), i));
const length = (row: number[]) => Math.sqrt(row.reduce((total, v) => total + v * v, 0));

test.each<[string, LayerCase]>([
  [
    'RMSNorm',
    {
      entry: 'RMSNorm: {eps: 0.2}',
      shape: [2, 3, 4],
      formula: () => ({
        y: (x, { weight }) => NdArray.of(x.shape, (...i) => (x.at(...i) / Math.sqrt(length(rowOf(x, i)) ** 2 / 4 + 0.2)) * weight.at(i[2])),
      }),
    },
  ],
  [
    'ScaleNorm',
    {
      entry: 'ScaleNorm',
      shape: [2, 3, 4],
      formula: () => ({ y: (x, { weight }) => NdArray.of(x.shape, (...i) => (x.at(...i) / Math.max(length(rowOf(x, i)), 1e-5)) * weight.at(0)) }),
    },
  ],
])('%s', (_, one) => expectFormula(one));
