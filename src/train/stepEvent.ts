import { readSlot } from '../graph/stats';
import type { LayerStats, ParamStats, StepEvent } from './protocol';
import type { StepGraph } from './stepGraph';

/** A step that is about to be run, as events tell of it. */
export interface StepMoment {
  step: number;
  lr: number;
  wantsStatistics: boolean;
}

/** @param metrics of one step, as the graph puts them out. */
export function stepEvent({ step, lr }: StepMoment, metrics: Float32Array): StepEvent {
  const [loss, total_loss, grad_norm] = [...metrics].map((n) => (Number.isFinite(n) ? n : null));
  return { type: 'step', step, loss, total_loss, lr, grad_norm };
}

/** The flat vector as the tree that its slots' paths describe, with what follows from other numbers added. */
export function statistics({ slots, layers }: StepGraph, vector: Float32Array): Pick<StepEvent, 'layers' | 'params'> {
  // Layers are named by the user: `constructor` must not find anything there.
  const empty = () => Object.create(null) as object;
  const tree = { layers: empty(), params: empty() } as { layers: Record<string, LayerStats>; params: Record<string, ParamStats> };
  for (const slot of slots) {
    let at = tree as unknown as Record<string, Record<string, unknown>>;
    for (const key of slot.path.slice(0, -1)) at = (at[key] ??= {}) as typeof at;
    at[slot.path[slot.path.length - 1]] = readSlot(slot, vector) as never;
  }
  for (const { name, watch, output, unitAxis } of layers) if (watch === 'rectifier') tree.layers[name].units = output.shape[unitAxis];
  for (const stats of Object.values(tree.params)) {
    const { update_l2, weight } = stats;
    stats.update_ratio = update_l2 === null || !weight.l2 ? null : update_l2 / weight.l2;
  }
  return tree;
}
