import type { Graph, Value } from '../graph/graph';
import type { Forward } from '../model/build';
import { type PassInputs, runModel, unpackVectors } from './forwardPass';
import type { ModelPlan } from './modelPlan';
import { withAdversaries } from './objective/adversarial';
import { withTeacher } from './objective/distillation';
import { Feeding } from './objective/feeding';
import { jacobianPenalty } from './objective/jacobian';
import { mixedBatch } from './objective/mixing';
import { penalties } from './objective/penalties';
import { checkNumbers, type Setting } from './objective/setting';
import { virtualAdversarialLoss } from './objective/virtualAdversarial';
import { withWeightNoise } from './objective/weightNoise';

/** What a training step makes small. */
export interface Objective {
  /** Of the batch as the model sees it; its `scalars` and `seeds` are those of the whole objective. */
  forward: Forward;
  /** Of the batch as it is trained on, mixed or not; without penalties, other batches and a teacher. */
  taskLoss: Value;
  total: Value;
  /** What else has to be fed. */
  feeding: Pick<Feeding, 'draws' | 'held'>;
}

/** The task loss of a batch in training mode and everything that layers and `regularize` add to it. */
export function objective(g: Graph, plan: ModelPlan, inputs: PassInputs): Objective {
  const feeding = new Feeding(g);
  const values = unpackVectors(g, plan, withWeightNoise(g, plan, inputs.vectors, feeding));
  const { x, between, lossOf } = mixedBatch(g, plan, inputs, feeding);
  const run = (batch: Value) => runModel(g, plan, batch, values, { training: true, between });
  const forward = run(x);
  const taskLoss = lossOf(forward.output);
  const { adversarial, vat, jacobian, distill } = plan.spec.regularize;
  const setting: Setting = { g, plan, feeding, x, forward, run, lossOf };
  checkNumbers(setting);
  let goal = adversarial ? withAdversaries(setting, adversarial, taskLoss) : taskLoss;
  if (distill && plan.teacher) goal = withTeacher(setting, plan.teacher, distill, goal);
  const added = [...(vat ? [virtualAdversarialLoss(setting, vat)] : []), ...(jacobian ? [jacobianPenalty(setting, jacobian)] : [])];
  const ofLayers = forward.penalties.map(({ value, weight }) => g.mul(value, weight));
  const total = [...added, ...ofLayers, ...penalties(g, inputs.vectors.params, plan.spec, feeding)].reduce(
    (sum, penalty) => g.add(sum, penalty),
    goal,
  );
  for (const [name, value] of feeding.scalars) forward.scalars.set(name, value);
  forward.seeds.push(...feeding.seeds);
  return { forward, taskLoss, total, feeding };
}
