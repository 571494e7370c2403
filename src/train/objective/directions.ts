import type { Graph, Value } from '../../graph/graph';

/** Each sample's part of `v` with Euclidean length 1; one that is 0 everywhere stays 0. */
export function unitLength(g: Graph, v: Value): Value {
  const axes = v.shape.map((_, i) => i).slice(1);
  // Squares of tiny numbers would be 0: they are scaled to 1 at most before.
  const scaled = g.div(v, g.max(g.reduceMax(g.abs(v), axes, true), 1e-37));
  return g.div(scaled, g.max(g.sqrt(g.sumSquare(scaled, axes, true)), 1e-12));
}
