import { gradients } from '../../graph/autodiff';
import type { Value } from '../../graph/graph';
import type { AdversarialSpec } from '../../model/spec';
import type { Setting } from './setting';

/** Madry et al. 2018: as long together as two and a half times the way, so that the border can be reached from anywhere. */
const REACH = 2.5;

/** Madry et al. 2018, for CIFAR-10. */
const STEPS = 7;

/**
 * ½·L(x) + ½·L(x + δ), δ the move within ±ε that makes the loss large: one step along the sign of its gradient (Goodfellow et al. 2015), or several
 * from a random start, each cut to ±ε (Madry et al. 2018). δ is a constant for the gradient.
 */
export function withAdversaries(setting: Setting, { epsilon, method, steps = STEPS }: AdversarialSpec, loss: Value): Value {
  const { g, feeding, x, run, lossOf } = setting;
  const most = feeding.scalar('adversarial epsilon', epsilon);
  const uphill = (value: Value, at: Value) => g.sign(gradients(g, value, [at]).get(at.id)!);
  const moved = (delta: Value) => g.detach(g.add(x, delta));
  let delta: Value;
  if (method === 'fgsm') delta = g.mul(uphill(loss, x), most);
  else {
    delta = g.mul(g.sub(g.mul(feeding.uniform('adversarial start', x.shape), 2), 1), most);
    const length = g.mul(most, REACH / steps);
    for (let i = 0; i < steps; i++) {
      const at = moved(delta);
      const next = g.add(delta, g.mul(uphill(lossOf(run(at).output), at), length));
      delta = g.max(g.min(next, most), g.neg(most));
    }
  }
  return g.mul(g.add(loss, lossOf(run(moved(delta)).output)), 0.5);
}
