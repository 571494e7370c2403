import { Graph, type Value } from '../../graph/graph';
import type { DistillSpec } from '../../model/spec';
import { runModel, unpackVectors } from '../forwardPass';
import type { Teacher } from '../teacher';
import { divergence, isDistribution } from './divergence';
import type { Feeding } from './feeding';
import type { Setting } from './setting';

/**
 * (1 − α)·L + α·T²·KL(softmax(z_teacher/T) ‖ softmax(z/T)): the square of the temperature keeps the gradients of soft targets as large as those of hard
 * ones (Hinton et al. 2015). Where numbers are predicted: (1 − α)·L + α·mean (ŷ_teacher − ŷ)².
 */
export function withTeacher(
  { g, plan: { spec }, feeding, x, forward }: Setting,
  teacher: Teacher,
  { temperature, alpha }: DistillSpec,
  loss: Value,
): Value {
  const weight = feeding.scalar('distill alpha', alpha);
  const softness = isDistribution(spec) ? feeding.scalar('distill temperature', temperature) : undefined;
  const distance = divergence(g, spec, teacherOutput(g, teacher, x, feeding), forward.output, softness);
  const soft = softness ? g.mul(distance, g.square(softness)) : distance;
  return g.add(g.mul(loss, g.sub(1, weight)), g.mul(soft, weight));
}

/** What the teacher predicts in evaluation mode. Its inputs have names of their own: its layers may be called as this model's are. */
function teacherOutput(g: Graph, { plan, vectors }: Teacher, x: Value, feeding: Feeding): Value {
  const own = (name: string) => `teacher ${name}`;
  const view = new Graph();
  view.multi = (op, inputs, attrs) => g.multi(op, inputs, attrs);
  view.input = (name, shape, dtype) => g.input(own(name), shape, dtype);
  const held = Object.entries(vectors).map(([name, data]) => [name, feeding.hold(own(name), data)] as const);
  const { output, scalars } = runModel(view, plan, g.detach(x), unpackVectors(view, plan, Object.fromEntries(held)), { training: false });
  for (const [name, value] of scalars) feeding.scalars.set(own(name), value);
  return output;
}
