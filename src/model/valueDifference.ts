import * as z from 'zod';
import type { ArgTable } from './documented';
import type { Choice } from './spec';

type Fields = Record<string, unknown>;

/** Keys that say where something stands in the text. */
const isPlace = (key: string): boolean => /^ranges?$|Ranges?$/.test(key);

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isChoice = (value: unknown): value is Choice<string> => isFields(value) && typeof value.name === 'string' && isFields(value.args);

const isChoices = (value: unknown): value is Choice<string>[] => Array.isArray(value) && value.every(isChoice);

/** Whether two parsed values mean the same, wherever they stand in the text. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => isEqual(value, b[i]));
  if (isFields(a) && isFields(b)) return keysOf(a, b).every((key) => isEqual(a[key], b[key]));
  return Object.is(a, b);
}

const keysOf = (a: Fields, b: Fields): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !isPlace(key));

/** Pairs of keys of which one stands in for the other. */
const EITHER_OR = [
  ['file', 'source'],
  ['epochs', 'steps'],
];

/** What changed between two maps of keys, each behind `prefix`; of the keys in `told` somebody else tells. */
export function describeFields(prefix: string, a: Fields, b: Fields, { told = [], table }: { told?: string[]; table?: ArgTable } = {}): string[] {
  const swapped = EITHER_OR.flatMap((pair) => [pair, [...pair].reverse()]).filter(
    ([from, to]) => a[from] !== undefined && a[to] === undefined && b[from] === undefined && b[to] !== undefined,
  );
  const rest = keysOf(a, b).filter((key) => !told.includes(key) && !swapped.flat().includes(key));
  return [
    ...swapped.map(([from, to]) => `${prefix}${from} ${inWords(a[from])} → ${to} ${inWords(b[to])}`),
    ...rest.flatMap((key) => describeValue(`${prefix}${key}`, short(a[key], table?.[key]), short(b[key], table?.[key]))),
  ];
}

/** What changed between two values, in the file's words: `lr 0.001 → 0.01`. */
export function describeValue(label: string, a: unknown, b: unknown, prefix = `${label}: `): string[] {
  if (isEqual(a, b)) return [];
  if (isChoice(a) && isChoice(b)) return describeChoice(label, a, b, prefix);
  if (isChoices(a) && isChoices(b)) return describeChoices(label, a, b);
  if (isFields(a) && isFields(b)) return describeFields(prefix, a, b);
  return [`${label} ${inWords(a)} → ${inWords(b)}`];
}

function describeChoice(label: string, a: Choice<string>, b: Choice<string>, prefix: string): string[] {
  if (a.name === b.name) return describeFields(prefix, a.args, b.args);
  // Of the arguments only the rate means the same everywhere.
  return [`${label} ${a.name} → ${b.name}`, ...('lr' in a.args && 'lr' in b.args ? describeValue('lr', a.args.lr, b.args.lr) : [])];
}

function describeChoices(label: string, a: Choice<string>[], b: Choice<string>[]): string[] {
  const names = (list: Choice<string>[]) => list.map(({ name }) => name).join(', ') || 'none';
  if (names(a) !== names(b)) return [`${label} ${names(a)} → ${names(b)}`];
  return a.flatMap((choice, i) => describeFields(a.length === 1 ? `${label}: ` : `${choice.name}: `, choice.args, b[i].args));
}

/** `[3, 3]` as 3 where the argument can be written that way. */
function short(value: unknown, argument: ArgTable[string] | undefined): unknown {
  if (!argument || !Array.isArray(value) || value.length < 2 || value.some((item) => item !== value[0])) return value;
  return z.safeParse(argument, value[0]).success ? value[0] : value;
}

const LONGEST = 40;

function inWords(value: unknown): string {
  const words = spellOut(value);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

function spellOut(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (isChoice(value)) return value.name;
  if (Array.isArray(value)) return `[${value.map(spellOut).join(', ')}]`;
  if (isFields(value))
    return `{${keysOf(value, value)
      .map((key) => `${key}: ${spellOut(value[key])}`)
      .join(', ')}}`;
  return String(value as string | number | boolean);
}
