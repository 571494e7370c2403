import type { LossPoint } from '../src/view/protocol';

/** The lowest rate above zero, and the highest. */
export function rangeOf(losses: readonly LossPoint[]): { low: number; high: number } {
  let [low, high] = [Infinity, 0];
  for (const { lr } of losses) {
    if (lr > 0 && lr < low) low = lr;
    if (lr > high) high = lr;
  }
  return { low: Math.min(low, high), high };
}

/** The step from which on the rate is what it is now; undefined where it has just changed, or never was another. */
export function lastChange(losses: readonly LossPoint[]): number | undefined {
  let first = losses.length - 1;
  while (first > 0 && losses[first - 1].lr === losses[first].lr) first--;
  return first <= 0 || first === losses.length - 1 ? undefined : losses[first].step;
}
