import { BINS, type Distribution } from '../../src/train/observation';
import type { LayerMoment } from '../../src/view/protocol';

/** A distribution whose numbers are spread evenly from one end to the other, `each` to a bin. */
export function even(from: number, to: number, each = 4, non_finite = 0): Distribution {
  const at = (share: number): number => from + (to - from) * share;
  const percentiles: Distribution['percentiles'] = [at(0.02), at(0.16), at(0.5), at(0.84), at(0.98)];
  const counts = from === to ? [each * BINS, ...Array<number>(BINS - 1).fill(0)] : Array<number>(BINS).fill(each);
  return { percentiles, from, to, counts, non_finite };
}

/** One of which no number is finite. */
export const broken = (non_finite = 128): Distribution => ({ from: 0, to: 0, counts: Array<number>(BINS).fill(0), non_finite });

/** A look at a layer of rectifiers. */
export function moment(step: number, active?: number[], units = active?.length): LayerMoment {
  return { step, tensors: { activation: even(0, 1) }, ...(active && { active, units }) };
}
