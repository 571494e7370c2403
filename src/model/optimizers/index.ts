import { adamFamily } from './adam';
import { descentFamily } from './descent';
import type { OptimizerRule } from './optimizer';

export type { OptimizerRule, UpdateContext } from './optimizer';
export { type LookaheadArgs, type SamArgs, WRAPPER_NAMES, type WrapperName, WRAPPERS } from './wrappers';

export const OPTIMIZER_NAMES = ['Adam', 'AdamW', 'Adamax', 'NAdam', 'RAdam', 'Lion', 'SGD', 'RMSprop', 'Adagrad', 'Adadelta'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

/** All optimizers: a name without its record does not compile. */
export const OPTIMIZERS: Record<OptimizerName, OptimizerRule> = { ...adamFamily, ...descentFamily };
