import { BINS, type Distribution } from '../src/train/observation';

/** A stretch of values and the share of the numbers in it per unit of value: bins of any width compare. */
export interface Bar {
  from: number;
  to: number;
  /** Infinite where all numbers are one. */
  density: number;
}

/** How many numbers were looked at. */
export const numbersIn = ({ counts, non_finite }: Distribution): number => counts.reduce((sum, count) => sum + count, non_finite);

/** Ends of the bins, one more than there are. */
export function binEdges({ from, to }: Distribution): number[] {
  return Array.from({ length: BINS + 1 }, (_, index) => (index === BINS ? to : from + ((to - from) * index) / BINS));
}

/** The bars of a distribution; none where no number is finite. */
export function densities(distribution: Distribution): Bar[] {
  const { from, to, counts, percentiles } = distribution;
  const numbers = numbersIn(distribution);
  if (!percentiles) return [];
  if (from === to) return [{ from, to, density: Infinity }];
  const edges = binEdges(distribution);
  return counts.map((count, index) => ({ from: edges[index], to: edges[index + 1], density: count / numbers / (edges[index + 1] - edges[index]) }));
}
