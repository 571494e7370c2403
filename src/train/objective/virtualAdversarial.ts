import { gradients } from '../../graph/autodiff';
import type { Value } from '../../graph/graph';
import type { VatSpec } from '../../model/spec';
import { unitLength } from './directions';
import { divergence } from './divergence';
import type { Setting } from './setting';

/** Length of the move at which the power iteration looks: the gradient of a divergence is 0 at its minimum, and rounding hides it close by. */
const GLANCE = 1e-3;

/** D(f(x), f(x + r)), r of length ε along the gradient of D at a short move in a random direction: one power iteration (Miyato et al. 2018). */
export function virtualAdversarialLoss({ g, plan: { spec }, feeding, x, forward, run }: Setting, { epsilon }: VatSpec): Value {
  const distance = (move: Value) => divergence(g, spec, forward.output, run(g.add(g.detach(x), move)).output);
  const glance = g.detach(g.mul(unitLength(g, feeding.normal('vat direction', x.shape)), GLANCE));
  const steepest = gradients(g, distance(glance), [glance]).get(glance.id)!;
  return distance(g.detach(g.mul(unitLength(g, steepest), feeding.scalar('vat epsilon', epsilon))));
}
