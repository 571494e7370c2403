import { formatCount, formatNumber, formatRate } from '../base/format';
import type { FindingNote } from '../run/runSummary';
import { alarmSign, alarmWords } from './alarms';
import type { RunState } from './protocol';
import { STATES, waitingText } from './runStates';

/** What the line at the bottom of the window tells of a run. */
export interface StatusFigures {
  name: string;
  /** Workspace-relative path of the model file. */
  file: string;
  state: RunState;
  /** What ended it, or why the text in the editor is not what trains. */
  message?: string;
  step: number;
  steps: number;
  stepsPerSecond: number;
  /** Task loss of the newest step; null where it is not finite. */
  lastLoss?: number | null;
  /** Runs that have to end before a queued one begins. */
  ahead: number;
  isElsewhere: boolean;
  /** What was found; undefined as long as nothing was, and too little was seen to call it healthy. */
  findings?: readonly Pick<FindingNote, 'level' | 'message'>[];
  /** When the edited text takes over, where it differs from what trains. */
  waitsUntil?: 'onSave' | 'never';
}

const WAITING = {
  onSave: 'The edited text takes over when it is saved (setting layerwise.hotSwap.when).',
  never: 'The edited text takes over with the next run (setting layerwise.hotSwap.when).',
} as const;

/** `digits: step 1,240 / 4,500 · loss 0.03120 · 812 steps/s`, in as much as there is to say. */
export function statusText(run: StatusFigures): { icon: string; line: string } {
  const { icon, word } = STATES[run.state];
  if (run.state === 'queued') return { icon, line: `${run.name}: ${waitingText(run.ahead)}` };
  if (run.state === 'starting') return { icon, line: `${run.name}: ${word}…` };
  const parts = [
    ...(run.isElsewhere ? ['in another window'] : []),
    ...(run.state === 'running' ? [] : [word]),
    ...(isHeldUp(run) ? ['last valid text'] : []),
    `step ${formatCount(run.step)} / ${formatCount(run.steps)}`,
    ...(run.lastLoss === undefined ? [] : [`loss ${formatNumber(run.lastLoss)}`]),
    ...(run.state === 'running' && !run.isElsewhere ? [formatRate(run.stepsPerSecond)] : []),
  ];
  return { icon: isHeldUp(run) ? 'warning' : icon, line: `${run.name}: ${parts.join(' · ')}` };
}

/** What the rules make of the run: for the eye, and in words. */
export function statusHealth({ findings, state }: StatusFigures): { sign: string; words: string } | undefined {
  if (!findings || state === 'queued' || state === 'starting') return undefined;
  const words = alarmWords(findings);
  return words === undefined ? { sign: '$(pass) healthy', words: 'healthy' } : { sign: alarmSign(findings)!, words };
}

/** What is behind the line: the file, what ended the run or holds up the edited text, and what a click does. */
export function statusTooltip({ file, state, message, findings = [], waitsUntil }: StatusFigures): string {
  const alarms = findings.filter(({ level }) => level !== 'hint').map((finding) => `${finding.level}: ${finding.message}`);
  const more = [...alarms, ...(message ? [message] : []), ...(waitsUntil ? [WAITING[waitsUntil]] : [])];
  return [`${file} · ${STATES[state].word}`, ...more, 'Select to open the dashboard.'].join('\n');
}

/** `error`: the run failed; `warning`: the text in the editor is not the one that trains, and cannot be. */
export function statusLevel(run: StatusFigures): 'error' | 'warning' | undefined {
  if (run.state === 'failed') return 'error';
  return isHeldUp(run) ? 'warning' : undefined;
}

const isHeldUp = ({ state, message }: StatusFigures): boolean => message !== undefined && (state === 'running' || state === 'paused');
