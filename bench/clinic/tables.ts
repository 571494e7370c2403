import { hash32 } from '../../src/base/random';
import { formatNumber } from '../../src/base/format';
import { median } from '../../src/base/series';
import type { Verdict } from './judge';

/** Half of the cases is for looking at; of the others totals alone are shown, so that nothing can be fitted to them. */
export const isHeldOut = ({ name }: Verdict): boolean => hash32(1, name) % 2 === 1;

const rulesOf = ({ causes }: Verdict) => causes.map(({ rule }) => rule as string);
const alarms = ({ expected: { tolerated = [] } }: Verdict, rules: readonly string[]) => rules.filter((rule) => !tolerated.includes(rule));
const isRight = ({ expected: { accepted } }: Verdict, rules: readonly string[]) => rules.some((rule) => accepted.includes(rule));

/** Of one kind of case, or of all. */
export function counts(verdicts: readonly Verdict[]) {
  const sick = verdicts.filter(({ expected }) => !expected.healthy);
  const healthy = verdicts.filter(({ expected }) => expected.healthy);
  const flagged = sick.filter(({ causes }) => causes.length > 0);
  return {
    sick: sick.length,
    flagged: flagged.length,
    right: sick.filter((verdict) => isRight(verdict, rulesOf(verdict))).length,
    'right first': sick.filter((verdict) => isRight(verdict, rulesOf(verdict).slice(0, 1))).length,
    'causes, median': median(flagged.map(({ causes }) => causes.length)),
    'causes, most': Math.max(0, ...flagged.map(({ causes }) => causes.length)),
    'first step, median': median(flagged.map(({ ever }) => Math.min(...Object.values(ever)))),
    broken: verdicts.filter(({ broken }) => broken !== undefined).length,
    healthy: healthy.length,
    'alarmed at the end': healthy.filter((verdict) => alarms(verdict, rulesOf(verdict)).length > 0).length,
    'alarmed ever': healthy.filter((verdict) => alarms(verdict, Object.keys(verdict.ever)).length > 0).length,
  };
}

const inWords = (count: ReturnType<typeof counts>): string => {
  const share = (n: number, of: number) => (of ? `${n} (${((100 * n) / of).toFixed(1)} %)` : '–');
  const { sick, healthy } = count;
  return (
    `${sick} sick: flagged ${share(count.flagged, sick)}, right ${share(count.right, sick)}, right first ${share(count['right first'], sick)}; ` +
    `causes ${count['causes, median'] ?? '–'} (most ${count['causes, most']}), first at step ${count['first step, median'] ?? '–'}. ` +
    `${healthy} healthy: alarmed at the end ${share(count['alarmed at the end'], healthy)}, ever ${share(count['alarmed ever'], healthy)}.${count.broken ? ` ${count.broken} broken.` : ''}`
  );
};

/** Totals of both halves; of the first half a table by kind and every case that is not as it should be. */
export function report(verdicts: readonly Verdict[]): string {
  const [shown, held] = [verdicts.filter((verdict) => !isHeldOut(verdict)), verdicts.filter(isHeldOut)];
  return [
    `shown     ${inWords(counts(shown))}`,
    `held out  ${inWords(counts(held))}`,
    '',
    ...byVariation(shown),
    '',
    ...shown.flatMap(complaint),
  ].join('\n');
}

function byVariation(verdicts: readonly Verdict[]): string[] {
  const kinds = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const kind = verdict.expected.healthy ? 'healthy' : verdict.name.split('/')[1];
    kinds.set(kind, [...(kinds.get(kind) ?? []), verdict]);
  }
  return [...kinds]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, of]) => {
      const count = counts(of);
      const named = tally(of.flatMap(rulesOf));
      const first = tally(of.flatMap((verdict) => rulesOf(verdict).slice(0, 1)));
      const numbers =
        kind === 'healthy'
          ? `alarmed ${count['alarmed at the end']}, ever ${count['alarmed ever']}, of ${count.healthy}`
          : `flagged ${count.flagged}, right ${count.right}, first ${count['right first']}, of ${count.sick}, at step ${count['first step, median'] ?? '–'}`;
      return `${kind.padEnd(30)} ${numbers.padEnd(58)} first: ${first || '–'}; all: ${named || '–'}`;
    });
}

function tally(rules: readonly string[]): string {
  const by = new Map<string, number>();
  for (const rule of rules) by.set(rule, (by.get(rule) ?? 0) + 1);
  return [...by]
    .sort(([, a], [, b]) => b - a)
    .map(([rule, n]) => `${rule} ${n}`)
    .join(', ');
}

/** What is wrong with a verdict, with the numbers that decided. */
function complaint(verdict: Verdict): string[] {
  const { name, expected, causes, named, ever, broken } = verdict;
  if (broken !== undefined) return [`${name}: broken: ${broken}`];
  const found = causes.map(
    ({ rule, place, evidence: { quantity, value, healthy } }) =>
      `    ${rule}${place.layer ? ` at ${place.layer}` : ''}: ${quantity} = ${value === null ? '–' : formatNumber(value)} (healthy: ${healthy})`,
  );
  if (!expected.healthy) {
    if (isRight(verdict, rulesOf(verdict).slice(0, 1))) return [];
    const what = causes.length === 0 ? 'missed' : isRight(verdict, rulesOf(verdict)) ? 'not first' : 'wrong';
    return [`${name}: ${what}, wanted ${expected.accepted.join(' | ')}`, ...found];
  }
  const passing = alarms(verdict, Object.keys(ever)).filter((rule) => !rulesOf(verdict).includes(rule));
  const lines = alarms(verdict, rulesOf(verdict)).length ? [`${name}: false alarm`, ...found] : [];
  const untold = expected.told?.every((rule) => !named.includes(rule)) ? [`${name}: not a word of ${expected.told.join(' | ')}`] : [];
  return [...lines, ...untold, ...passing.map((rule) => `${name}: ${rule} for a while, first at step ${ever[rule]}`)];
}
