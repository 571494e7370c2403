import type { EvalEvent } from '../src/train/protocol';

/** The best evaluation so far, as the run judged it: by its score, and of equal ones by its loss. */
export function bestOf(evals: readonly EvalEvent[]): EvalEvent | undefined {
  return evals.filter(({ is_best }) => is_best).at(-1);
}
