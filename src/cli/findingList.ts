import { isAlarm } from '../diagnose/diagnose';
import type { Finding } from '../diagnose/finding';
import { positionAt } from '../model/problem';
import { wrap } from './wrap';

/** Of the lines of an output that is no terminal. */
export const widthOf = ({ columns = 100 }: { columns?: number }): number => columns;

/** So many of a finding's fixes are told. */
const FIXES = 3;

/** For people: each finding at its line, what follows from it indented under it, its message and its first fixes below. */
export function findingList(findings: readonly Finding[], text: string, width: number): string {
  const lineOf = ({ place }: Finding) => String(positionAt(text, place.range.start).line);
  const widest = Math.max(4, ...findings.map((finding) => lineOf(finding).length));
  const margin = widest + '  warning  '.length;
  const head = `${'line'.padStart(widest)}  level    finding`;
  const blocks = findings.map((finding) => {
    const { rule, level, place, step, message, fixes } = finding;
    const depth = depthOf(finding, findings);
    const inset = ' '.repeat(margin + 2 * depth);
    const mark = depth ? `${'  '.repeat(depth - 1)}└ ` : '';
    const where = place.layer ? `, ${place.layer}` : '';
    const since = step > 0 ? `, step ${step}` : '';
    return [
      `${lineOf(finding).padStart(widest)}  ${level.padEnd(7)}  ${mark}${rule}${where}${since}`,
      ...wrap(message, width, inset),
      ...fixes.slice(0, FIXES).flatMap(({ title }) => wrap(`fix: ${title}`, width, inset, '     ')),
    ].join('\n');
  });
  return [head, ...blocks].join('\n');
}

/** Of a run without an alarm: what was looked at. */
export function healthyReport(passed: readonly string[], steps: number, width: number): string {
  const checks = passed.length === 1 ? '1 check' : `${passed.length} checks`;
  return wrap(`Healthy: ${checks} over ${steps} steps${passed.length ? `: ${passed.join('; ')}` : ''}.`, width, '', '  ').join('\n');
}

/** For people, all there is to say of a run. */
export function report(findings: readonly Finding[], text: string, passed: readonly string[], steps: number, width: number): string {
  const list = findings.length ? findingList(findings, text, width) : '';
  if (findings.some(isAlarm)) return list;
  return [healthyReport(passed, steps, width), ...(list ? [list] : [])].join('\n');
}

/** How many causes a finding has above it. */
function depthOf({ cause }: Finding, findings: readonly Finding[]): number {
  const above = findings.find(({ rule }) => rule === cause);
  return above ? 1 + depthOf(above, findings) : 0;
}

/** One line of `--json`. */
export function findingJson(finding: Finding, text: string): object {
  const { rule, level, place, step, message, evidence, cause, fixes } = finding;
  return {
    type: 'finding',
    rule,
    level,
    layer: place.layer,
    line: positionAt(text, place.range.start).line,
    step,
    message,
    evidence,
    cause,
    fixes: fixes.map(({ title, edits }) => ({ title, edit: edits })),
  };
}
