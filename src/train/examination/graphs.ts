import { gradients } from '../../graph/autodiff';
import { Graph, type Value } from '../../graph/graph';
import { lower } from '../../graph/lower';
import type { BuiltLayer } from '../../model/build';
import type { ModelPlan } from '../modelPlan';
import { forwardPass, inputsOf } from '../forwardPass';

/** Output `prediction`: of the model, in evaluation mode. */
export function buildPrediction(plan: ModelPlan, batch: number): Graph {
  const g = new Graph();
  g.output('prediction', forwardPass(g, plan, inputsOf(g, plan, batch), false).forward.output);
  return lower(g);
}

/** The output that has the units of a layer; `constructor` is a name for a layer. */
export const unitsOf = (layer: string): string => `units of ${layer}`;

/** Outputs `unitsOf(name)`: the first `most` units of each of the layers. */
export function buildUnits(plan: ModelPlan, batch: number, names: readonly string[], most: number): Graph {
  const g = new Graph();
  const { layers } = forwardPass(g, plan, inputsOf(g, plan, batch), false).forward;
  for (const { name, output } of layers.filter((layer) => names.includes(layer.name)))
    g.output(unitsOf(name), output.shape[1] > most ? g.slice(output, 1, 0, most) : output);
  return lower(g);
}

/**
 * What of an image speaks for one of the logits: for Σ picked·logit, `picked` being an input with the logits' shape.
 * Outputs `saliency` (batch × H × W): the largest |∂/∂ input| of the channels; `grad_cam` (of the last Conv2d's size), where there is such a layer:
 * relu(Σ_k α_k A_k) of its output A, α_k being the mean of ∂/∂A_k over all positions.
 */
export function buildExplanation(plan: ModelPlan, batch: number, ofClass: boolean): Graph {
  const g = new Graph();
  const inputs = inputsOf(g, plan, batch);
  const { x } = inputs;
  const { forward } = forwardPass(g, plan, inputs, false);
  const logit = ofClass ? logitsOf(forward.output) : forward.output;
  const total = g.sum(g.mul(logit, g.input('picked', logit.shape)));
  const seen = forward.layers.filter(isConvolution).at(-1)?.output;
  const grads = gradients(g, total, seen ? [x, seen] : [x]);
  const [ofInput, ofSeen] = [grads.get(x.id), seen && grads.get(seen.id)];
  if (ofInput) g.output('saliency', g.reduceMax(g.abs(ofInput), [1]));
  if (seen && ofSeen) g.output('grad_cam', g.relu(g.sum(g.mul(g.mean(ofSeen, [2, 3], true), seen), [1])));
  return lower(g);
}

export const isConvolution = ({ spec }: BuiltLayer): boolean => spec.type === 'Conv2d';

/** What comes into the Softmax, LogSoftmax or Sigmoid that a model ends in. */
function logitsOf(output: Value): Value {
  const { op, inputs } = output.node;
  if (op === 'Identity') return logitsOf(inputs[0]);
  return op === 'Softmax' || op === 'LogSoftmax' || op === 'Sigmoid' ? inputs[0] : output;
}
