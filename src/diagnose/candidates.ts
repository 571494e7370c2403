import { parseModel } from '../model/parse';
import { applyEdits } from '../model/textEdits';
import { isAlarm } from './diagnose';
import type { Finding, RuleId } from './finding';
import type { Fix, FixKind, TextEdit } from './fix';
import { mergeFixes } from './writeFix';

/** One fix, or several at once, to be measured. */
export interface Candidate {
  /** Of its fixes, joined. */
  title: string;
  fixes: { rule: RuleId; kind: FixKind; title: string }[];
  /** Of the text it was made for; they do not overlap and ascend. */
  edits: TextEdit[];
  /** The model file with them. */
  text: string;
  needsRestart: boolean;
}

/** More single fixes than these are not measured: each takes as long as the run did. */
const MOST_SINGLES = 8;

/** So many of a cause's fixes have their turn before the first fix of what follows from it. */
const BEFORE_CONSEQUENCES = 2;

/** So many of the best single fixes are tried together. */
const COMBINED = 3;

/** The fixes of all alarms one by one, most promising first. Findings as `diagnose` gives them: causes before consequences. */
export function candidatesOf(findings: readonly Finding[], text: string): Candidate[] {
  const fixes = findings.filter(isAlarm).flatMap(({ rule, cause, fixes }) =>
    // In turns: the best fix of every cause comes before the second-best of the first, as it is the cause that may be mistaken.
    fixes.map((fix, i) => ({ rule, fix, turn: i + (cause ? BEFORE_CONSEQUENCES : 0) })),
  );
  const inTurn = fixes.map((one) => one).sort((a, b) => a.turn - b.turn);
  const candidates = inTurn.flatMap(({ rule, fix }) => candidateOf([{ rule, ...fix }], fix.edits, text) ?? []);
  return withoutTwins(candidates, [text]).slice(0, MOST_SINGLES);
}

/**
 * Pairs of the best measured single fixes, and the best three together: those of different kinds whose edits leave each other alone. Not with
 * more steps, which make almost anything a little better and take their time.
 */
export function combine(best: readonly Candidate[], text: string): Candidate[] {
  const [first, second, third] = best.filter(({ fixes }) => fixes.every(({ kind }) => kind !== 'train-longer')).slice(0, COMBINED);
  const groups = [
    [first, second],
    [first, third],
    [second, third],
    [first, second, third],
  ].filter((group): group is Candidate[] => group.every(Boolean));
  return withoutTwins(
    groups.flatMap((group) => together(group, text) ?? []),
    [text, ...best.map((candidate) => candidate.text)],
  );
}

function together(group: readonly Candidate[], text: string): Candidate | undefined {
  const fixes = group.flatMap((candidate) => candidate.fixes);
  const edits = mergeFixes(text, group);
  if (!edits || new Set(fixes.map(({ kind }) => kind)).size < fixes.length) return undefined;
  const needsRestart = group.some((candidate) => candidate.needsRestart);
  return candidateOf(
    fixes.map((fix) => ({ ...fix, needsRestart })),
    edits,
    text,
  );
}

/** Undefined where the text that comes of it is no model file. */
function candidateOf(
  fixes: readonly (Pick<Fix, 'kind' | 'title' | 'needsRestart'> & { rule: RuleId })[],
  edits: TextEdit[],
  text: string,
): Candidate | undefined {
  const edited = applyEdits(text, edits);
  if (!parseModel(edited).spec) return undefined;
  return {
    title: fixes.map(({ title }) => title).join(' + '),
    fixes: fixes.map(({ rule, kind, title }) => ({ rule, kind, title })),
    edits,
    text: edited,
    needsRestart: fixes.some(({ needsRestart }) => needsRestart),
  };
}

/** Each text once, those of `known` not at all. */
function withoutTwins(candidates: readonly Candidate[], known: readonly string[]): Candidate[] {
  const seen = new Set(known);
  return candidates.filter(({ text }) => !seen.has(text) && seen.add(text));
}
