import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { lower } from '../../src/graph/lower';
import { product } from '../../src/graph/shape';
import { createSession, numbers, tensor } from '../../src/train/session';

/** In float64, by walking over every element. */
function summed(x: Float32Array, shape: number[], axes: number[], square: boolean): number[] {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const sums = Array<number>(product(kept)).fill(0);
  for (let i = 0; i < x.length; i++) {
    let [rest, to, stride] = [i, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (!axes.includes(axis)) {
        to += (rest % shape[axis]) * stride;
        stride *= kept[axis];
      }
      rest = Math.floor(rest / shape[axis]);
    }
    sums[to] += square ? x[i] ** 2 : x[i];
  }
  return sums;
}

const CASES: [shape: number[], axes: number[]][] = [
  [[128, 128], [0]],
  [[20_000, 3], [0]],
  [[4099, 2], [0]],
  [[26_122], [0]],
  [[10_007], [0]],
  [
    [64, 8, 6, 6],
    [0, 2, 3],
  ],
  [
    [16, 32, 64],
    [0, 1],
  ],
  [[16, 32, 64], [2]],
  [
    [16, 32, 64],
    [0, 1, 2],
  ],
  [[18, 4096], [1]],
  [
    [6, 5, 28, 28],
    [2, 3],
  ],
  [
    [6, 4, 1024],
    [0, 2],
  ],
  [[40, 1031], [1]],
  [[1, 4096], [0]],
  [[7, 11], [0]],
];

test.each(CASES)('sums of %j over %j: the numbers of a loop, in the shape that was asked for', async (shape, axes) => {
  const x = Float32Array.from({ length: product(shape) }, (_, i) => Math.sin(i * 0.37) + 0.2);
  const g = new Graph();
  const input = g.input('x', shape);
  g.output('sum', g.sum(input, axes));
  g.output('kept', g.sum(input, axes, true));
  g.output('squares', g.sumSquare(input, axes));
  g.output('mean', g.mean(input, axes));
  const session = await createSession(lower(g));
  const { sum, kept, squares, mean } = await session.run({ x: tensor(x, shape) });
  await session.release();
  const counted = axes.reduce((n, axis) => n * shape[axis], 1);
  const wanted = summed(x, shape, axes, false);
  const error = (got: Float32Array, want: number[]) => Math.max(...want.map((w, i) => Math.abs(got[i] - w) / counted));
  expect(sum.dims).toEqual(shape.filter((_, axis) => !axes.includes(axis)));
  expect(kept.dims).toEqual(shape.map((size, axis) => (axes.includes(axis) ? 1 : size)));
  expect(error(numbers(sum), wanted)).toBeLessThan(1e-6);
  expect(numbers(kept)).toEqual(numbers(sum));
  expect(error(numbers(squares), summed(x, shape, axes, true))).toBeLessThan(1e-6);
  expect(
    error(
      numbers(mean),
      wanted.map((w) => w / counted),
    ),
  ).toBeLessThan(1e-6);
});
