import * as z from 'zod';
import type { Choices } from './choices';
import { CONTAINERS } from './containers';
import type { ArgTable, Documented } from './documented';
import { entryRule, entryTable, isContainerType, takesScheme } from './entryTable';
import { INIT_CHOICES } from './initSpec';
import { INITS } from './inits';
import { WRAPPERS } from './optimizers';
import { type NestedKey, PARAM_GROUP, type Section, SECTIONS, TOP_DOCS, TOP_KEYS, type TopKey } from './schema';
import { LOSS_CHOICES, OPTIMIZER_CHOICES, SCHEDULER_CHOICES } from './training';
import { ENTRY_TYPES, type EntryType } from './vocabulary';

export type Argument = ArgTable[string];
export type Path = readonly (string | number)[];

/** What may stand at a place of a model file. Completion, hover, overrides and the JSON Schema read the language from here. */
export type Rule =
  | TableRule
  /** One of a registry: `Name`, or `Name: arguments`. A list of them where `many`. */
  | { kind: 'choice'; choices: Choices<string>; many: boolean; beside?: TableRule; child: (name: string) => Rule }
  | { kind: 'list'; item: Rule }
  /** The name of an earlier layer. */
  | { kind: 'reference' }
  | { kind: 'value'; owner: string; key: string; argument: Argument };

/** A map of keys. */
export interface TableRule {
  kind: 'table';
  owner: string;
  table: ArgTable;
  /** The key that a value which is no map is for: `Linear: 10`. */
  first?: string;
  child: (key: string) => Rule;
}

export const ENTRY_CHOICES: Choices<EntryType> = {
  noun: 'layer',
  kind: 'layer',
  registry: Object.fromEntries(ENTRY_TYPES.map((type) => [type, entryRule(type)])) as Record<EntryType, Documented>,
  example: 'Linear: 10',
};

const tableRule = (owner: string, table: ArgTable, first?: string): TableRule => ({
  kind: 'table',
  owner,
  table,
  first,
  child: (key) => ({ kind: 'value', owner, key, argument: table[key] }),
});

const choice = (choices: Choices<string>, many = false): Rule & { kind: 'choice' } => ({
  kind: 'choice',
  choices,
  many,
  child: (name) => tableRule(name, choices.registry[name].args, Object.keys(choices.registry[name].args)[0]),
});

const init: Rule = {
  ...choice(INIT_CHOICES),
  // `{weights: path, strict: true}`: the one name whose arguments stand beside it
  beside: tableRule('weights', INITS.weights.args),
};

const optimizers = choice(OPTIMIZER_CHOICES);
const optimizer: Rule & { kind: 'choice' } = {
  ...optimizers,
  child: (name) => {
    const plain = optimizers.child(name);
    if (plain.kind !== 'table' || !Object.hasOwn(WRAPPERS, name)) return plain;
    return { ...plain, child: (key) => (key === 'optimizer' ? optimizer : plain.child(key)) };
  },
};

const entry: Rule & { kind: 'choice' } = { kind: 'choice', choices: ENTRY_CHOICES, many: false, child: (name) => entryTableRule(name as EntryType) };
const entries: Rule = { kind: 'list', item: entry };
/** One layer, or a list of them. */
const part: Rule = { ...entry, many: true };

function entryTableRule(type: EntryType): Rule {
  const table = entryTable(type);
  const plain = tableRule(type, table, Object.keys(entryRule(type).args)[0]);
  const holds = isContainerType(type) ? CONTAINERS[type].holds : [];
  const child = (key: string): Rule => {
    const held = holds.find(({ name }) => name === key);
    if (held) return held.of === 'layers' ? entries : { kind: 'list', item: held.of === 'branches' ? entries : part };
    if (isContainerType(type) && key === 'layers') return { kind: 'list', item: { kind: 'reference' } };
    return key === 'init' && takesScheme(type) ? init : plain.child(key);
  };
  return { ...plain, child };
}

function section(name: keyof typeof SECTIONS): TableRule {
  const { args, nested = {}, lists = {} }: Section = SECTIONS[name];
  const plain = tableRule(name, args);
  const inner = new Map<string, Rule>([
    ...Object.entries(nested).map(([key, rule]) => [key, nestedRule(key, rule)] as const),
    ...Object.entries(lists).map(([key, choices]) => [key, choice(choices, true)] as const),
  ]);
  return { ...plain, child: (key) => inner.get(key) ?? plain.child(key) };
}

function nestedRule(key: string, { args, many }: NestedKey): Rule {
  const item = tableRule(key, args, Object.keys(args)[0]);
  return many ? { kind: 'list', item } : item;
}

const topTable: ArgTable = Object.fromEntries(TOP_KEYS.map((key) => [key, z.unknown().optional().describe(TOP_DOCS[key].doc)]));

const TOP: Record<TopKey, Rule> = {
  name: { kind: 'value', owner: 'the file', key: 'name', argument: z.string().describe(TOP_DOCS.name.doc) },
  data: section('data'),
  model: entries,
  init,
  loss: choice(LOSS_CHOICES),
  optimizer,
  scheduler: choice(SCHEDULER_CHOICES, true),
  param_groups: nestedRule('param_groups', PARAM_GROUP),
  regularize: section('regularize'),
  train: section('train'),
};

export const FILE: Rule = { kind: 'table', owner: 'the file', table: topTable, child: (key) => TOP[key as TopKey] };

/** The words that may stand as keys at a place. */
export function keysOf(rule: Rule): string[] {
  if (rule.kind === 'table') return Object.keys(rule.table);
  return rule.kind === 'choice' ? Object.keys(rule.choices.registry) : [];
}

/** One step down the file, by a key or the index in a list; undefined where the language has no such thing. */
export function step(rule: Rule, segment: string | number): Rule | undefined {
  if (typeof segment === 'string') {
    if (rule.kind === 'choice' && rule.beside && keysOf(rule.beside).includes(segment)) return rule.beside.child(segment);
    return keysOf(rule).includes(segment) && (rule.kind === 'table' || rule.kind === 'choice') ? rule.child(segment) : undefined;
  }
  if (rule.kind === 'list') return rule.item;
  if (rule.kind === 'table' && rule.first !== undefined) return step(rule.child(rule.first), segment);
  return rule.kind === 'value' || (rule.kind === 'choice' && rule.many) ? rule : undefined;
}

/** What the language has at a path of keys and indexes. */
export const ruleAt = (path: Path): Rule | undefined => path.reduce<Rule | undefined>((rule, segment) => rule && step(rule, segment), FILE);
