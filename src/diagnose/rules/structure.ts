import type { Rule } from '../rule';
import type { RuleId } from '../finding';

/** To be written. */
const stub: Rule = { title: '', from: 'training', because: '', formula: '', reference: '', healthy: '', follows: [], check: () => undefined };

export const structure: Pick<Record<RuleId, Rule>, 'missing-nonlinearity' | 'frozen-layer' | 'bias-before-batchnorm' | 'batch-too-small'> = {
  'missing-nonlinearity': stub,
  'frozen-layer': stub,
  'bias-before-batchnorm': stub,
  'batch-too-small': stub,
};
