import type { Graph, Value } from '../../graph/graph';
import { LOSSES } from '../../model/losses';
import { fail } from '../../model/problem';
import type { RegularizeSpec, Spec } from '../../model/spec';
import { taskLoss } from '../forwardPass';
import type { Draw, Feeding } from './feeding';

/** Every sample's partner: a permutation of the batch. */
export function partnersOf(feeding: Feeding, batch: number): Value {
  const fill: Draw['fill'] = (numbers, random) => numbers.set(random.permutation(batch));
  return feeding.drawn('mixing partners', { shape: [batch], dtype: 'int32', fill });
}

/** The samples in the places of their partners. */
export const ofPartners = (g: Graph, x: Value, partners: Value): Value => g.op('Gather', [x, partners]);

/**
 * λ·L(ŷ, y) + (1 − λ)·L(ŷ, y′); where numbers are predicted the loss of the mixed targets.
 * @param share λ: how much of a sample is its own.
 */
export function mixedLoss(g: Graph, spec: Spec, y: Value, partners: Value, share: Value, key: keyof RegularizeSpec): (output: Value) => Value {
  const { score } = LOSSES[spec.loss.name];
  if (score === 'neighbours')
    fail(
      'strategy-without-loss',
      `\`${key}\` mixes samples, and \`${spec.loss.name}\` asks whether two of them are of one class. Use another loss.`,
      {
        range: spec.regularize.ranges[key],
      },
    );
  const others = ofPartners(g, y, partners);
  const mix = (own: Value, other: Value) => g.add(g.mul(own, share), g.mul(other, g.sub(1, share)));
  const lossOf = (output: Value, target: Value) => taskLoss(g, spec, output, target).loss;
  if (score === 'r2') return (output) => lossOf(output, mix(y, others));
  return (output) => mix(lossOf(output, y), lossOf(output, others));
}
