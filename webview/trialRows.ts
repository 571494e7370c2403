import { formatNumber, formatPercent, formatSigned, NOT_FINITE } from '../src/base/format';
import { distance, isBetter, type Measured } from '../src/diagnose/ranking';
import type { EvalEvent } from '../src/train/protocol';
import type { TrialsView, TrialView } from '../src/view/protocol';
import type { Point } from './lossSeries';

/** One line of the table of measured fixes. */
export interface TrialRow {
  trial: TrialView;
  /** Place among the candidates as they were listed first: its letter and line style, whatever its rank becomes. Absent: the baseline. */
  series?: number;
  /** From 1, once all are measured. */
  rank?: number;
  /** 0 to 1. */
  progress: number;
  loss: string;
  score: string;
  /** Score above the baseline's: `+12.3 points`. */
  gain: string;
  /** It is measured, and better than the model as it is by more than noise. */
  isBetter: boolean;
}

/** The baseline, then the candidates in the order they came: once done, best first. */
export function trialRows(trials: TrialsView): TrialRow[] {
  const { baseline, candidates } = trials;
  const ids = candidates.map(({ id }) => id).sort((a, b) => a - b);
  const row = (trial: TrialView): TrialRow => ({
    trial,
    progress: trial.state === 'done' ? 1 : Math.min(1, trial.step / Math.max(1, trials.steps)),
    loss: isKnown(trial.relativeLoss) ? formatNumber(trial.relativeLoss, 3) : isBroken(trial) ? NOT_FINITE : '–',
    score: isKnown(trial.score) ? formatScore(trials, trial.score) : '–',
    gain: trial === baseline ? '' : gainText(trials, trial),
    isBetter: isBetterThan(baseline, trial),
  });
  const ranked = candidates.filter(({ state }) => state === 'done');
  const rankOf = (trial: TrialView) => (trials.state === 'done' && ranked.includes(trial) ? ranked.indexOf(trial) + 1 : undefined);
  return [row(baseline), ...candidates.map((trial) => ({ ...row(trial), series: ids.indexOf(trial.id), rank: rankOf(trial) }))];
}

/** What the measurement came to, in one sentence. */
export function trialsSummary(trials: TrialsView): string {
  switch (trials.state) {
    case 'running':
      return 'Each fix trains in the background up to the same step as the model as it is; one that asks for more steps gets them.';
    case 'stopped':
      return 'Stopped before all were measured.';
    case 'done': {
      const [asItIs, ...others] = trialRows(trials);
      const best = others.find(({ rank }) => rank === 1);
      if (!best?.isBetter) return 'None of them does better than the model as it is.';
      // What is right most of the time anyway gets better by its loss.
      const isScoreHigher = best.gain.startsWith('+');
      return `Best: ${best.trial.title} (${isScoreHigher ? best.gain : `loss ${best.loss} in place of ${asItIs.loss}`}).`;
    }
  }
}

/**
 * Loss of every evaluation over that of guessing, of the validation split where there is one: what two candidates have in common whose
 * targets are scaled differently.
 * @param noSkillLoss of the run, where the candidate itself does not tell.
 */
export function relativeCurve({ evals, relativeLoss }: TrialView, noSkillLoss: number | undefined): Point[] {
  const last = evals.length > 0 ? lossOf(evals[evals.length - 1]) : undefined;
  const guessing = isKnown(last) && isKnown(relativeLoss) && relativeLoss > 0 && last > 0 ? last / relativeLoss : noSkillLoss;
  if (!guessing) return [];
  return evals.flatMap((event) => {
    const loss = lossOf(event);
    return isKnown(loss) ? [{ x: event.step, y: loss / guessing }] : [];
  });
}

function gainText({ baseline, metric }: TrialsView, { score }: TrialView): string {
  if (!isKnown(score) || !isKnown(baseline.score)) return '';
  const gain = score - baseline.score;
  if (metric === 'r2') return `${formatSigned(gain, 2)} R²`;
  const points = Number((gain * 100).toFixed(1));
  return `${points > 0 ? '+' : ''}${points.toFixed(1).replace('-', '\u2212')} points`;
}

const formatScore = ({ metric }: TrialsView, score: number): string => (metric === 'accuracy' ? formatPercent(score) : formatNumber(score, 3));

const isBroken = ({ evals }: TrialView): boolean => evals.length > 0 && lossOf(evals[evals.length - 1]) === null;

/** By the same measure as the ranking; a loss that is not finite is worse than any. */
function isBetterThan(baseline: TrialView, trial: TrialView): boolean {
  if (trial === baseline || trial.state !== 'done' || baseline.state !== 'done') return false;
  const [one, other] = [measuredOf(trial), measuredOf(baseline)];
  const of = distance([one, other]);
  return isBetter(of(one), of(other));
}

function measuredOf(trial: TrialView): Measured {
  const { relativeLoss, score } = trial;
  return { relativeLoss: isKnown(relativeLoss) ? relativeLoss : isBroken(trial) ? Infinity : undefined, score: isKnown(score) ? score : undefined };
}

/** What is not finite became null on its way. */
const isKnown = (value: number | null | undefined): value is number => typeof value === 'number' && Number.isFinite(value);

/** Of the validation split where there is one; null: not finite. */
const lossOf = ({ val_loss, train_loss }: EvalEvent): number | null => (val_loss === undefined ? train_loss : val_loss);
