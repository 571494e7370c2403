import type { Graph, Value } from '../../graph/graph';
import type { Forward } from '../../model/build';
import { fail } from '../../model/problem';
import type { RegularizeSpec } from '../../model/spec';
import type { ModelPlan } from '../modelPlan';
import type { Feeding } from './feeding';

/** What parts of an objective are made of. */
export interface Setting {
  g: Graph;
  plan: ModelPlan;
  feeding: Feeding;
  /** The batch that the model is trained on, and what it makes of it. */
  x: Value;
  forward: Forward;
  /** The model with the same weights and the same noise over another batch. What running statistics become is told by `forward` alone. */
  run: (x: Value) => Forward;
  /** The task loss of an output. */
  lossOf: (output: Value) => Value;
}

const NEED_NUMBERS = ['mixup', 'cutmix', 'adversarial', 'vat', 'jacobian'] as const satisfies (keyof RegularizeSpec)[];

/** Between two tokens there is nothing: strategies that change samples a little need samples of numbers. */
export function checkNumbers({ g, plan: { spec }, x, forward }: Setting): void {
  const key = NEED_NUMBERS.find((name) => spec.regularize[name]);
  if (!key) return;
  const reached = new Set([x.id]);
  for (const { op, inputs, outputs } of g.nodes)
    if (op !== 'Cast' && inputs.some(({ id }) => reached.has(id))) for (const { id } of outputs) reached.add(id);
  if (reached.has(forward.output.id)) return;
  const other = key === 'mixup' || key === 'cutmix' ? ' `manifold_mixup` mixes what layers make of them.' : '';
  fail('needs-numbers', `\`${key}\` changes samples by a little, but these are whole numbers of tokens for an \`Embedding\`.${other}`, {
    range: spec.regularize.ranges[key],
  });
}
