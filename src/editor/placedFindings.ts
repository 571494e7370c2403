import type { Finding, Place } from '../diagnose/finding';
import type { Fix, FixKind } from '../diagnose/fix';
import { RULES } from '../diagnose/rules';
import { mergeFixes } from '../diagnose/writeFix';
import type { SourceRange } from '../model/problem';
import { walkLayers, type Spec } from '../model/spec';
import { entryName } from './layerLines';
import { smallestChange } from './textChange';

/** The text in the editor, what it means, and what is wrong with it before any training. */
export interface Edited {
  text: string;
  spec: Spec;
  findings: readonly Finding[];
}

/** What was found of a text that a run trains or trained. */
export interface Judged {
  text: string;
  findings: readonly Finding[];
  isActive: boolean;
  /** The text in the editor means the same. */
  isSameModel: boolean;
}

/** Whether it takes training to know it. */
const isOfTraining = ({ rule }: Finding): boolean => RULES[rule].from === 'training';

/**
 * What is found of the text in the editor, places and fixes in its own coordinates. Of another model than the run's only the text itself
 * tells what is wrong before training; what the run found stands as long as it goes on with its own.
 */
export function findingsInEditor(edited: Edited, judged: Judged | undefined): readonly Finding[] {
  if (!judged) return edited.findings;
  if (judged.text === edited.text) return judged.findings;
  const moved = moveFindings(judged, edited);
  if (judged.isSameModel) return moved;
  const all = [...edited.findings, ...(judged.isActive ? moved.filter(isOfTraining) : [])];
  const rules = new Set(all.map(({ rule }) => rule));
  return all.map((finding) => (finding.cause && !rules.has(finding.cause) ? { ...finding, cause: undefined } : finding));
}

function moveFindings(judged: Judged, { text, spec }: Edited): Finding[] {
  const change = smallestChange(judged.text, text);
  const entries = new Map([...walkLayers(spec.model)].map((entry) => [entry.name, entry.typeRange]));
  const movePlace = ({ layer, range }: Place): Place[] => {
    // Where its own text was changed, the layer is still there by its name.
    const place = moveRange(range, change) ?? (layer === undefined ? undefined : entries.get(entryName(layer)));
    return place ? [{ ...(layer !== undefined && { layer }), range: place }] : [];
  };
  return judged.findings.flatMap((finding) => {
    const [place, ...also] = [finding.place, ...finding.also].flatMap(movePlace);
    return place ? [{ ...finding, place, also, fixes: finding.fixes.flatMap((fix) => moveFix(fix, change) ?? []) }] : [];
  });
}

/** A fix made for another text; undefined where what it edits was changed since. */
export function moveFix<T extends Pick<Fix, 'edits'>>(fix: T, change: ReturnType<typeof smallestChange>): T | undefined {
  const edits = fix.edits.flatMap(({ range, text }) => {
    // What was typed right beside an edit may be meant instead of it.
    const isBeside = range.start <= change.end && range.end >= change.start;
    const moved = isBeside ? undefined : moveRange(range, change);
    return moved ? [{ range: moved, text }] : [];
  });
  return edits.length === fix.edits.length ? { ...fix, edits } : undefined;
}

/** Where a range of the text before a change stands after it; undefined where the change goes into it. */
function moveRange({ start, end }: SourceRange, change: ReturnType<typeof smallestChange>): SourceRange | undefined {
  if (end <= change.start) return { start, end };
  if (start < change.end) return undefined;
  const by = change.text.length - (change.end - change.start);
  return { start: start + by, end: end + by };
}

/** Where a finding stands, every place once: its own first. */
export function placesOf({ place, also }: Finding): Place[] {
  const isSame = (a: Place, b: Place) => a.range.start === b.range.start && a.range.end === b.range.end;
  return [place, ...also].filter((one, i, all) => all.findIndex((other) => isSame(one, other)) === i);
}

/** The fixes of one kind of all findings in one; undefined where there are fewer than two different ones, or they do not go together. */
export function fixAll(text: string, findings: readonly Finding[], kind: FixKind): Pick<Fix, 'title' | 'edits'> | undefined {
  // Of one finding the first is the best; the others of its kind are alternatives.
  const fixes = findings.flatMap((finding) => finding.fixes.find((fix) => fix.kind === kind) ?? []);
  const distinct = fixes.filter(({ edits }, i) => fixes.findIndex((other) => JSON.stringify(other.edits) === JSON.stringify(edits)) === i);
  const edits = distinct.length > 1 ? mergeFixes(text, distinct) : undefined;
  return edits && { title: `Fix all: ${distinct.map(({ title }) => title).join('; ')}`, edits };
}
