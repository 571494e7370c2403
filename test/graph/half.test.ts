import { expect, test } from 'vitest';
import { gradients } from '../../src/graph/autodiff';
import { Graph } from '../../src/graph/graph';
import { roundToHalf } from '../../src/graph/half';
import { lower } from '../../src/graph/lower';
import { createSession, numbers, tensor } from '../../src/train/session';

test('numbers are rounded as IEEE 754 says of binary16, and the gradient goes through', async () => {
  // 2⁻¹⁰ is the step above 1, ties go to even; 2⁻²⁴ is the smallest, 65504 the largest; half-way beyond it is infinity.
  const given = [1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -10, -3.14159, 2 ** -24, 2 ** -25, 65519, 65520, -1e9];
  const wanted = [1, 1, 1 + 2 ** -9, 1 + 2 ** -10, -3.140625, 2 ** -24, 0, 65504, Infinity, -Infinity];
  const g = new Graph();
  const x = g.input('x', [given.length]);
  const y = roundToHalf(g, x);
  g.output('y', y);
  const slope = g.input('slope', [given.length]);
  g.output('dx', gradients(g, g.sum(g.mul(g.where(g.less(g.abs(x), 65520), y, g.constant(0)), slope)), [x]).get(x.id)!);
  const session = await createSession(lower(g));
  const slopes = given.map((_, i) => i + 0.3);
  const outputs = await session.run({
    x: tensor(Float32Array.from(given), [given.length]),
    slope: tensor(Float32Array.from(slopes), [given.length]),
  });
  expect(Array.from(numbers(outputs.y))).toEqual(wanted);
  expect(Array.from(numbers(outputs.dx))).toEqual([...Float32Array.from(slopes.slice(0, 8)), 0, 0]);
  await session.release();
});
