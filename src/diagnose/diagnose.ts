import type { ProblemLevel } from '../model/problem';
import { type Finding, RULE_IDS, type RuleId } from './finding';
import type { Observed } from './observed';
import type { Found } from './rule';
import { RULES } from './rules';
import { Subject } from './subject';
import { writeFix } from './writeFix';

/** What is remembered of a finding. */
export type Known = Pick<Finding, 'rule' | 'level' | 'step'>;

/**
 * What is wrong with a model, its data and its run, most probable cause first; consequences stand right after what they follow from.
 * @param before what was found of the same model earlier: findings that still stand keep the step at which they were first found.
 */
export function diagnose(observed: Observed, before: readonly Known[] = []): Finding[] {
  const subject = new Subject(observed);
  const found = new Map<RuleId, Found>();
  for (const rule of RULE_IDS) {
    const result = RULES[rule].check(subject);
    if (result) found.set(rule, result);
  }
  const findings = [...found].map(([rule, { fixes, also = [], ...rest }]): Finding => {
    const cause = causeOf(rule, found);
    const isFile = RULES[rule].from === 'file';
    // A hint that becomes an alarm is news.
    const step =
      before.find((earlier) => earlier.rule === rule && isAlarm(earlier) === isAlarm(rest))?.step ?? (isFile ? observed.from : observed.step);
    const written = fixes.flatMap((request) => writeFix(request, observed.text, observed.spec, observed.layers, observed.facts) ?? []);
    const { series, ...evidence } = rest.evidence;
    const shown = { ...evidence, ...(series && { series: thinned(series) }) };
    return { rule, ...rest, evidence: shown, also, step, ...(cause && { cause }), fixes: written };
  });
  return inOrder(findings);
}

/** Points of a small chart: findings go to the page, and are compared with those before, twice a second. */
const POINTS = 120;

function thinned<T>(series: readonly T[]): T[] {
  const stride = Math.ceil(series.length / POINTS);
  return series.filter((_, i) => (series.length - 1 - i) % stride === 0);
}

/** Whether a run should be called healthy: hints are no alarm. */
export const isAlarm = ({ level }: Pick<Finding, 'level'>): boolean => level !== 'hint';

/** The first of those that a rule says it follows from, as far as it is found at all as seriously. */
function causeOf(rule: RuleId, found: ReadonlyMap<RuleId, Found>): RuleId | undefined {
  const { level } = found.get(rule)!;
  return RULES[rule].follows.find((other) => {
    const cause = found.get(other);
    return cause && (isAlarm(cause) || !isAlarm({ level }));
  });
}

const WEIGHT: Record<ProblemLevel, number> = { error: 0, warning: 1, hint: 2 };

/** Causes before consequences, the serious first, and what the file says for certain before what the run suggests. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ rule, level }: Finding) => 2 * WEIGHT[level] + (RULES[rule].from === 'file' ? 0 : 1);
  const roots = findings.filter(({ cause }) => !cause).sort((a, b) => rank(a) - rank(b));
  const under = (rule: RuleId): Finding[] => findings.filter(({ cause }) => cause === rule).flatMap((finding) => [finding, ...under(finding.rule)]);
  return roots.flatMap((root) => [root, ...under(root.rule)]);
}
