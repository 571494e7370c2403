import type { Rule } from '../rule';
import type { RuleId } from '../finding';

/** To be written. */
const stub: Rule = { title: '', from: 'training', because: '', formula: '', reference: '', healthy: '', follows: [], check: () => undefined };

export const fit: Pick<
  Record<RuleId, Rule>,
  'loss-plateau' | 'undertrained' | 'overfitting' | 'underfitting' | 'over-regularized' | 'excess-dropout' | 'train-eval-mismatch'
> = {
  'loss-plateau': stub,
  undertrained: stub,
  overfitting: stub,
  underfitting: stub,
  'over-regularized': stub,
  'excess-dropout': stub,
  'train-eval-mismatch': stub,
};
