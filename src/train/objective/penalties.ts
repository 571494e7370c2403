import type { Graph, Value } from '../../graph/graph';
import type { Spec } from '../../model/spec';
import type { Feeding } from './feeding';

/** λΣ|w| and λΣw² over every trained parameter, as far as the file asks for them. */
export function penalties(g: Graph, params: Value, { regularize: { l1, l2 } }: Spec, feeding: Feeding): Value[] {
  return [
    ...(l1 ? [g.mul(g.sum(g.abs(params)), feeding.scalar('l1', l1))] : []),
    ...(l2 ? [g.mul(g.sumSquare(params), feeding.scalar('l2', l2))] : []),
  ];
}
