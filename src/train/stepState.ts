import { OPTIMIZERS } from '../model/optimizers';
import type { Spec } from '../model/spec';
import { builtArgs } from './optimizerArgs';

/** State of a step beside the optimizer's, one number for every trained one. None has the name of an optimizer's state. */
export type KeptState = 'slow' | 'ema' | 'pruned';

interface KeptRule {
  isKept: (spec: Spec) => boolean;
  /** What it starts as. */
  start: 'zero' | 'weights';
}

const KEPT_STATE: Record<KeptState, KeptRule> = {
  /** Lookahead's slow weights. */
  slow: { isKept: ({ wrappers }) => wrappers.some(({ name }) => name === 'Lookahead'), start: 'weights' },
  /** The moving average of the weights. */
  ema: { isKept: ({ train }) => train.ema !== undefined, start: 'weights' },
  /** 1 where a weight is pruned. */
  pruned: { isKept: ({ train }) => train.prune !== undefined, start: 'zero' },
};

const KEPT_NAMES = Object.keys(KEPT_STATE) as KeptState[];

const isKeptState = (name: string): name is KeptState => Object.hasOwn(KEPT_STATE, name);

/** Whether a state that is not there yet starts as the weights; as 0 otherwise. */
export const startsAsWeights = (name: string): boolean => isKeptState(name) && KEPT_STATE[name].start === 'weights';

/** Names of the state that a model's steps keep: the optimizer's by PyTorch's names, and what goes along with it. */
export function stateOf(spec: Spec): { optimizer: string[]; kept: KeptState[] } {
  return {
    optimizer: OPTIMIZERS[spec.optimizer.name].state(builtArgs(spec)),
    kept: KEPT_NAMES.filter((name) => KEPT_STATE[name].isKept(spec)),
  };
}
