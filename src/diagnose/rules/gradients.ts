import type { Rule } from '../rule';
import type { RuleId } from '../finding';

/** To be written. */
const stub: Rule = { title: '', from: 'training', because: '', formula: '', reference: '', healthy: '', follows: [], check: () => undefined };

export const gradients: Pick<
  Record<RuleId, Rule>,
  'vanishing-gradient' | 'exploding-gradient' | 'exploding-activations' | 'zero-gradient' | 'non-finite'
> = {
  'vanishing-gradient': stub,
  'exploding-gradient': stub,
  'exploding-activations': stub,
  'zero-gradient': stub,
  'non-finite': stub,
};
