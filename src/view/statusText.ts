import { formatCount, formatNumber, formatRate } from '../base/format';
import type { RunStore } from '../run/runStore';
import type { RunState } from './protocol';

/** Icon (a codicon) and word of each state: never told by colour or shape alone. */
const STATES: Record<RunState, { icon: string; word: string }> = {
  starting: { icon: 'loading~spin', word: 'starting' },
  running: { icon: 'pulse', word: 'training' },
  paused: { icon: 'debug-pause', word: 'paused' },
  finished: { icon: 'check', word: 'finished' },
  stopped: { icon: 'debug-stop', word: 'stopped' },
  failed: { icon: 'error', word: 'failed' },
};

/** `digits: step 1,240 / 4,500 · loss 0.03120 · 812 steps/s`, in as much as there is to say. */
export function statusText({ run, lastLoss }: Pick<RunStore, 'run' | 'lastLoss'>): { icon: string; line: string } {
  const { icon, word } = STATES[run.state];
  if (run.state === 'starting') return { icon, line: `${run.name}: ${word}…` };
  const parts = [
    ...(run.state === 'running' ? [] : [word]),
    `step ${formatCount(run.step)} / ${formatCount(run.steps)}`,
    ...(lastLoss === undefined ? [] : [`loss ${formatNumber(lastLoss)}`]),
    ...(run.state === 'running' ? [formatRate(run.stepsPerSecond)] : []),
  ];
  return { icon, line: `${run.name}: ${parts.join(' · ')}` };
}

/** What is behind the line: the file, what ended the run, and what a click does. */
export function statusTooltip({ run }: Pick<RunStore, 'run'>): string {
  return [`${run.file} · ${STATES[run.state].word}`, ...(run.message ? [run.message] : []), 'Select to open the dashboard.'].join('\n');
}
