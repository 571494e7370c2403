import * as z from 'zod';
import type { ArgTable } from './documented';

type Argument = ArgTable[string];
type Json = z.core.JSONSchema.BaseSchema;

const jsonCache = new WeakMap<Argument, Json>();

/** The JSON Schema of what a user may write for an argument (before defaults and transformations). */
export function jsonOf(argument: Argument): Json {
  let json = jsonCache.get(argument);
  if (!json) {
    json = z.toJSONSchema(argument, { io: 'input', unrepresentable: 'any' });
    delete json.$schema;
    jsonCache.set(argument, json);
  }
  return json;
}

/** What an argument takes, as a person would say it after "must be": `a whole number of at least 1`. */
export const expects = (argument: Argument): string => inWords(jsonOf(argument));

/** The fixed words an argument takes, if it takes words. */
export function wordsOf(argument: Argument): string[] {
  const leaves = (json: Json): Json[] => (json.anyOf ? json.anyOf.flatMap(leaves) : [json]);
  return leaves(jsonOf(argument)).flatMap((json) => (json.type === 'boolean' ? ['true', 'false'] : (json.enum ?? []).map(String)));
}

/** Whether a number is no answer, but its digits in quotes are. */
export const takesText = (argument: Argument): boolean =>
  /"type":"string"/.test(JSON.stringify(jsonOf(argument))) && !/"type":"(number|integer)"/.test(JSON.stringify(jsonOf(argument)));

export const isRequired = (argument: Argument): boolean => !z.safeParse(argument as z.ZodType, undefined).success;

/** The default as it would be written in the file; undefined where there is none. */
export function defaultOf(argument: Argument): string | undefined {
  const { success, data } = z.safeParse(argument as z.ZodType, undefined);
  if (!success || data === undefined) return undefined;
  // `3` for every dimension is read as `[3, 3]`, but nobody writes it.
  const single = Array.isArray(data) && new Set(data).size === 1 && z.safeParse(argument as z.ZodType, data[0]).success;
  return JSON.stringify(single ? data[0] : data)
    .replaceAll('"', '')
    .replaceAll(',', ', ');
}

export const descriptionOf = (argument: Argument): string => (argument as z.ZodType).description ?? jsonOf(argument).description ?? '';

function inWords(json: Json): string {
  const choices = alternatives(json);
  if (choices.length > 1) return (json.enum && choices.length > 2 ? 'one of ' : '') + listed([...new Set(choices)]);
  if (json.title) return json.title;
  switch (json.type) {
    case 'boolean':
      return '`true` or `false`';
    case 'integer':
    case 'number':
      return `${json.type === 'integer' ? 'a whole number' : 'a number'}${bounds(json)}`;
    case 'string':
      return json.pattern ? 'a word of letters, digits, `_`, `-` and `.`' : 'a text';
    case 'array':
      return arrayInWords(json);
    case 'object':
      return 'a map of arguments';
    default:
      return 'a value';
  }
}

/** `a`, `b` of words; of `3` or `[3, 3]` the second is said by the first. */
function alternatives(json: Json): string[] {
  if (json.enum) return json.enum.map((word) => `\`${String(word)}\``);
  if (!json.anyOf) return [];
  const [members, lists] = [json.anyOf.filter(({ type }) => type !== 'array'), json.anyOf.filter(({ type }) => type === 'array')];
  const single = members.flatMap((member) => (member.enum || member.anyOf ? alternatives(member) : [inWords(member)]));
  return [...single, ...lists.map((list) => inWords(list).replace(`, each ${single.at(-1)}`, ' of them'))];
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Json): string {
  const top = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const bottom = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  if (bottom !== undefined && top !== undefined) return ` from ${bottom} to ${top}`;
  const parts = [
    bottom === undefined ? undefined : `of at least ${bottom}`,
    exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`,
    top === undefined ? undefined : `of at most ${top}`,
    exclusiveMaximum === undefined ? undefined : `below ${exclusiveMaximum}`,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? ` ${parts.join(' and ')}` : '';
}

function arrayInWords(json: Json): string {
  if (json.items && (json.items as Json).title) return `a list of ${(json.items as Json).title}`;
  const members = (json.prefixItems ?? (json.items ? [json.items] : [])) as Json[];
  const each = [...new Set(members.map(inWords))];
  const count = json.prefixItems?.length ?? (json.minItems === json.maxItems ? json.minItems : undefined);
  const list = count !== undefined ? `a list of ${count}` : json.minItems ? 'a list of one or more' : 'a list';
  return each.length === 0 || each[0] === 'a value' ? list : `${list}, each ${each.join(' and ')}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], conjunction = 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words[words.length - 1]}`;
}
