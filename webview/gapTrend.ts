import type { EvalEvent } from '../src/train/protocol';

/** How the generalisation gap has moved over the latest evaluations. */
export interface GapTrend {
  direction: 'growing' | 'shrinking' | 'steady';
  /** Change of the gap per `steps` steps. */
  change: number;
  steps: number;
}

/** The latest evaluations that are looked at: a third of them, within these bounds. */
const FEWEST = 4;
const MOST = 20;

/** A change of less than this share of the validation loss is none, however sure it is. */
const SMALLEST_SHARE = 0.01;

/**
 * Least-squares slope of the gap over the latest evaluations. `steady` where it lies within two standard errors of zero, or where all of it
 * is a hundredth of the validation loss. Undefined while there are too few evaluations, and where the gap is no number any more.
 */
export function gapTrend(evals: readonly EvalEvent[]): GapTrend | undefined {
  const gaps = evals.flatMap(({ step, gap }) => (typeof gap === 'number' ? [{ x: step, y: gap }] : []));
  const latest = gaps.slice(-Math.min(MOST, Math.max(FEWEST, Math.ceil(gaps.length / 3))));
  if (evals.at(-1)?.gap === null) return undefined;
  const [first, last] = [latest[0], latest[latest.length - 1]];
  if (latest.length < FEWEST || first.x === last.x) return undefined;
  const { slope, error } = fitLine(latest);
  const span = last.x - first.x;
  const valLoss = Math.abs(evals.filter(({ val_loss }) => typeof val_loss === 'number').at(-1)?.val_loss ?? 0);
  const isSteady = Math.abs(slope) <= 2 * error || Math.abs(slope) * span <= SMALLEST_SHARE * valLoss;
  // In a number of steps that the evaluations cover: what is told is seen, not extrapolated.
  const steps = 10 ** Math.max(0, Math.floor(Math.log10(span)));
  return { direction: isSteady ? 'steady' : slope > 0 ? 'growing' : 'shrinking', change: slope * steps, steps };
}

/** Slope of the least-squares line and its standard error. */
function fitLine(points: readonly { x: number; y: number }[]): { slope: number; error: number } {
  const mean = (value: (point: { x: number; y: number }) => number) => points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const [x0, y0] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = points.reduce((sum, { x }) => sum + (x - x0) ** 2, 0);
  const slope = points.reduce((sum, { x, y }) => sum + (x - x0) * (y - y0), 0) / spread;
  const residuals = points.reduce((sum, { x, y }) => sum + (y - y0 - slope * (x - x0)) ** 2, 0);
  return { slope, error: Math.sqrt(residuals / (points.length - 2) / spread) };
}
