import { gradients } from '../../graph/autodiff';
import type { Value } from '../../graph/graph';
import { product } from '../../graph/shape';
import { unitLength } from './directions';
import type { Setting } from './setting';

/**
 * λ/2 · mean over samples of ‖J‖²_F, J = ∂output/∂x, estimated from one projection v of length 1 drawn for each sample: C·‖vᵀJ‖², C being the
 * number of outputs (Hoffman et al. 2019).
 */
export function jacobianPenalty({ g, feeding, x, forward: { output } }: Setting, strength: number): Value {
  const projection = unitLength(g, feeding.normal('jacobian projection', output.shape));
  const slope = gradients(g, g.sum(g.mul(output, projection)), [x]).get(x.id)!;
  const [batch, ...outputs] = output.shape;
  return g.mul(g.mul(g.sumSquare(slope), product(outputs) / (2 * batch)), feeding.scalar('jacobian', strength));
}
