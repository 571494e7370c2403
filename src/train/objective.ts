import type { Graph, Value } from '../graph/graph';
import type { Forward } from '../model/build';
import { type PassInputs, runModel, taskLoss, unpackVectors } from './forwardPass';
import type { ModelPlan } from './modelPlan';
import { Feeding } from './objective/feeding';
import { penalties } from './objective/penalties';

/** What a training step makes small. */
export interface Objective {
  /** Of the batch as the model sees it; its `scalars` and `seeds` are those of the whole objective. */
  forward: Forward;
  /** Without penalties. */
  taskLoss: Value;
  total: Value;
  /** What else has to be fed. */
  feeding: Pick<Feeding, 'draws' | 'held'>;
}

/** The task loss of a batch in training mode and everything that layers and `regularize` add to it. */
export function objective(g: Graph, plan: ModelPlan, inputs: PassInputs): Objective {
  const feeding = new Feeding(g);
  const values = unpackVectors(g, plan, inputs.vectors);
  const forward = runModel(g, plan, inputs.x, values, { training: true });
  const { loss } = taskLoss(g, plan.spec, forward.output, inputs.y);
  const ofLayers = forward.penalties.map(({ value, weight }) => g.mul(value, weight));
  const total = [...ofLayers, ...penalties(g, inputs.vectors.params, plan.spec, feeding)].reduce((sum, penalty) => g.add(sum, penalty), loss);
  for (const [name, value] of feeding.scalars) forward.scalars.set(name, value);
  forward.seeds.push(...feeding.seeds);
  return { forward, taskLoss: loss, total, feeding };
}
