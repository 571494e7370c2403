import type { Graph, Value } from '../graph/graph';
import { product, type Shape } from '../graph/shape';
import { buildForward, type BuildOptions, type Forward } from '../model/build';
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

/** The packed vectors of a model that are not empty, by the names of their inputs. */
export const packsOf = ({ trained, frozen, buffers }: ModelPlan) =>
  Object.entries({ params: trained, frozen, buffers }).filter(([, { size }]) => size > 0);

/** @param parts inputs that the trained parameters come in, one for each, flat; absent: they come as one vector. */
export function inputsOf(g: Graph, plan: ModelPlan, batch: number, parts?: readonly Value[]): PassInputs {
  const vector = (name: string, size: number) => (parts && name === 'params' ? g.concat(parts, 0) : g.input(name, [size]));
  const isClass = LOSSES[plan.spec.loss.name].target === 'class';
  return {
    vectors: Object.fromEntries(packsOf(plan).map(([name, { size }]) => [name, vector(name, size)])),
    x: g.input('x', [batch, ...plan.sample]),
    y: g.input('y', [batch, ...plan.target], isClass ? 'int32' : 'float32'),
  };
}

/** Parameters and buffers by their state_dict names. */
export function unpackVectors(g: Graph, plan: ModelPlan, vectors: Record<string, Value>): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, { items }] of packsOf(plan)) {
    const parts = splitPack(g, vectors[name], items);
    items.forEach((item, i) => values.set(item.name, g.reshape(parts[i], item.shape)));
  }
  return values;
}

/** The model over `x`, its parameters and buffers taken from `values`. */
export function runModel(
  g: Graph,
  plan: ModelPlan,
  x: Value,
  values: ReadonlyMap<string, Value>,
  options: Pick<BuildOptions, 'training' | 'between'>,
): Forward {
  const lookUp = ({ name }: { name: string }) => values.get(name)!;
  return buildForward(g, plan.spec, x, { ...options, parameter: lookUp, buffer: lookUp, nodeGraph: plan.nodeGraph });
}

/** The forward pass and task loss, and the parameters and buffers by name. */
export function forwardPass(g: Graph, plan: ModelPlan, { x, y, vectors }: PassInputs, training: boolean) {
  const values = unpackVectors(g, plan, vectors);
  const forward = runModel(g, plan, x, values, { training });
  return { values, forward, ...taskLoss(g, plan.spec, forward.output, y) };
}

/** The dimension of the output that holds the classes. */
export const classDimOf = ({ data }: Spec, output: Value): number => (data.task === 'sequence' ? output.shape.length - 1 : 1);

/** The loss, and the target in the shape that the loss wants. */
export function taskLoss(g: Graph, spec: Spec, output: Value, y: Value) {
  const rule = LOSSES[spec.loss.name];
  const classDim = classDimOf(spec, output);
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
