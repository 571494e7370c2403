import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  type Alias,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { positionAt, type SourceRange } from './problem';
import { nearest } from './nearest';
import type { Problems } from './problems';
import type { MapEntry, ScalarTree, Tree } from './tree';
import { reportYamlErrors } from './yamlErrors';

/** Limits that no model written by a person comes near, and below which parsing takes well under a second. */
export const MAX_CHARACTERS = 65_536;
const MAX_DEPTH = 250;
const MAX_SYNTAX_ERRORS = 50;
const MAX_ALIASED_NODES = 10_000;

export const YAML_OPTIONS = { version: '1.2', merge: true, uniqueKeys: false, prettyErrors: false } as const;

/** Reads a file's YAML into a tree; what is wrong with the YAML itself goes to `problems`. Undefined: nothing to read. */
export function readYaml(text: string, problems: Problems): Tree | undefined {
  if (text.length > MAX_CHARACTERS) {
    const message = `The file has ${text.length.toLocaleString('en')} characters; a model file holds at most ${MAX_CHARACTERS.toLocaleString('en')}.`;
    problems.error('file-too-large', message, { start: 0, end: 1 });
    return undefined;
  }
  const tokens = tokensOf(text, problems);
  if (!tokens) return undefined;
  const [document, second] = [...new Composer(YAML_OPTIONS).compose(tokens, true, text.length)];
  reportYamlErrors(text, document, problems);
  if (second) {
    const start = text.lastIndexOf('---', second.contents?.range?.[0] ?? text.length);
    problems.error('several-documents', 'A model file holds one document; remove this `---` and what follows.', { start, end: start + 3 });
  }
  if (!document.contents) return undefined;
  return new TreeReader(text, problems).read(document.contents);
}

/** Lexes with an eye on the depth: the composer recurses, so `[[[[…` has to stop before it. */
function tokensOf(text: string, problems: Problems) {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let errors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error' && ++errors > MAX_SYNTAX_ERRORS) return tokens;
    }
    if (parser.stack.length > MAX_DEPTH) {
      problems.error('too-deep', 'The file is nested too deeply here.', { start: parser.offset, end: parser.offset + 1 });
      return undefined;
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

class TreeReader {
  private aliasedNodes = 0;
  private exhausted = false;
  /** By name; the latest one before an alias counts. */
  private readonly anchors = new Map<string, Node>();
  /** Nodes on the way down, to see an alias inside its own anchor. */
  private readonly open = new Set<Node>();

  constructor(
    private readonly text: string,
    private readonly problems: Problems,
  ) {}

  /** `place`: of the alias that stands for the node; everything below is then located there. */
  read(node: Node | null, fallback: SourceRange = { start: 0, end: 0 }, place?: SourceRange): Tree {
    const range = place ?? this.rangeOf(node, fallback);
    const nothing: ScalarTree = { kind: 'scalar', value: null, range };
    if (!node) return nothing;
    if (place && ++this.aliasedNodes > MAX_ALIASED_NODES) {
      if (!this.exhausted) this.problems.error('too-many-aliases', `Aliases expand to more than ${MAX_ALIASED_NODES} values here.`, place);
      this.exhausted = true;
      return nothing;
    }
    if (isAlias(node)) return this.exhausted ? nothing : this.readAlias(node, range);
    if (node.anchor) this.anchors.set(node.anchor, node);
    this.open.add(node);
    const tree = this.readResolved(node, range, place);
    this.open.delete(node);
    return tree;
  }

  private readResolved(node: Node, range: SourceRange, place?: SourceRange): Tree {
    if (isSeq(node)) {
      const items = (node.items as (Node | null)[]).map((item) => this.read(item, place ?? this.dashOf(item, range), place));
      return { kind: 'list', items, range: place ?? extent(node, range, items.at(-1)?.range.end) };
    }
    if (isMap(node)) {
      const entries = this.readEntries(node, range, place);
      // Merged entries come last here, but stand where the merge key does.
      const end = Math.max(...entries.filter((entry) => entry.keyRange.start >= range.start).map(({ value }) => value.range.end));
      return { kind: 'map', entries, range: place ?? extent(node, range, end) };
    }
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { kind: 'scalar', value, range };
    return { kind: 'scalar', value: null, range };
  }

  private readAlias(alias: Alias, range: SourceRange): Tree {
    const target = this.anchors.get(alias.source);
    if (target && !this.open.has(target)) return this.read(target, range, range);
    if (target) this.problems.error('alias-to-itself', `\`*${alias.source}\` stands inside the value it repeats.`, range);
    else {
      const meant = nearest(alias.source, this.anchors.keys());
      this.problems.error('unknown-anchor', `No anchor \`&${alias.source}\` stands before this alias.`, range, { meant: meant && `*${meant}` });
    }
    return { kind: 'scalar', value: null, range };
  }

  private readEntries(node: YAMLMap, range: SourceRange, place?: SourceRange): MapEntry[] {
    const own = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const keyRange = place ?? this.rangeOf(pair.key, range);
      if (isMergeKey(pair.key)) this.merge(this.read(pair.value, keyRange, place), merged);
      else if (isScalar(pair.key) || pair.key === null) this.addEntry(own, this.keyText(pair.key), keyRange, pair.value, place);
      else if (!this.problems.hasErrors) this.problems.error('bad-key', 'A key has to be a word.', keyRange);
    }
    const inherited = [...merged.values()].filter((entry) => !own.has(entry.key));
    return [...own.values(), ...inherited];
  }

  private addEntry(own: Map<string, MapEntry>, key: string, keyRange: SourceRange, value: Node | null, place?: SourceRange): void {
    const first = own.get(key);
    if (!first) own.set(key, { key, keyRange, value: this.read(value, keyRange, place) });
    else {
      const line = positionAt(this.text, first.keyRange.start).line;
      this.problems.error('duplicate-key', `\`${key}\` is given twice; the first one is on line ${line}.`, keyRange);
    }
  }

  /** Of several merged maps the first has the say; the map's own keys come before all of them. */
  private merge(source: Tree, merged: Map<string, MapEntry>): void {
    const maps = source.kind === 'list' ? source.items : [source];
    for (const map of maps) {
      if (map.kind !== 'map') this.problems.error('bad-merge', 'A merge key `<<` takes a map or a list of maps.', map.range);
      else for (const entry of map.entries) if (!merged.has(entry.key)) merged.set(entry.key, entry);
    }
  }

  private keyText(key: Node | null): string {
    return isScalar(key) ? (typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))) : '';
  }

  private rangeOf(node: Node | null, fallback: SourceRange): SourceRange {
    const [start, end] = node?.range ?? [0, 0];
    return end > start ? { start, end } : fallback;
  }

  /** Where an empty list item is missed: at its dash. */
  private dashOf(item: Node | null, list: SourceRange): SourceRange {
    const dash = this.text.lastIndexOf('-', item?.range?.[0] ?? list.start);
    return dash < list.start ? list : { start: dash, end: dash + 1 };
  }
}

/** YAML counts the blanks and comments after a block to it; a reader does not: a block ends with its last value. */
const extent = (node: YAMLMap | YAMLSeq, range: SourceRange, end = -Infinity): SourceRange =>
  node.flow || end === -Infinity ? range : { start: range.start, end: Math.max(range.start, end) };

const isMergeKey = (key: Node | null): boolean => isScalar(key) && key.source === '<<' && key.type === 'PLAIN';
