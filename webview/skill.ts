import type { EvalEvent } from '../src/train/protocol';
import type { RunView } from '../src/view/protocol';
import { formatNumber, formatPercent } from '../src/base/format';
import { balancedClasses } from './lossSeries';

/**
 * How a run stands beside the best constant guess. `diverged`: its loss is not finite any more; `none`: as good as the guess and no better; `worse`:
 * its loss is higher than that of the guess though its score is better, or that of validation alone is: it is sure where it is wrong.
 */
export type Skill = 'diverged' | 'none' | 'worse' | 'some';

/** Of the guess's loss: what is above that is no better. */
const NO_BETTER = 0.98;

/** From here on the loss is clearly above the guess's. */
const CLEARLY_WORSE = 1.05;

/** Of the way from the guess's score to a perfect one: what is below that may be chance. */
const CHANCE = 0.05;

/** Undefined before there is anything to judge by. */
export function skillOf(run: RunView): Skill | undefined {
  const evaluation = run.evals.at(-1);
  if (run.losses.at(-1)?.loss === null || evaluation?.train_loss === null || evaluation?.val_loss === null) return 'diverged';
  const { noSkillLoss } = run;
  if (!evaluation || noSkillLoss === undefined || noSkillLoss <= 0) return undefined;
  const [train, validation] = [evaluation.train_loss / noSkillLoss, (evaluation.val_loss ?? evaluation.train_loss) / noSkillLoss];
  const gain = gainOf(run, evaluation);
  if (train > NO_BETTER && (gain === undefined || gain < CHANCE)) return 'none';
  return Math.max(train, validation) > CLEARLY_WORSE ? 'worse' : 'some';
}

/** Of the way from the guess's score on the training split to a perfect one; undefined where the guess's is not known. */
function gainOf({ noSkillLoss, outcome }: RunView, { train_accuracy, train_r2 }: EvalEvent): number | undefined {
  if (typeof train_r2 === 'number') return train_r2;
  if (typeof train_accuracy !== 'number') return undefined;
  const counts = outcome?.data.counts?.training;
  const classes = balancedClasses(noSkillLoss!);
  const guess = counts ? Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0) : classes && 1 / classes;
  return guess === undefined || guess >= 1 ? undefined : (train_accuracy - guess) / (1 - guess);
}

/** In words; empty where nothing has to be said. */
export function skillText(run: RunView, skill: Skill | undefined): string {
  const evaluation = run.evals.at(-1);
  if (skill === 'diverged') return '✕ diverged: the loss is not finite';
  if (skill === 'none') return '▲ not learning: loss as high as a constant guess’s';
  if (skill !== 'worse' || !evaluation) return '';
  const { val_loss: validation, train_loss: train } = evaluation;
  const isValidation = typeof validation === 'number' && validation > (train ?? 0);
  const times = (isValidation ? validation : train!) / run.noSkillLoss!;
  const score = isValidation ? evaluation.val_accuracy : evaluation.train_accuracy;
  const though = typeof score === 'number' ? `, though accuracy is ${formatPercent(score)}` : '';
  return `▲ ${isValidation ? 'validation' : 'training'} loss ${formatNumber(times, 2)}× a constant guess’s${though}`;
}
