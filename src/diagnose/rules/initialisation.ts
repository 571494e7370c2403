import type { Rule } from '../rule';
import type { RuleId } from '../finding';

/** To be written. */
const stub: Rule = { title: '', from: 'training', because: '', formula: '', reference: '', healthy: '', follows: [], check: () => undefined };

export const initialisation: Pick<Record<RuleId, Rule>, 'symmetric-init' | 'poor-init-scale' | 'initial-loss-too-high'> = {
  'symmetric-init': stub,
  'poor-init-scale': stub,
  'initial-loss-too-high': stub,
};
