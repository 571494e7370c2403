import { formatNumber, formatPercent } from '../../base/format';
import type { Signal } from '../../data/facts';
import { LOSSES } from '../../model/losses';
import type { Found } from '../rule';
import { median } from '../../base/series';
import { scoreOf, type Subject } from '../subject';

/** Of the loss of guessing: less than this is no skill. */
const NO_SKILL = 0.03;

/** Of the planned steps: what is not seen by then could have been. */
const ENOUGH = 0.3;

/** Where nearly all samples are of one class, no method beats saying so, whatever the inputs tell. */
const MOST_GUESSED = 0.9;

/** Simple methods and the network alike find nothing in the inputs that tells the targets. Networks can find what simple methods cannot. */
export function findUnrelatedLabels(subject: Subject): Found | undefined {
  const { facts, observed, spec } = subject;
  const signal = facts?.signal;
  if (!facts || !signal?.isNone || signal.noSkill > MOST_GUESSED) return undefined;
  const share = LOSSES[spec.loss.name].score === 'r2' ? (value: number) => `R² ${formatNumber(value, 2)}` : (value: number) => formatPercent(value);
  const isTried = observed.evals.length > 0 && subject.progress >= ENOUGH;
  if (isTried && hasSkill(subject, signal)) return undefined;
  const simple = `nearest neighbours and a linear model reach ${share(signal.score)} on samples that they have not seen; guessing reaches ${share(signal.noSkill)}`;
  const score = subject.score();
  const isWarning = isTried && score !== undefined;
  return {
    level: isWarning ? 'warning' : 'hint',
    place: subject.atData(spec.data.target === undefined ? (spec.data.file === undefined ? 'source' : 'file') : 'target'),
    message: isWarning
      ? `Nothing in the inputs tells the targets: ${simple}, and after ${observed.step - observed.from} steps the model ${share(score)}. Are inputs and targets in the same order?`
      : `The inputs seem not to tell the targets: ${simple}. Training will show.`,
    evidence: {
      quantity: LOSSES[spec.loss.name].score === 'r2' ? 'R² of simple methods' : 'accuracy of simple methods',
      value: signal.score,
      healthy: `above ${formatNumber(signal.noSkill + 2 * signal.standardError, 3)}`,
      more: { guessing: signal.noSkill, 'standard error': signal.standardError, ...(score !== undefined && { model: score }) },
    },
    fixes: [],
  };
}

/** By what it has not seen where there is such data, else by whether it could learn what it saw. */
function hasSkill(subject: Subject, { noSkill, standardError }: Signal): boolean {
  const { evals, noSkillLoss } = subject.observed;
  if (!subject.facts?.validation) return (subject.skill()?.train ?? 0) > NO_SKILL;
  // The best of many evaluations is above guessing by chance; the typical one of the later half is not.
  const later = evals.slice(Math.floor(evals.length / 2)).flatMap((event) => scoreOf(event) ?? []);
  if ((median(later) ?? noSkill) > noSkill + 2 * standardError) return true;
  // R² is about the validation targets' own mean and says it all; accuracy misses probabilities that are better than guessed.
  if (LOSSES[subject.spec.loss.name].score === 'r2' || !noSkillLoss) return false;
  const best = Math.min(...evals.map(({ val_loss }) => val_loss ?? Infinity));
  return best < noSkillLoss * (1 - NO_SKILL);
}
