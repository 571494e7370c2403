import { formatNumber, formatPercent, formatSigned } from '../base/format';
import { type Candidate, candidatesOf, combine } from '../diagnose/candidates';
import type { Finding } from '../diagnose/finding';
import { distance, hasRoom, isBetter, rank } from '../diagnose/ranking';
import { ProblemError } from '../model/problem';
import type { Plan } from '../train/protocol';
import { stepsFor, trainTrial, type TrialResult } from '../train/trial';
import { table } from './table';

/** In seconds of training: all trials together, and one of them. */
const BUDGET = { all: 120, one: 60 };

/** Combinations of single fixes, at most. */
const COMBINATIONS = 4;

/** A candidate may be slower than the model as it is. */
const SLOWER = 2;

/** The run that was diagnosed. */
export interface Baseline {
  result: TrialResult;
  /** Those planned, as far as there was time; early stopping may have ended it before. */
  steps: number;
  /** Of training. */
  seconds: number;
}

/** A candidate that was measured, or the reason why it could not be. */
export type Tried = Candidate & ({ isFailed: false; result: TrialResult } | { isFailed: true; message: string });

export interface Measurement {
  /** The model as it is, trained for the same number of steps; absent where it cannot be trained. */
  baseline?: TrialResult;
  /** Best first. */
  tried: Tried[];
}

/** Trains the model with each fix of the findings, and with the best of them together, for the same number of steps as without. */
export async function tryFixes(plan: Plan, findings: readonly Finding[], run: Baseline | undefined): Promise<Measurement> {
  const singles = candidatesOf(findings, plan.text);
  if (singles.length === 0) return { baseline: run?.result, tried: [] };
  const seconds = Math.min(BUDGET.one, BUDGET.all / (singles.length + COMBINATIONS));
  const share = run ? Math.min(1, seconds / run.seconds) : 1;
  const steps = run && Math.max(1, Math.floor(run.steps * share));
  const baseline = share < 1 ? await trainTrial(quiet({ ...plan, steps }), SLOWER * seconds) : run?.result;

  const measure = async (candidate: Candidate): Promise<Tried> => {
    const edited = { ...plan, text: candidate.text, ...(steps && { steps: stepsFor(candidate.text, plan.text, steps) }) };
    try {
      return { ...candidate, isFailed: false, result: await trainTrial(quiet(edited), SLOWER * seconds) };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { ...candidate, isFailed: true, message: error.problem.message };
    }
  };
  const tried: Tried[] = [];
  for (const candidate of singles) tried.push(await measure(candidate));
  for (const candidate of combine(gains(tried, baseline), plan.text)) tried.push(await measure(candidate));
  return { baseline, tried: ranked(tried, baseline) };
}

const quiet = (plan: Plan): Plan => ({ ...plan, statsEvery: 0 });

/** What is better than nothing changed, best first; none where the best leaves no room for better ones. */
function gains(tried: readonly Tried[], baseline: TrialResult | undefined): Candidate[] {
  const results = [...tried.flatMap((one) => (one.isFailed ? [] : [one.result])), ...(baseline ? [baseline] : [])];
  const of = distance(results);
  const better = ranked(tried, baseline).filter((one) => !one.isFailed && (!baseline || isBetter(of(one.result), of(baseline))));
  return results.every((result) => hasRoom(of(result))) ? better : [];
}

function ranked(tried: readonly Tried[], baseline: TrialResult | undefined): Tried[] {
  const done = tried.flatMap((one) => (one.isFailed ? [] : [{ ...one.result, edits: one.edits, one }]));
  return [...rank(done, baseline).map(({ one }) => one), ...tried.filter(({ isFailed }) => isFailed)];
}

/** One line of `--json`. */
export function trialJson(tried: Tried, place: number, baseline: TrialResult | undefined): object {
  const { title, fixes, edits } = tried;
  return {
    type: 'trial',
    rank: place,
    title,
    fixes: fixes.map(({ rule, title }) => ({ rule, title })),
    edit: edits,
    ...(tried.isFailed ? { error: tried.message } : numbersOf(tried.result)),
    ...(baseline && { baseline: numbersOf(baseline) }),
  };
}

const numbersOf = ({ steps, evaluation, relativeLoss, score }: TrialResult): object => ({
  steps,
  train_loss: evaluation.train_loss,
  val_loss: evaluation.val_loss,
  relative_loss: relativeLoss,
  score,
});

/** For people: best first, the model as it is last. */
export function trialTable({ baseline, tried }: Measurement): string {
  if (tried.length === 0) return 'There is no fix to try.';
  const done = tried.flatMap((one) => (one.isFailed ? [] : [one.result]));
  const evaluation = (baseline ?? done.at(0))?.evaluation;
  const isShare = evaluation?.train_accuracy !== undefined;
  const gainOf = ({ score }: TrialResult): string => {
    if (score === undefined || baseline?.score === undefined) return '';
    return isShare ? `${formatSigned(100 * (score - baseline.score))} points` : formatSigned(score - baseline.score);
  };
  const cells = ({ steps, relativeLoss, score }: TrialResult): string[] => [
    String(steps),
    relativeLoss === undefined ? '–' : formatNumber(relativeLoss, 3),
    isShare ? formatPercent(score) : formatNumber(score, 3),
  ];
  const rows = tried.map((one, i) => [
    String(i + 1),
    one.title,
    ...(one.isFailed ? ['', '', '', one.message] : [...cells(one.result), gainOf(one.result)]),
  ]);
  const split = evaluation?.val_loss === undefined ? 'training' : 'validation';
  return table(
    ['', 'fix', 'steps', `${split} loss / guessing`, isShare ? 'accuracy' : 'R²', 'gain'],
    [...rows, ...(baseline ? [['', 'as it is', ...cells(baseline), '']] : [])],
  );
}
