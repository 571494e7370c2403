import type { Rule } from '../rule';
import type { RuleId } from '../finding';

/** To be written. */
const stub: Rule = { title: '', from: 'training', because: '', formula: '', reference: '', healthy: '', follows: [], check: () => undefined };

export const outputs: Pick<
  Record<RuleId, Rule>,
  'output-activation-mismatch' | 'output-width-mismatch' | 'loss-mismatch' | 'loss-reduction-sum' | 'label-shape-or-range'
> = {
  'output-activation-mismatch': stub,
  'output-width-mismatch': stub,
  'loss-mismatch': stub,
  'loss-reduction-sum': stub,
  'label-shape-or-range': stub,
};
