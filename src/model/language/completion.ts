import { EntryReader } from '../entries';
import type { Rule } from '../grammar';
import { Names } from '../names';
import { nodeAt, entryOf, type Tree } from '../tree';
import type { SourceRange } from '../problem';
import { Problems } from '../problems';
import { readYaml } from '../yamlTree';
import { CARET, type CaretPlace, caretPlaces } from './caret';
import { keyMembers, type Member, type MemberKind, wordMembers } from './members';
import { snippetFor } from './snippets';

export interface Completion {
  label: string;
  kind: MemberKind | 'name';
  /** In the snippet syntax of VS Code and the language server protocol. */
  insert: string;
  /** What `insert` takes the place of. */
  range: SourceRange;
  /** Markdown. */
  documentation: string;
}

/** What may be written at an offset of a text, be it half-typed. What follows the caret matters only for what is there already. */
export function completionsAt(text: string, offset: number): Completion[] {
  const places = caretPlaces(text, offset);
  return places.flatMap((place) => completionsOf(place, text));
}

function completionsOf(place: CaretPlace, text: string): Completion[] {
  const { rule, as, lead } = place;
  const rest = /^[\w.-]*/.exec(text.slice(place.word.end))?.[0].length ?? 0;
  const range = { start: place.word.start, end: place.word.end + rest };
  // Before `: value` only the name is renewed.
  const nameOnly = /^\s*:/.test(text.slice(range.end));
  const complete =
    (of: Rule) =>
    ({ name, kind, documentation }: Member): Completion => {
      const insert = lead + (nameOnly ? name : snippetFor(name, place, of));
      return { label: name, kind, insert, range, documentation };
    };
  if (rule.kind === 'reference') {
    return as === 'key' ? [] : joinable(place.tree).map((name) => ({ label: name, kind: 'name', insert: lead + name, range, documentation: '' }));
  }
  if (as !== 'key') return wordMembers(rule).map(complete(rule));
  const present = presentKeys(place, text);
  const open = besideOthers(rule, present);
  return keyMembers(open)
    .filter(({ name }) => !present.includes(name))
    .map(complete(open));
}

/** One choice, one name: beside it nothing can stand but what the choice has for that. */
function besideOthers(rule: Rule, present: readonly string[]): Rule {
  const nothing: Rule = { kind: 'list', item: rule };
  if (rule.kind !== 'choice' || present.length === 0) return rule;
  return rule.beside && present.includes(rule.beside.owner) ? rule.beside : nothing;
}

/** The keys that the map has, before and behind the caret. */
function presentKeys({ tree, path, word }: CaretPlace, text: string): string[] {
  const keys = (node: Tree | undefined) => (node?.kind === 'map' ? node.entries : []);
  const before = keys(nodeAt(tree, path)).map(({ key }) => key);
  const whole = readYaml(text, new Problems());
  const after = keys(whole && nodeAt(whole, path)).filter(({ keyRange }) => keyRange.start > word.end);
  return [...before, ...after.map(({ key }) => key)].filter((key) => key !== CARET);
}

function joinable(tree: Tree): string[] {
  const model = tree.kind === 'map' ? entryOf(tree, 'model') : undefined;
  const names = new Names();
  if (model) new EntryReader(names, new Problems()).readModel(model.value, model.keyRange);
  return names.joinable(CARET);
}
