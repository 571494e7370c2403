import type { RuleId } from '../finding';
import type { Rule } from '../rule';
import { data } from './data';
import { fit } from './fit';
import { gradients } from './gradients';
import { initialisation } from './initialisation';
import { outputs } from './outputs';
import { rate } from './rate';
import { regularisation } from './regularisation';
import { structure } from './structure';
import { units } from './units';

/** All rules: an id without its record does not compile. */
export const RULES: Record<RuleId, Rule> = {
  ...data,
  ...outputs,
  ...structure,
  ...initialisation,
  ...rate,
  ...gradients,
  ...units,
  ...fit,
  ...regularisation,
};
