import type { FindingNote } from '../run/runSummary';

type Levelled = Pick<FindingNote, 'level'>;

/** `1 error, 2 warnings`; undefined where nothing alarms: hints do not. */
export function alarmWords(findings: readonly Levelled[]): string | undefined {
  const parts = (['error', 'warning'] as const).flatMap((level) => {
    const count = findings.filter((finding) => finding.level === level).length;
    return count === 0 ? [] : [`${count} ${level}${count === 1 ? '' : 's'}`];
  });
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** The codicon of the worst, and how many alarm: `$(warning) 2`. */
export function alarmSign(findings: readonly Levelled[]): string | undefined {
  const alarms = findings.filter(({ level }) => level !== 'hint');
  if (alarms.length === 0) return undefined;
  return `$(${alarms.some(({ level }) => level === 'error') ? 'error' : 'warning'}) ${alarms.length}`;
}
