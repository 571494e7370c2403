import * as z from 'zod';
import type { ArgTable } from './documented';
import { expects, takesText, wordsOf } from './expects';
import { nearest } from './nearest';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import { inWords, isNothing, isText, nearestNode, toValue, type MapTree, type Tree } from './tree';

/** Whose arguments are read, for messages. */
export interface Owner {
  /** `Conv2d`, `train`. */
  name: string;
  kind: 'argument' | 'key';
  /** The word that names it. */
  range: SourceRange;
  /** The layer's name, if it is one. */
  layer?: string;
  /** What to say of an unknown name instead of the nearest known one; undefined: nothing special. */
  advice?: (name: string) => string | undefined;
}

export interface ReadArguments {
  args: Record<string, unknown>;
  argRanges: Record<string, SourceRange>;
}

const schemas = new WeakMap<ArgTable, z.ZodObject>();

function schemaOf(table: ArgTable): z.ZodObject {
  let schema = schemas.get(table);
  if (!schema) schemas.set(table, (schema = z.object(table)));
  return schema;
}

/** `Name: value` gives the first argument, `Name: {…}` names them; undefined after a problem. */
export function asArguments(value: Tree | undefined, table: ArgTable, owner: Owner, problems: Problems): MapTree | undefined {
  if (!value || isNothing(value)) return { kind: 'map', entries: [], range: value?.range ?? owner.range };
  if (value.kind === 'map') return value;
  const [first] = Object.keys(table);
  if (first !== undefined) return { kind: 'map', entries: [{ key: first, keyRange: owner.range, value }], range: value.range };
  problems.error('unknown-argument', `\`${owner.name}\` takes no value, got ${inWords(value)}.`, value.range, owner);
  return undefined;
}

/** Checks a map against an argument table. Every trouble is reported at its own word; undefined if there was any. */
export function readArguments(map: MapTree, table: ArgTable, owner: Owner, problems: Problems): ReadArguments | undefined {
  const known = map.entries.filter((entry) => Object.hasOwn(table, entry.key));
  const meant = map.entries
    .filter((entry) => !known.includes(entry))
    .map((entry) => reportUnknown(entry.key, entry.keyRange, table, owner, problems));
  const parsed = schemaOf(table).safeParse(Object.fromEntries(known.map(({ key, value }) => [key, toValue(value)])));
  const reported = new Set<PropertyKey>();
  for (const issue of parsed.error?.issues ?? []) {
    const key = String(issue.path[0]);
    // One argument, one message: its expectation says everything.
    if (!reported.has(key) && !meant.includes(key)) reportIssue(issue, key, map, table, owner, problems);
    reported.add(key);
  }
  if (!parsed.success || known.length < map.entries.length) return undefined;
  return { args: parsed.data, argRanges: Object.fromEntries(known.map(({ key, value }) => [key, value.range])) };
}

/** Returns the argument that was meant, if one is near: to say of it that it is missing would be one message too many. */
function reportUnknown(name: string, range: SourceRange, table: ArgTable, owner: Owner, problems: Problems): string | undefined {
  const known = Object.keys(table);
  const code = owner.kind === 'key' ? 'unknown-key' : 'unknown-argument';
  const complaint = owner.kind === 'key' ? `Unknown key \`${name}\` in \`${owner.name}\`.` : `\`${owner.name}\` has no argument \`${name}\`.`;
  const advice = owner.advice?.(name);
  const meant = nearest(name, known);
  problems.error(code, advice ? `${complaint} ${advice}` : complaint, range, { layer: owner.layer, meant: advice ? undefined : meant });
  return meant;
}

function reportIssue(issue: z.core.$ZodIssue, key: string, map: MapTree, table: ArgTable, owner: Owner, problems: Problems): void {
  const argument = table[key];
  const value = map.entries.find((entry) => entry.key === key)?.value;
  if (!value) {
    const message = `\`${owner.name}\` needs \`${key}\`: ${expects(argument)}.`;
    problems.error('missing-argument', message, owner.range, owner);
    return;
  }
  const culprit = nearestNode(value, deepPath(issue).slice(1));
  const range = isNothing(culprit) ? map.entries.find((entry) => entry.key === key)!.keyRange : culprit.range;
  const where = key === owner.name ? `\`${key}\`` : owner.kind === 'key' ? `\`${owner.name}.${key}\`` : `\`${key}\` of \`${owner.name}\``;
  const message =
    issue.code === 'custom' ? `${where}: ${issue.message}` : `${where} must be ${expects(argument)}, got ${inWords(value)}.${hint(value, argument)}`;
  const meant = isText(culprit) ? nearest(culprit.value, wordsOf(argument)) : undefined;
  problems.error('bad-value', message, range, { layer: owner.layer, meant });
}

/** Into the alternative that came nearest: `[3, x]` is a list with a bad member, not a bad number. */
function deepPath(issue: z.core.$ZodIssue): PropertyKey[] {
  if (issue.code !== 'invalid_union') return issue.path;
  const deeper = issue.errors.map((issues) => issues[0]).find((inner) => inner && inner.path.length > 0);
  return deeper ? [...issue.path, ...deepPath(deeper)] : issue.path;
}

/** Where the type is wrong by a habit of another language. */
function hint(value: Tree, argument: ArgTable[string]): string {
  if (value.kind !== 'scalar' || typeof value.value === 'boolean' || value.value === null) return '';
  const expectation = expects(argument);
  if (expectation.includes('`true`') && /^(yes|on|1)$/i.test(String(value.value))) return ' Write `true`.';
  if (expectation.includes('`true`') && /^(no|off|0)$/i.test(String(value.value))) return ' Write `false`.';
  if (typeof value.value === 'number' && takesText(argument)) return ` Put it in quotes: "${value.value}".`;
  return '';
}
