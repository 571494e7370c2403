import { GENERATORS } from '../../data/generators';
import { wordsOf } from '../expects';
import { ENTRY_CHOICES, FILE, keysOf, type Rule, type TableRule } from '../grammar';
import { entryTable } from '../entryTable';
import { SECTIONS, TOP_DOCS, type TopKey } from '../schema';
import type { EntryType } from '../vocabulary';
import { describeKey, describeName } from './describe';

export type MemberKind = 'key' | 'argument' | 'layer' | 'choice' | 'word';

/** A word that may stand at a place, and what there is to say of it. */
export interface Member {
  name: string;
  kind: MemberKind;
  /** Markdown. */
  documentation: string;
}

/** The words that may be a key of a map. */
export function keyMembers(rule: Rule): Member[] {
  return keysOf(rule).map((name) => keyMember(rule, name));
}

/** The words that may be the value itself. */
export function wordMembers(rule: Rule): Member[] {
  if (rule.kind === 'choice') return keyMembers(rule);
  if (rule.kind === 'table' && rule.first !== undefined) return wordMembers(rule.child(rule.first));
  if (rule.kind !== 'value') return [];
  return wordsOf(rule.argument).map((name) => ({ name, kind: 'word', documentation: describeWord(rule, name) }));
}

/** Markdown for a word, as a key or as the value; undefined where the language has no such word. */
export function documentationOf(rule: Rule, word: string): string | undefined {
  if (keysOf(rule).includes(word)) return keyMember(rule, word).documentation;
  if (rule.kind === 'choice') return rule.beside && documentationOf(rule.beside, word);
  return wordMembers(rule).find(({ name }) => name === word)?.documentation;
}

function keyMember(rule: Rule, name: string): Member {
  if (rule.kind === 'choice') {
    const isLayer = rule.choices === ENTRY_CHOICES;
    const documented = rule.choices.registry[name];
    const table = isLayer ? entryTable(name as EntryType) : documented.args;
    return { name, kind: isLayer ? 'layer' : 'choice', documentation: describeName(name, documented, table) };
  }
  const { owner, table } = rule as TableRule;
  const top = Object.hasOwn(TOP_DOCS, name) && rule === FILE ? TOP_DOCS[name as TopKey] : undefined;
  const documentation = top ? `**${name}** ${top.doc}\n\n\`${top.example}\`` : describeKey(name, owner, table[name]);
  return { name, kind: rule === FILE || Object.hasOwn(SECTIONS, owner) ? 'key' : 'argument', documentation };
}

function describeWord({ owner, key, argument }: Rule & { kind: 'value' }, word: string): string {
  const generator = owner === 'data' && key === 'source' ? GENERATORS[word as keyof typeof GENERATORS] : undefined;
  return generator ? `**${word}** ${generator.doc}` : describeKey(key, owner, argument);
}
