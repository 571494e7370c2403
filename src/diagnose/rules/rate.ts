import type { Rule } from '../rule';
import type { RuleId } from '../finding';

/** To be written. */
const stub: Rule = { title: '', from: 'training', because: '', formula: '', reference: '', healthy: '', follows: [], check: () => undefined };

export const rate: Pick<Record<RuleId, Rule>, 'lr-too-high' | 'lr-too-low' | 'loss-diverging' | 'oscillating-loss'> = {
  'lr-too-high': stub,
  'lr-too-low': stub,
  'loss-diverging': stub,
  'oscillating-loss': stub,
};
