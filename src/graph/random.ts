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

/** 0, 1, 2, … in row-major order, from one short constant per dimension. */
function counter(g: Graph, shape: Shape): Value {
  const terms = shape.map((n, axis) => {
    const stride = product(shape.slice(axis + 1));
    return g.constant(
      Array.from({ length: n }, (_, i) => (i * stride) % 2 ** 32),
      shape.map((_, i) => (i === axis ? n : 1)),
      'uint32',
    );
  });
  return g.reshape(
    terms.reduce((a, b) => g.add(a, b)),
    shape,
  );
}
