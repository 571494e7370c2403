import type { Outcome } from '../src/train/outcome';

type Dot = NonNullable<Outcome['regression']>[number];

export interface RegressionScore {
  /** 1 − squared error / squared deviation of the targets from their mean; null: not finite; undefined: the targets are all the same. */
  r2: number | null | undefined;
  /** Root of the mean squared error, in units of the target. */
  rmse: number | null;
  /** Predictions that are not finite. */
  broken: number;
}

/** How well the predictions on show fit. One that is not finite spoils all, as it does the loss. */
export function regressionScore(dots: readonly Dot[]): RegressionScore {
  const broken = dots.filter(({ prediction }) => prediction === null).length;
  if (broken > 0 || dots.length === 0) return { r2: dots.length === 0 ? undefined : null, rmse: null, broken };
  const mean = dots.reduce((sum, { target }) => sum + target, 0) / dots.length;
  const error = dots.reduce((sum, { target, prediction }) => sum + (target - prediction!) ** 2, 0);
  const variation = dots.reduce((sum, { target }) => sum + (target - mean) ** 2, 0);
  return { r2: variation > 0 ? 1 - error / variation : undefined, rmse: Math.sqrt(error / dots.length), broken };
}
