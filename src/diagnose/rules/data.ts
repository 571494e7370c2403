import type { Rule } from '../rule';
import type { RuleId } from '../finding';

/** To be written. */
const stub: Rule = { title: '', from: 'training', because: '', formula: '', reference: '', healthy: '', follows: [], check: () => undefined };

export const data: Pick<
  Record<RuleId, Rule>,
  'input-not-normalized' | 'target-not-normalized' | 'class-imbalance' | 'validation-overlaps-train' | 'labels-uncorrelated'
> = {
  'input-not-normalized': stub,
  'target-not-normalized': stub,
  'class-imbalance': stub,
  'validation-overlaps-train': stub,
  'labels-uncorrelated': stub,
};
