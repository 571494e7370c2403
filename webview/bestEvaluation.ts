import type { EvalEvent } from '../src/train/protocol';

/** The best evaluation so far, as the run judged it: by its score, and of equal ones by its loss. */
export function bestOf(evals: readonly EvalEvent[]): EvalEvent | undefined {
  return evals.filter(({ is_best }) => is_best).at(-1);
}

/** What the best one is the best by: `validation accuracy`, `training R²`; where there is no score, the loss. */
export function bestBy({ val_loss, train_accuracy, train_r2 }: EvalEvent): string {
  const score = train_accuracy !== undefined ? 'accuracy' : train_r2 !== undefined ? 'R²' : 'loss';
  return `${val_loss === undefined ? 'training' : 'validation'} ${score}`;
}
