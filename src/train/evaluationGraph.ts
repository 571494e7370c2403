import { Graph, type Value } from '../graph/graph';
import { lower } from '../graph/lower';
import { LOSSES, neighboursAlike } from '../model/losses';
import type { ModelPlan } from './modelPlan';
import { forwardPass, inputsOf } from './forwardPass';

/** A lowered graph of the task loss in evaluation mode, and of what the score is made of: correct predictions, or Σ(y − ŷ)². */
export function buildEvaluation(plan: ModelPlan, batch: number): Graph {
  const g = new Graph();
  const { loss, forward, target, classDim } = forwardPass(g, plan, inputsOf(g, plan, batch), false);
  const { output } = forward;
  g.output(
    'metrics',
    g.concat(
      [loss, score(g, plan, output, target, classDim)].map((v) => g.reshape(v, [1])),
      0,
    ),
  );
  return lower(g);
}

function score(g: Graph, plan: ModelPlan, output: Value, target: Value, classDim: number): Value {
  const hits = (right: Value) => g.sum(g.cast(right, 'float32'));
  const sides = (threshold: number) => hits(g.equal(g.cast(g.greater(output, threshold), 'float32'), g.cast(g.greater(target, 0.5), 'float32')));
  switch (LOSSES[plan.spec.loss.name].score) {
    case 'accuracy':
      return hits(g.equal(g.cast(g.op('ArgMax', [output], { axis: classDim }), 'int32'), target));
    case 'binary-accuracy-logits':
    case 'signs':
      return sides(0);
    case 'binary-accuracy':
      return sides(0.5);
    case 'neighbours':
      return neighboursAlike(g, output, target);
    case 'r2': {
      const { name, args } = plan.spec.loss;
      return g.sumSquare(g.sub(LOSSES[name].prediction?.(g, output, args, classDim) ?? output, target));
    }
  }
}
