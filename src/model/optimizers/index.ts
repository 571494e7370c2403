import { adamFamily } from './adam';
import { descentFamily } from './descent';
import type { OptimizerRule } from './optimizer';

export type { OptimizerRule, UpdateContext } from './optimizer';

export const OPTIMIZER_NAMES = ['SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad', 'Adadelta', 'Adamax', 'NAdam', 'RAdam', 'Lion'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

/** All optimizers: a name without its record does not compile. */
export const OPTIMIZERS: Record<OptimizerName, OptimizerRule> = { ...descentFamily, ...adamFamily };
