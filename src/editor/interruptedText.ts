import { formatCount } from '../base/format';
import type { RunSummary } from '../run/runSummary';

/** `digits was training when the window closed, at step 1,240 of 4,500.`, of several runs in one sentence. */
export function interruptedText(runs: readonly Pick<RunSummary, 'name' | 'step' | 'steps'>[]): string {
  const places = runs.map(({ name, step, steps }) => ({ name, place: `at step ${formatCount(step)} of ${formatCount(steps)}` }));
  if (places.length === 1) return `${places[0].name} was training when the window closed, ${places[0].place}.`;
  return `${places.length} runs were training when the window closed: ${places.map(({ name, place }) => `${name} (${place})`).join(', ')}.`;
}
