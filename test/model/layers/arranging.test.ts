import { test } from 'vitest';
import { NdArray, softmax, sum } from './array';
import { expectFormula, type LayerCase } from './layerAtPoint';

/** Weight of a neighbour in cubic convolution (Keys 1981) with a = −0.75, as PyTorch has it. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return 1.25 * d ** 3 - 2.25 * d ** 2 + 1;
  return d < 2 ? -0.75 * d ** 3 + 3.75 * d ** 2 - 6 * d + 3 : 0;
}

/** Value of a row at a place between its elements; beyond the ends the ends go on. */
const between = {
  linear: (row: (i: number) => number, last: number, place: number) => {
    const at = Math.min(Math.max(place, 0), last);
    const low = Math.min(Math.floor(at), last);
    return row(low) * (1 - (at - low)) + row(Math.min(low + 1, last)) * (at - low);
  },
  cubic: (row: (i: number) => number, last: number, place: number) => {
    const first = Math.floor(place);
    return sum(4, (k) => row(Math.min(Math.max(first + k - 1, 0), last)) * cubic(place - (first + k - 1)));
  },
};
/** Where an output element lies in the input. */
const half = (o: number, scale: number) => (o + 0.5) / scale - 0.5;
const corners = (o: number, input: number, output: number) => (o * (input - 1)) / (output - 1);

const stretched =
  (how: keyof typeof between, output: [number, number], place: (o: number, side: 0 | 1) => number): LayerCase['formula'] =>
  () => ({
    y: (x) =>
      NdArray.of([...x.shape.slice(0, 2), ...output], (n, c, h, w) =>
        between[how]((i) => between[how]((j) => x.at(n, c, i, j), x.shape[3] - 1, place(w, 1)), x.shape[2] - 1, place(h, 0)),
      ),
  });

test.each<[string, number[], LayerCase['formula']]>([
  ['Upsample: 2', [1, 2, 2, 3], () => ({ y: (x) => NdArray.of([1, 2, 4, 6], (n, c, h, w) => x.at(n, c, h >> 1, w >> 1)) })],
  [
    'Upsample: 1.5',
    [1, 2, 4, 2],
    () => ({ y: (x) => NdArray.of([1, 2, 6, 3], (n, c, h, w) => x.at(n, c, Math.floor(h / 1.5), Math.floor(w / 1.5))) }),
  ],
  ['Upsample: {scale_factor: [2, 3], mode: bilinear}', [1, 2, 3, 2], stretched('linear', [6, 6], (o, side) => half(o, side ? 3 : 2))],
  [
    'Upsample: {scale_factor: 2, mode: bilinear, align_corners: true}',
    [1, 2, 3, 2],
    stretched('linear', [6, 4], (o, side) => (side ? corners(o, 2, 4) : corners(o, 3, 6))),
  ],
  ['Upsample: {scale_factor: 2, mode: bicubic}', [1, 1, 4, 3], stretched('cubic', [8, 6], (o) => half(o, 2))],
  [
    'Upsample: {scale_factor: 2, mode: bicubic, align_corners: true}',
    [1, 1, 4, 3],
    stretched('cubic', [8, 6], (o, side) => (side ? corners(o, 3, 6) : corners(o, 4, 8))),
  ],
  [
    'Upsample: {scale_factor: 2, mode: linear}',
    [2, 2, 4],
    () => ({ y: (x) => NdArray.of([2, 2, 8], (n, c, t) => between.linear((i) => x.at(n, c, i), 3, half(t, 2))) }),
  ],
])('%s on %j', (entry, shape, formula) => expectFormula({ entry, shape, precision: 'float32', formula }));

test.each<[string, number[], number[], (x: NdArray, ...index: number[]) => number]>([
  ['Flatten: {start_dim: 2}', [2, 2, 3, 2], [2, 2, 6], (x, n, c, i) => x.at(n, c, Math.floor(i / 2), i % 2)],
  ['Flatten: {start_dim: -3, end_dim: 2}', [2, 2, 3, 2], [2, 6, 2], (x, n, i, w) => x.at(n, Math.floor(i / 3), i % 3, w)],
  ['Unflatten: {sizes: [-1, 2], dim: 2}', [2, 2, 6], [2, 2, 3, 2], (x, n, c, i, j) => x.at(n, c, 2 * i + j)],
  ['Permute: [0, 3, 1, 2]', [2, 2, 3, 4], [2, 4, 2, 3], (x, n, a, b, c) => x.at(n, b, c, a)],
  ['Select: {dim: 2, index: 1}', [2, 3, 4], [2, 3], (x, n, t) => x.at(n, t, 1)],
  ['Select', [2, 3, 4], [2, 4], (x, n, i) => x.at(n, 2, i)],
  ['Mean', [2, 3, 4], [2, 4], (x, n, i) => sum(3, (t) => x.at(n, t, i)) / 3],
  ['Mean: {dim: [-1, 1]}', [2, 3, 4], [2], (x, n) => sum(3, (t) => sum(4, (i) => x.at(n, t, i))) / 12],
  ['ZeroPad2d: [1, 2, 0, 3]', [1, 2, 2, 2], [1, 2, 5, 5], (x, n, c, h, w) => x.padded(n, c, h, w - 1)],
  ['PixelShuffle: 2', [1, 8, 2, 2], [1, 2, 4, 4], (x, n, c, h, w) => x.at(n, 4 * c + 2 * (h % 2) + (w % 2), h >> 1, w >> 1)],
  ['Softmax: {dim: 1}', [2, 3, 2], [2, 3, 2], (x, n, c, t) => softmax([0, 1, 2].map((k) => x.at(n, k, t)))[c]],
  ['LogSoftmax: {dim: 1}', [2, 3, 2], [2, 3, 2], (x, n, c, t) => Math.log(softmax([0, 1, 2].map((k) => x.at(n, k, t)))[c])],
])('%s of %j', (entry, shape, output, value) =>
  expectFormula({ entry, shape, formula: () => ({ y: (x) => NdArray.of(output, (...index) => value(x, ...index)) }) }),
);
