import type { Graph, Value } from '../../graph/graph';
import type { LookaheadArgs } from '../../model/optimizers';
import type { Spec } from '../../model/spec';
import type { Feeding } from '../objective/feeding';

export const lookaheadOf = ({ wrappers }: Spec): LookaheadArgs | undefined =>
  wrappers.find(({ name }) => name === 'Lookahead')?.args as LookaheadArgs | undefined;

/** Every k steps the slow weights move towards the fast ones, which go on from there: φ ← φ + α·(θ − φ), θ ← φ (Zhang et al. 2019). */
export function lookAhead(g: Graph, fast: Value, slow: Value, isDue: Value, { alpha }: LookaheadArgs, feeding: Feeding): Value {
  const moved = g.add(slow, g.mul(g.sub(fast, slow), feeding.scalar('lookahead_alpha', alpha)));
  return g.where(isDue, moved, fast);
}

/** decay·average + (1 − decay)·weights. */
export function movingAverage(g: Graph, average: Value, params: Value, decay: number, feeding: Feeding): Value {
  const kept = feeding.scalar('ema_decay', decay);
  return g.add(g.mul(average, kept), g.mul(params, g.sub(1, kept)));
}
