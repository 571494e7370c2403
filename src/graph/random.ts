import type { Graph, Value } from './graph';
import { product, type Shape } from './shape';

/**
 * Uniform float32 samples in [0, 1) from a counter hash in the graph: ONNX's random ops cannot be seeded anew per step.
 *
 * @param seeds two uint32, hashed by the host from (seed, step, layer); the first must be odd.
 */
export function uniformFromCounter(g: Graph, seeds: Value, shape: Shape): Value {
  const u32 = (n: number) => g.constant(n, [], 'uint32');
  const [multiplier, offset] = g.split(seeds, [1, 1], 0);
  let h = g.add(g.mul(counter(g, shape), multiplier), offset);
  h = g.add(g.mul(h, h), h);
  // Integer division stands for the right shift: BitShift would leave the GPU.
  h = g.add(h, g.div(h, u32(2 ** 16)));
  h = g.mul(h, u32(0x7feb352d));
  h = g.add(h, g.div(h, u32(2 ** 15)));
  h = g.mul(h, u32(0x846ca68b));
  h = g.add(h, g.div(h, u32(2 ** 16)));
  return g.mul(g.cast(g.div(h, u32(256)), 'float32'), 2 ** -24);
}

/** Giles's coefficients, highest power first: for the middle, in w − 2.5, and for the tails, in √w − 3. */
const CENTRAL = [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941];
const TAILS = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682];

/**
 * Standard normal float32 samples likewise: √2·erfinv(2u − 1), by the single-precision approximation of Giles 2012, Approximating the erfinv
 * function. Within ±5.5, as far as 2²⁴ values of u reach.
 */
export function normalFromCounter(g: Graph, seeds: Value, shape: Shape): Value {
  // The middles of u's intervals: neither −1 nor 1 is among them.
  const x = g.add(g.mul(uniformFromCounter(g, seeds, shape), 2), 2 ** -24 - 1);
  const w = g.neg(g.log(g.mul(g.sub(1, x), g.add(x, 1))));
  const polynomial = (at: Value, coefficients: readonly number[]) =>
    coefficients.slice(1).reduce((sum, coefficient) => g.add(g.mul(sum, at), coefficient), g.constant(coefficients[0]));
  const factor = g.where(g.less(w, 5), polynomial(g.sub(w, 2.5), CENTRAL), polynomial(g.sub(g.sqrt(w), 3), TAILS));
  return g.mul(g.mul(x, factor), Math.SQRT2);
}

/** 0, 1, 2, … in row-major order: rows of 1024, so that the constants stay short however large the shape. */
function counter(g: Graph, shape: Shape): Value {
  const count = product(shape);
  const width = Math.min(count, 1024);
  const rows = Math.ceil(count / width);
  const low = g.constant(
    Array.from({ length: width }, (_, i) => i),
    [1, width],
    'uint32',
  );
  const high = g.constant(
    Array.from({ length: rows }, (_, i) => (i * width) % 2 ** 32),
    [rows, 1],
    'uint32',
  );
  const all = g.flat(g.add(high, low));
  return g.reshape(rows * width === count ? all : g.slice(all, 0, 0, count), shape);
}
