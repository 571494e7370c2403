import { test } from 'vitest';
import { NdArray, sum } from './array';
import { expectFormula, type LayerCase } from './layerAtPoint';

const single = { precision: 'float32' as const };

test('Conv1d with dilation, groups and stride, without bias', () =>
  expectFormula({
    ...single,
    entry: 'Conv1d: {out_channels: 4, kernel_size: 2, dilation: 2, groups: 2, stride: 2, padding: 1, bias: false}',
    shape: [2, 4, 6],
    formula: () => ({
      y: (x, { weight }) =>
        NdArray.of([2, 4, 3], (n, o, t) =>
          sum(2, (c) => sum(2, (k) => weight.at(o, c, k) * x.padded(n, Math.floor(o / 2) * 2 + c, 2 * t - 1 + 2 * k))),
        ),
    }),
  }));

test('PatchEmbedding: each patch flattened and times W', () =>
  expectFormula({
    ...single,
    entry: 'PatchEmbedding: {patch_size: [2, 3], embed_dim: 3}',
    shape: [2, 2, 4, 6],
    formula: () => ({
      y: (x, { weight, bias }) =>
        NdArray.of([2, 4, 3], (n, patch, e) => {
          const [top, left] = [2 * Math.floor(patch / 2), 3 * (patch % 2)];
          return sum(2, (c) => sum(2, (i) => sum(3, (j) => weight.at(e, c, i, j) * x.at(n, c, top + i, left + j)))) + bias.at(e);
        }),
    }),
  }));

/** Every input position paints its window: y[i·stride − padding + k·dilation] += x[i]·w[k]. */
test.each<[string, number[], number[], { stride: number; padding: number; dilation: number; groups: number; isBiased: boolean }]>([
  [
    'ConvTranspose1d: {out_channels: 4, kernel_size: 3, stride: 2, padding: 1, output_padding: 1, groups: 2}',
    [2, 2, 4],
    [2, 4, 8],
    { stride: 2, padding: 1, dilation: 1, groups: 2, isBiased: true },
  ],
  [
    'ConvTranspose1d: {out_channels: 2, kernel_size: 2, dilation: 3, bias: false}',
    [2, 3, 4],
    [2, 2, 7],
    { stride: 1, padding: 0, dilation: 3, groups: 1, isBiased: false },
  ],
])('%s', (entry, shape, output, { stride, padding, dilation, groups, isBiased }) =>
  expectFormula({
    ...single,
    entry,
    shape,
    formula: () => ({
      y: (x, { weight, bias }) => {
        const [inputs, outputs] = [shape[1] / groups, output[1] / groups];
        return NdArray.of(output, (n, o, t) => {
          const group = Math.floor(o / outputs);
          const painted = sum(shape[2], (i) =>
            sum(weight.shape[2], (k) =>
              i * stride - padding + k * dilation === t
                ? sum(inputs, (c) => weight.at(group * inputs + c, o % outputs, k) * x.at(n, group * inputs + c, i))
                : 0,
            ),
          );
          return painted + (isBiased ? bias.at(o) : 0);
        });
      },
    }),
  }),
);

test('ConvTranspose2d with output_padding, groups, dilation and stride of two sizes', () =>
  expectFormula({
    ...single,
    entry: 'ConvTranspose2d: {out_channels: 2, kernel_size: 2, stride: [2, 3], output_padding: [1, 0], dilation: [1, 2], groups: 2}',
    shape: [1, 2, 2, 3],
    formula: () => ({
      y: (x, { weight, bias }) =>
        NdArray.of([1, 2, 5, 9], (n, o, h, w) => {
          const painted = sum(2, (i) =>
            sum(3, (j) => sum(2, (k) => sum(2, (l) => (2 * i + k === h && 3 * j + 2 * l === w ? weight.at(o, 0, k, l) * x.at(n, o, i, j) : 0)))),
          );
          return painted + bias.at(o);
        }),
    }),
  }));

/** Values of a window along the last dimension that lie in the input. */
const windowOf = (x: NdArray, n: number, c: number, start: number, size: number, dilation = 1) =>
  Array.from({ length: size }, (_, k) => start + k * dilation)
    .filter((t) => t >= 0 && t < x.shape[2])
    .map((t) => x.at(n, c, t));
const total = (values: number[]) => values.reduce((a, b) => a + b, 0);

test.each<[string, number[], number[], (x: NdArray, n: number, c: number, o: number) => number]>([
  ['MaxPool1d: {kernel_size: 2, dilation: 2, stride: 1}', [2, 2, 5], [2, 2, 3], (x, n, c, o) => Math.max(...windowOf(x, n, c, o, 2, 2))],
  [
    'MaxPool1d: {kernel_size: 3, stride: 2, padding: 1, ceil_mode: true}',
    [2, 2, 6],
    [2, 2, 4],
    (x, n, c, o) => Math.max(...windowOf(x, n, c, 2 * o - 1, 3)),
  ],
  ['AvgPool1d: {kernel_size: 3, stride: 2, padding: 1}', [2, 2, 6], [2, 2, 3], (x, n, c, o) => total(windowOf(x, n, c, 2 * o - 1, 3)) / 3],
  [
    'AvgPool1d: {kernel_size: 3, stride: 2, padding: 1, count_include_pad: false}',
    [2, 2, 6],
    [2, 2, 3],
    (x, n, c, o) => total(windowOf(x, n, c, 2 * o - 1, 3)) / windowOf(x, n, c, 2 * o - 1, 3).length,
  ],
  // A last window that ends beyond the padding is divided by what of it lies within.
  [
    'AvgPool1d: {kernel_size: 3, stride: 2, ceil_mode: true}',
    [2, 2, 6],
    [2, 2, 3],
    (x, n, c, o) => total(windowOf(x, n, c, 2 * o, 3)) / Math.min(3, 6 - 2 * o),
  ],
  [
    'AdaptiveMaxPool1d: 3',
    [2, 2, 7],
    [2, 2, 3],
    (x, n, c, o) => Math.max(...windowOf(x, n, c, Math.floor((o * 7) / 3), Math.ceil(((o + 1) * 7) / 3) - Math.floor((o * 7) / 3))),
  ],
  ['AdaptiveMaxPool1d: 2', [2, 2, 6], [2, 2, 2], (x, n, c, o) => Math.max(...windowOf(x, n, c, 3 * o, 3))],
  ['AdaptiveAvgPool1d: 3', [2, 2, 7], [2, 2, 3], (x, n, c, o) => total(windowOf(x, n, c, Math.floor((o * 7) / 3), 3)) / 3],
])('%s', (entry, shape, output, pooled) =>
  expectFormula({ ...single, entry, shape, formula: () => ({ y: (x) => NdArray.of(output, (n, c, o) => pooled(x, n, c, o)) }) }),
);

test.each<[string, LayerCase]>([
  [
    'AvgPool2d: {kernel_size: 2, divisor_override: 3}',
    {
      ...single,
      entry: 'AvgPool2d: {kernel_size: 2, divisor_override: 3}',
      shape: [1, 2, 4, 4],
      formula: () => ({ y: (x) => NdArray.of([1, 2, 2, 2], (n, c, h, w) => sum(2, (i) => sum(2, (j) => x.at(n, c, 2 * h + i, 2 * w + j))) / 3) }),
    },
  ],
  [
    'AdaptiveMaxPool2d: [2, null]',
    {
      ...single,
      entry: 'AdaptiveMaxPool2d: [2, null]',
      shape: [1, 2, 3, 2],
      formula: () => ({ y: (x) => NdArray.of([1, 2, 2, 2], (n, c, h, w) => Math.max(x.at(n, c, h, w), x.at(n, c, h + 1, w))) }),
    },
  ],
])('%s', (_, one) => expectFormula(one));
