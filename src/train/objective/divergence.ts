import type { Graph, Value } from '../../graph/graph';
import { product } from '../../graph/shape';
import { LOSSES } from '../../model/losses';
import type { Spec } from '../../model/spec';
import { classDimOf } from '../forwardPass';

/** Whether predictions are distributions: those of a divergence have a temperature. */
export const isDistribution = ({ loss }: Spec): boolean => !['r2', 'signs', 'neighbours'].includes(LOSSES[loss.name].score);

/**
 * How far predictions are from those that are taken for true: the Kullback–Leibler divergence KL(p ‖ q) of classes, summed over labels where each
 * is yes or no, averaged over samples (and the positions of a sequence); where numbers are predicted the mean squared difference.
 * @param truth an output of the model, a constant for the gradient.
 * @param temperature divides logits.
 */
export function divergence(g: Graph, spec: Spec, truth: Value, output: Value, temperature?: Value): Value {
  const { loss } = spec;
  const { score, prediction } = LOSSES[loss.name];
  const classDim = classDimOf(spec, output);
  const soft = (logits: Value) => (temperature ? g.div(logits, temperature) : logits);
  const fixed = g.detach(truth);
  switch (score) {
    case 'accuracy': {
      // Of log-probabilities the log-softmax is themselves.
      const [p, q] = [fixed, output].map((v) => g.logSoftmax(soft(v), classDim));
      return g.div(g.sum(g.mul(g.exp(p), g.sub(p, q))), product(output.shape) / output.shape[classDim]);
    }
    case 'binary-accuracy-logits':
      return binary(g, soft(fixed), soft(output));
    case 'binary-accuracy': {
      const logits = (p: Value) => {
        const inner = g.min(g.max(p, 1e-6), 1 - 1e-6);
        return g.log(g.div(inner, g.sub(1, inner)));
      };
      return binary(g, soft(logits(fixed)), soft(logits(output)));
    }
    case 'r2':
    case 'signs':
    case 'neighbours': {
      const [a, b] = [fixed, output].map((v) => prediction?.(g, v, loss.args, classDim) ?? v);
      return g.mean(g.square(g.sub(b, a)));
    }
  }
}

/** Σ over labels of KL between two coins, from logits, averaged over samples. */
function binary(g: Graph, truth: Value, output: Value): Value {
  const logSigmoid = (z: Value) => g.sub(g.min(z, 0), g.log(g.add(g.exp(g.neg(g.abs(z))), 1)));
  const ofSide = (a: Value, b: Value) => g.mul(g.sigmoid(a), g.sub(logSigmoid(a), logSigmoid(b)));
  const both = g.add(ofSide(truth, output), ofSide(g.neg(truth), g.neg(output)));
  return g.div(g.sum(both), output.shape[0]);
}
