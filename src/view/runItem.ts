import { formatCompact, formatCount, formatNumber } from '../base/format';
import { escapeMarkdown, sentenceMarkdown } from '../base/markdown';
import type { Run } from '../run/run';
import type { RunSummary } from '../run/runSummary';
import { alarmWords } from './alarms';
import { STATES, waitingText } from './runStates';
import { formatAge, formatDuration } from './times';

export type ListedRun = Pick<Run, 'summary' | 'state' | 'isElsewhere' | 'isActive' | 'canResume'>;

/** An entry of the list of runs, in plain words. */
export interface RunItem {
  label: string;
  description: string;
  icon: string;
  color: string;
  /** Words that menus look for. */
  context: string;
}

/** `now` in ms since 1970; `ahead`: runs that have to end before a queued one begins. */
export function describeRun(run: ListedRun, now: number, ahead: number): RunItem {
  const { icon, color } = lookOf(run);
  return { label: labelOf(run.summary), description: descriptionOf(run, now, ahead), icon, color, context: contextOf(run) };
}

/** One that ended well, but with alarms, has their sign. */
function lookOf({ state, summary: { findings = [] } }: ListedRun): { icon: string; color: string } {
  if (state === 'finished' && findings.some(({ level }) => level === 'error')) return { icon: 'error', color: 'list.errorForeground' };
  if (state === 'finished' && findings.some(({ level }) => level === 'warning')) return { icon: 'warning', color: 'list.warningForeground' };
  return STATES[state];
}

/** What the user calls a run. */
export const labelOf = ({ title, name }: Pick<RunSummary, 'title' | 'name'>): string => title ?? name;

/** `val_accuracy 0.989 · 12 s · 3 min ago`, before it what is not as usual, instead of the age the steps while it trains. */
function descriptionOf({ summary, state, isElsewhere, isActive }: ListedRun, now: number, ahead: number): string {
  const { best, seconds, step, steps, updated, isPinned, findings = [] } = summary;
  const alarms = alarmWords(findings);
  const parts = [
    ...(isPinned ? ['pinned'] : []),
    ...(isElsewhere ? ['in another window'] : []),
    ...(state === 'queued' ? [waitingText(ahead)] : state === 'finished' ? [] : [STATES[state].word]),
    ...(alarms === undefined ? [] : [alarms]),
    ...(isActive && step > 0 ? [`${formatCount(step)} / ${formatCount(steps)}`] : []),
    ...(best ? [scoreOf(best)] : []),
    ...(seconds > 0 ? [formatDuration(seconds)] : []),
    ...(isActive ? [] : [formatAge(Date.parse(updated), now)]),
  ];
  return parts.join(' · ');
}

/** All that is known of a run at a glance, in Markdown; `now` in ms since 1970. */
export function runTooltip({ summary, state, isElsewhere }: Pick<ListedRun, 'summary' | 'state' | 'isElsewhere'>, now: number): string {
  const { file, step, steps, seconds, params, best, created, updated, parent, message, findings = [] } = summary;
  const rows: [string, string][] = [
    ['File', file],
    ['State', `${STATES[state].word}${isElsewhere ? ' in another window' : ''}`],
    ['Step', `${formatCount(step)} of ${formatCount(steps)}`],
    ...(best ? [['Best', `${scoreOf(best)} at step ${formatCount(best.step)}`] as [string, string]] : []),
    ['Training time', formatDuration(seconds)],
    ['Parameters', formatCompact(params)],
    ['Started', `${dateOf(created)} (${formatAge(Date.parse(created), now)})`],
    ['Last change', formatAge(Date.parse(updated), now)],
    ...(parent ? [['Branch of', `${parent.name} at step ${formatCount(parent.step)}`] as [string, string]] : []),
  ];
  const table = rows.map(([name, value]) => `|${name}|${escapeMarkdown(value)}|`);
  const found = findings.filter(({ level }) => level !== 'hint').map(({ level, message }) => `- ${level}: ${sentenceMarkdown(message)}`);
  const head = [`**${escapeMarkdown(labelOf(summary))}**`, '', ...(message ? [escapeMarkdown(message), ''] : [])];
  return [...head, '| | |', '|:-|:-|', ...table, ...(found.length > 0 ? ['', ...found] : [])].join('\n');
}

function contextOf({ summary, state, isElsewhere, isActive, canResume }: ListedRun): string {
  const isOwn = isActive && !isElsewhere;
  return [
    'run',
    summary.isPinned ? 'pinned' : 'unpinned',
    ...(isOwn ? ['active'] : []),
    ...(isOwn && state === 'running' ? ['running'] : []),
    ...((isOwn && state === 'paused') || canResume ? ['resumable'] : []),
    ...(summary.findings?.some(({ level }) => level !== 'hint') ? ['fixable'] : []),
  ].join(' ');
}

const scoreOf = ({ metric, value }: NonNullable<RunSummary['best']>): string => `${metric} ${formatNumber(value, 3)}`;

/** `2026-11-21 10:24` on the user's clock. */
function dateOf(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
