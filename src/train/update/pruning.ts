import { Graph, type Value } from '../../graph/graph';
import { product } from '../../graph/shape';
import type { Parameter } from '../../model/build';
import type { PruneSpec } from '../../model/spec';
import { type ModelPlan, type Pack, splitPack } from '../modelPlan';

/** What is pruned: every `weight` of two or more dimensions, as `max_norm` bounds; not biases, not those of normalisations. */
export const isMatrix = ({ name, shape }: { name: string; shape: readonly number[] }): boolean => shape.length >= 2 && name.endsWith('.weight');

/** Whether there is a mask. */
export const isPruning = ({ spec, trained }: Pick<ModelPlan, 'spec' | 'trained'>): boolean =>
  spec.train.prune !== undefined && trained.items.some(isMatrix);

/** 0 where a weight is pruned: its gradient is none, and noise leaves it alone. */
export const withoutPruned = (g: Graph, plan: ModelPlan, vector: Value): Value =>
  isPruning(plan) ? g.mul(vector, g.sub(1, g.input('pruned', [plan.trained.size]))) : vector;

/** Halvings of the interval that the threshold is looked for in: down to 2⁻⁴⁰ of the largest weight. */
const HALVINGS = 40;

/** How many of the weights are left after a step (counted from 1), where it ends a round; undefined: it ends none. */
export function keptAfter(step: number, { amount, every, rounds }: PruneSpec, { items }: Pick<Pack<Parameter>, 'items'>): number | undefined {
  const round = step / every;
  if (!Number.isInteger(round)) return undefined;
  const weights = items.filter(isMatrix).reduce((sum, { shape }) => sum + product(shape), 0);
  const share = amount * (1 - (1 - Math.min(1, round / rounds)) ** 3);
  const count = Math.floor(share * weights);
  return count > 0 ? weights - count : undefined;
}

/** The mask after a step: as before it, but at the end of a round 1 for the smallest weights too, so that `keep` of them are left. */
export function pruneSmallest(
  g: Graph,
  params: Value,
  pruned: Value,
  { items }: Pack<Parameter>,
  { isDue, keep }: { isDue: Value; keep: Value },
): Value {
  const now = new Graph();
  const parts = splitPack(now, params, items);
  const magnitudes = now.concat(
    items.filter(isMatrix).map((item) => now.abs(parts[items.indexOf(item)])),
    0,
  );
  const threshold = thresholdFor(now, magnitudes, keep);
  const masks = items.map((item, i) => {
    const isSmall = now.cast(now.not(now.greater(now.abs(parts[i]), threshold)), 'float32');
    return isMatrix(item) ? isSmall : now.mul(isSmall, 0);
  });
  now.output('pruned_more', now.max(pruned, now.concat(masks, 0)));
  const unchanged = new Graph();
  unchanged.output('pruned_still', pruned);
  return g.op('If', [isDue], { then: now, else: unchanged });
}

/** The magnitude that `keep` of them exceed: by halving, as the engine has no sort that is quick on all its kinds. */
function thresholdFor(g: Graph, magnitudes: Value, keep: Value): Value {
  let low = g.constant(0);
  let high = g.reduceMax(magnitudes);
  for (let i = 0; i < HALVINGS; i++) {
    const middle = g.mul(g.add(low, high), 0.5);
    const left = g.sum(g.cast(g.greater(magnitudes, middle), 'float32'));
    const isTooLow = g.greater(left, keep);
    low = g.where(isTooLow, middle, low);
    high = g.where(isTooLow, high, middle);
  }
  return high;
}
