import type { Graph, Value } from '../graph/graph';
import { product, type Shape } from '../graph/shape';
import { buildForward, type Forward } from '../model/build';
import { LOSSES, targetShape } from '../model/losses';
import { fail, ProblemError } from '../model/problem';
import type { Spec } from '../model/spec';
import { type ModelPlan, splitPack } from './modelPlan';

/** What a pass through the model takes: a batch, and the packed vectors by their names (`params`, `frozen`, `buffers`; none of them empty). */
export interface PassInputs {
  x: Value;
  y: Value;
  vectors: Record<string, Value>;
}

export function inputsOf(g: Graph, plan: ModelPlan, batch: number): PassInputs {
  const packs = { params: plan.trained, frozen: plan.frozen, buffers: plan.buffers };
  const kept = Object.entries(packs).filter(([, { size }]) => size > 0);
  const isClass = LOSSES[plan.spec.loss.name].target === 'class';
  return {
    vectors: Object.fromEntries(kept.map(([name, { size }]) => [name, g.input(name, [size])])),
    x: g.input('x', [batch, ...plan.sample]),
    y: g.input('y', [batch, ...plan.target], isClass ? 'int32' : 'float32'),
  };
}

/** The forward pass and task loss, and the parameters and buffers by name. */
export function forwardPass(g: Graph, plan: ModelPlan, { x, y, vectors }: PassInputs, training: boolean) {
  const values = new Map<string, Value>();
  for (const [name, { items }] of Object.entries({ params: plan.trained, frozen: plan.frozen, buffers: plan.buffers })) {
    if (!items.length) continue;
    const parts = splitPack(g, vectors[name], items);
    items.forEach((item, i) => values.set(item.name, g.reshape(parts[i], item.shape)));
  }
  const lookUp = ({ name }: { name: string }) => values.get(name)!;
  const forward = buildForward(g, plan.spec, x, { training, parameter: lookUp, buffer: lookUp });
  return { values, forward, ...taskLoss(g, plan.spec, forward, y) };
}

/** What a training step makes small. */
export interface Objective {
  forward: Forward;
  /** Without penalties. */
  taskLoss: Value;
  total: Value;
}

/** The task loss of a batch in training mode and everything that `regularize` adds to it. */
export function objective(g: Graph, plan: ModelPlan, inputs: PassInputs): Objective {
  const { forward, loss } = forwardPass(g, plan, inputs, true);
  const total = penalties(g, inputs.vectors.params, plan.spec, forward.scalars).reduce((sum, penalty) => g.add(sum, penalty), loss);
  return { forward, taskLoss: loss, total };
}

/** The loss, and the target in the shape that the loss wants. */
function taskLoss(g: Graph, spec: Spec, { output }: Forward, y: Value) {
  const rule = LOSSES[spec.loss.name];
  const classDim = spec.data.task === 'sequence' ? output.shape.length - 1 : 1;
  try {
    if (rule.target === 'class' && output.shape.length <= classDim) fail('target-shape', `The model's output has no dimension of classes`);
    const wanted = targetShape(rule, output.shape, classDim);
    const withoutOnes = (s: Shape) =>
      s
        .slice(1)
        .filter((n) => n !== 1)
        .join('×') || '1';
    if (withoutOnes(wanted) !== withoutOnes(y.shape))
      fail(
        'target-shape',
        `\`${spec.loss.name}\` needs a target of ${withoutOnes(wanted)} a sample for this model's output of ${withoutOnes(output.shape)}, but the data's target is ${withoutOnes(y.shape)}`,
        rule.target === 'number' && output.shape.length === 2 ? { outputs: product(y.shape.slice(1)) } : {},
      );
    const target = g.reshape(y, wanted);
    return { loss: rule.build(g, output, target, spec.loss.args, classDim), target, classDim };
  } catch (error) {
    if (error instanceof ProblemError && !error.problem.range) throw new ProblemError({ ...error.problem, range: spec.loss.range });
    throw error;
  }
}

/** Σ|w| and Σw² over every trained parameter, as far as the file asks for them. */
function penalties(g: Graph, params: Value, spec: Spec, scalars: Map<string, number>): Value[] {
  const { l1, l2 } = spec.regularize;
  const weighted = (name: string, value: number, norm: Value) => {
    scalars.set(name, value);
    return g.mul(norm, g.input(name, []));
  };
  return [...(l1 ? [weighted('l1', l1, g.sum(g.abs(params)))] : []), ...(l2 ? [weighted('l2', l2, g.sumSquare(params))] : [])];
}
