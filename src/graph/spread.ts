import type { Graph, Value } from './graph';

/** Puts step − 1 zeros after every element along an axis. */
export function interleave(g: Graph, x: Value, axis: number, step: number): Value {
  const split = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const spaced = g.pad(
    g.reshape(x, split),
    split.map((_, i) => (i === axis + 1 ? [0, step - 1] : [0, 0])),
  );
  return g.reshape(
    spaced,
    x.shape.map((n, i) => (i === axis ? n * step : n)),
  );
}
