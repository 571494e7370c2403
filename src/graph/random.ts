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
