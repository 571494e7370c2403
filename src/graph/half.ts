import type { Graph, Value } from './graph';

/**
 * Rounded to 16 bits; the gradient goes through as if nothing were rounded. The engine has few kernels of 16 bits and computes without rounding
 * where it has none, so this is what 16 bits hold, not how fast they are.
 */
export const roundToHalf = (g: Graph, x: Value): Value => g.add(x, g.detach(g.sub(g.op('RoundToHalf', [x]), x)));
