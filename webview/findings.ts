import { formatCount } from '../src/base/format';
import type { RuleId } from '../src/diagnose/finding';
import type { ProblemLevel } from '../src/model/problem';
import type { FindingView, Health, RunView } from '../src/view/protocol';
import type { IconName } from './icons';
import type { Column } from './layerHealth';
import { isOver } from './states';

/** Every level has a word and a shape of its own; colour only comes on top. */
export const LEVELS: Record<ProblemLevel, { word: string; icon: IconName }> = {
  error: { word: 'error', icon: 'error' },
  warning: { word: 'warning', icon: 'warning' },
  hint: { word: 'hint', icon: 'hint' },
};

/** The number of the layer strip that shows what a rule is about; other rules are about the layer as a whole. */
const COLUMN_OF: Partial<Record<RuleId, Column>> = {
  'vanishing-gradient': 'gradient',
  'exploding-gradient': 'gradient',
  'zero-gradient': 'gradient',
  'exploding-activations': 'activation',
  'poor-init-scale': 'activation',
  'dead-relu': 'dead',
  'saturated-activation': 'saturated',
  'frozen-layer': 'update',
  'lr-too-high': 'update',
  'lr-too-low': 'update',
};

/** A finding in a list; `depth` 0: a cause. */
export interface Entry {
  finding: FindingView;
  depth: number;
}

/** Hints are no alarm. */
export const isAlarm = ({ level }: Pick<FindingView, 'level'>): boolean => level !== 'hint';

export const alarmsOf = (health: Health | undefined): FindingView[] => (health?.findings ?? []).filter(isAlarm);

export const hintsOf = (health: Health | undefined): FindingView[] => (health?.findings ?? []).filter((finding) => !isAlarm(finding));

/** Causes in the order they come, each with its consequences beneath it; what follows from something that is not in the list is a cause here. */
export function arrange(findings: readonly FindingView[]): Entry[] {
  const rules = new Set(findings.map(({ rule }) => rule));
  const placed = new Set<RuleId>();
  const place = (finding: FindingView, depth: number): Entry[] => {
    if (placed.has(finding.rule)) return [];
    placed.add(finding.rule);
    const following = findings.filter(({ cause }) => cause === finding.rule);
    return [{ finding, depth }, ...following.flatMap((next) => place(next, depth + 1))];
  };
  const causes = findings.filter(({ cause }) => cause === undefined || !rules.has(cause));
  // Those that only name each other come last rather than not at all.
  return [...causes, ...findings].flatMap((finding) => place(finding, 0));
}

/** The word of the file that it is about: `linear1`, `lr`, or else the line. */
export const placeText = ({ layer, key, line }: FindingView): string => layer ?? key ?? `line ${formatCount(line)}`;

export const sinceText = ({ step }: FindingView): string => (step > 0 ? `since step ${formatCount(step)}` : 'before training');

/** Alarms by the layers where they show, in the order of the list. */
export function alarmsByLayer(findings: readonly FindingView[]): Map<string, FindingView[]> {
  const byLayer = new Map<string, FindingView[]>();
  for (const { finding } of arrange(findings.filter(isAlarm)))
    for (const layer of new Set([finding.layer, ...finding.also]))
      if (layer !== undefined) byLayer.set(layer, [...(byLayer.get(layer) ?? []), finding]);
  return byLayer;
}

/** Where in a layer's row a finding is marked. */
export const columnOf = ({ rule }: FindingView): Column | 'layer' => COLUMN_OF[rule] ?? 'layer';

/** How a run is, in few words. */
export type Verdict = 'unknown' | 'healthy' | 'error' | 'warning';

export function verdictOf(health: Health | undefined): { verdict: Verdict; text: string } {
  if (!isJudged(health)) return { verdict: 'unknown', text: 'not judged yet' };
  const alarms = alarmsOf(health);
  if (alarms.length === 0) return { verdict: 'healthy', text: 'healthy' };
  const verdict = alarms.some(({ level }) => level === 'error') ? 'error' : 'warning';
  return { verdict, text: count(alarms.length, 'problem') };
}

/** `2 causes, 3 consequences`; nothing of nothing. */
export function causesText(entries: readonly Entry[]): string {
  const causes = entries.filter(({ depth }) => depth === 0).length;
  const parts = [count(causes, 'cause'), count(entries.length - causes, 'consequence')];
  return parts.filter((part) => !part.startsWith('0 ')).join(', ');
}

/** What stands in the place of the list where there is nothing to list. */
export function emptyText(run: RunView): string {
  if (run.health && isJudged(run.health))
    return `Nothing was found that hurts training, ${run.step > 0 ? `up to step ${formatCount(run.step)}` : 'before its first step'}.`;
  if (run.state === 'queued') return 'Waiting for a processor core.';
  return isOver(run.state) ? 'The run ended before it was judged.' : 'Not judged yet: the rules need the first steps.';
}

export const count = (number: number, noun: string): string => `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;

const isJudged = (health: Health | undefined): boolean => health !== undefined && health.findings.length + health.passed.length > 0;
