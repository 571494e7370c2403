import { LOSSES } from '../model/losses';
import type { Problem } from '../model/problem';
import type { LayerSpec, Spec } from '../model/spec';
import { actingFromEnd } from '../model/ends';
import type { Finding, RuleId } from './finding';
import type { FixRequest } from './fix';
import { writeFix } from './writeFix';

/** A problem that keeps a model from training because it does not fit its data, as the finding that it is; undefined for any other. */
export function findingOf(problem: Problem, text: string, spec: Spec): Finding | undefined {
  const rule = ruleOf(problem, spec);
  if (!rule) return undefined;
  const { message, layer, range = spec.ranges.model, outputs } = problem;
  return {
    rule,
    level: 'error',
    place: { layer, range },
    also: [],
    step: 0,
    message,
    evidence:
      outputs === undefined
        ? { quantity: 'problems of the data with this loss', value: 1, healthy: '0' }
        : { quantity: 'outputs that the data asks for', value: outputs, healthy: 'as many as the model has' },
    fixes: requests(rule, problem, spec).flatMap((request) => writeFix(request, text, spec, []) ?? []),
  };
}

function ruleOf({ code }: Problem, spec: Spec): RuleId | undefined {
  switch (code) {
    case 'label-out-of-range':
      return 'output-width-mismatch';
    case 'target-shape':
      // Class labels of more than one number are no labels (one-hot rows); numbers have as many as the model must put out.
      return LOSSES[spec.loss.name].target === 'class' ? 'label-shape-or-range' : 'output-width-mismatch';
    case 'negative-label':
      return 'label-shape-or-range';
    case 'non-integer-label':
    case 'too-many-classes':
      return 'loss-mismatch';
    default:
      return undefined;
  }
}

function requests(rule: RuleId, { outputs }: Problem, spec: Spec): FixRequest[] {
  if (rule === 'loss-mismatch') return [{ kind: 'use-loss', name: 'MSELoss' }];
  const last = lastLinear(spec.model);
  return last && outputs !== undefined ? [{ kind: 'set-layer-argument', layer: last.name, argument: 'out_features', value: outputs }] : [];
}

/** The layer that makes the outputs, where it can have any number of them. */
const lastLinear = (model: readonly LayerSpec[]): LayerSpec | undefined => {
  const last = actingFromEnd(model).find(({ type }) => !['Softmax', 'LogSoftmax', 'Sigmoid', 'Tanh', 'ReLU'].includes(type));
  return last?.type === 'Linear' ? last : undefined;
};
