import { formatCount } from '../base/format';
import type { RunSummary } from '../run/runSummary';

/** `digits was training when the window closed, at step 1,240 of 4,500.`, of several runs in one sentence. */
export function interruptedText(runs: readonly Pick<RunSummary, 'name' | 'step' | 'steps'>[]): string {
  const [run] = runs;
  if (runs.length > 1)
    return `${runs.length} runs were training when the window closed: ${runs.map((one) => `${one.name} (${placeOf(one)})`).join(', ')}.`;
  return run.step > 0
    ? `${run.name} was training when the window closed, ${placeOf(run)}.`
    : `${run.name} was about to train when the window closed.`;
}

const placeOf = ({ step, steps }: Pick<RunSummary, 'step' | 'steps'>): string =>
  step > 0 ? `at step ${formatCount(step)} of ${formatCount(steps)}` : 'about to begin';
