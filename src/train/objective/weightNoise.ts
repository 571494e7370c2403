import type { Graph, Value } from '../../graph/graph';
import type { ModelPlan } from '../modelPlan';
import { withoutPruned } from '../update/pruning';
import type { Feeding } from './feeding';

/** The packed vectors with noise on the trained parameters, as the forward pass of training sees them; gradients are taken at that point (Graves 2011). */
export function withWeightNoise(g: Graph, plan: ModelPlan, vectors: Record<string, Value>, feeding: Feeding): Record<string, Value> {
  const std = plan.spec.regularize.weight_noise;
  if (!std) return vectors;
  const noise = g.mul(feeding.normal('weight_noise_seed', [plan.trained.size]), feeding.scalar('weight_noise', std));
  return { ...vectors, params: g.add(vectors.params, withoutPruned(g, plan, noise)) };
}
