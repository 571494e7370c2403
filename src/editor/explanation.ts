import { formatCount, formatNumber } from '../base/format';
import { escapeMarkdown, sentenceMarkdown } from '../base/markdown';
import type { Finding, RuleId } from '../diagnose/finding';
import { RULES } from '../diagnose/rules';
import type { ProblemLevel } from '../model/problem';
import { sparklineUri } from './sparkline';

const LEVEL_WORDS: Record<ProblemLevel, string> = {
  error: 'Error: the run cannot learn.',
  warning: 'Warning: training is being hurt.',
  hint: 'Hint: worth knowing, no alarm.',
};

/** What a finding rests on. */
export interface Explained {
  finding: Finding;
  /** All that was found with it. */
  among: readonly Finding[];
  /** What the run is called. */
  run?: string;
}

/** A rule in Markdown: what it means, why, how it is known, and, where it was found, the numbers and what to do. */
export function explain(rule: RuleId, found: Explained | undefined, isDark: boolean): string {
  const { title, because, formula, reference, from } = RULES[rule];
  return [
    `# ${title}`,
    ...(found ? describeFinding(found) : ['*It is not found now.*']),
    '## What it means',
    escapeMarkdown(because),
    ...fenced(formula),
    ...(found ? describeNumbers(found.finding, isDark) : []),
    ...(found ? describeFixes(found.finding) : []),
    '## How it is known',
    from === 'file'
      ? 'From the model file and its data, before any training.'
      : 'From what the run told since this model took over: its trend, not one step.',
    `Reference: ${escapeMarkdown(reference)}`,
    '',
  ].join('\n\n');
}

function describeFinding({ finding: { level, step, message, cause, rule }, among, run }: Explained): string[] {
  const since = step > 0 ? ` Since step ${formatCount(step)}${run === undefined ? '' : ` of ${escapeMarkdown(run)}`}.` : ' Known before training.';
  const consequences = among.filter((other) => other.cause === rule).map((other) => RULES[other.rule].title);
  return [
    `**${LEVEL_WORDS[level]}**${since}`,
    `> ${sentenceMarkdown(message)}`,
    ...(cause ? [`It follows from **${RULES[cause].title}**: mend that first.`] : []),
    ...(consequences.length > 0 ? [`From it follows: ${consequences.join(', ')}.`] : []),
  ];
}

function describeNumbers({ evidence: { quantity, value, healthy, more = {}, series = [] } }: Finding, isDark: boolean): string[] {
  const rows = [
    [quantity, formatNumber(value), healthy],
    ...Object.entries(more).map(([name, one]) => [name, typeof one === 'string' ? one : formatNumber(one), '']),
  ];
  const table = ['| | value | healthy |', '|:-|-:|:-|', ...rows.map((cells) => `|${cells.map(sentenceMarkdown).join('|')}|`)].join('\n');
  const image = sparklineUri({ values: series.map((point) => point.value), isDark, width: 480, height: 90 });
  const span = series.length > 1 ? `step ${formatCount(series[0].step)} to ${formatCount(series.at(-1)!.step)}` : '';
  return [
    '## The numbers',
    table,
    ...(image ? [`![${escapeMarkdown(quantity)} over the run](${image})`, `*${escapeMarkdown(quantity)}, ${span}*`] : []),
  ];
}

function describeFixes({ fixes }: Finding): string[] {
  if (fixes.length === 0) return [];
  const list = fixes.map(
    ({ title, needsRestart }, i) => `${i + 1}. ${sentenceMarkdown(title)}${needsRestart ? ' (helps a run that begins anew)' : ''}`,
  );
  return ['## What to do', list.join('\n'), 'The light bulb on the line (Ctrl+.) makes these edits.'];
}

/** Shown letter by letter, whatever it holds. */
const fenced = (text: string): string[] => (text ? [`\`\`\`text\n${text}\n\`\`\``] : []);
