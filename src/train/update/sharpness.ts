import { gradients } from '../../graph/autodiff';
import type { Graph } from '../../graph/graph';
import type { SamArgs } from '../../model/optimizers';
import type { PassInputs } from '../forwardPass';
import type { ModelPlan } from '../modelPlan';
import { objective } from '../objective';
import { type Gradient, withNorm } from './gradient';
import { withoutPruned } from './pruning';

/** The gradient where the loss is highest nearby, at θ + ρ·∇L / (‖∇L‖ + 1e-12), in a second pass over the same batch with the same noise (Foret et al. 2021). */
export function gradientNearby(g: Graph, plan: ModelPlan, inputs: PassInputs, { gradient, norm }: Gradient, scalars: Map<string, number>): Gradient {
  const sam = plan.spec.wrappers.find(({ name }) => name === 'SAM')?.args as SamArgs | undefined;
  if (!sam) return { gradient, norm };
  scalars.set('sam_rho', sam.rho);
  const { params } = inputs.vectors;
  const nearby = g.add(params, g.mul(gradient, g.div(g.input('sam_rho', []), g.add(norm, 1e-12))));
  const { total } = objective(g, plan, { ...inputs, vectors: { ...inputs.vectors, params: nearby } });
  const slope = gradients(g, total, [nearby]).get(nearby.id) ?? g.fill(params, 0);
  return withNorm(g, [withoutPruned(g, plan, slope)]);
}
