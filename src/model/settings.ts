import { keysOf, type Path, ruleAt } from './grammar';
import { entryRange, insertEntry, isFlow, isOwn } from './memberEdits';
import { commentsIn, isAiry, type TextEdit } from './textEdits';
import { entryOf, isNothing, type MapEntry, type MapTree, nodeAt, type Tree } from './tree';

/** Of two keys only one may be there: setting one replaces the other. */
const INSTEAD_OF: Record<string, string> = { steps: 'epochs', epochs: 'steps', file: 'source', source: 'file' };

/** How a value gets to a path of the file: what there is of the path already decides. */
export type Setting =
  /** A node's text gives way; `rest` of the path is written with the value. */
  | { kind: 'replace'; at: Path; rest: Path }
  | { kind: 'insert'; at: Path; rest: Path }
  /** The entry of a key that cannot stand beside the new one gives way. */
  | { kind: 'swap'; at: Path; other: string; rest: Path }
  /** `Linear: 10` becomes `Linear: {out_features: 10, …}`. */
  | { kind: 'spell-out'; at: Path; first: string; rest: Path }
  /** The file has a list that is shorter, or no list. */
  | { kind: 'no-list'; at: Path; rest: Path };

/** Goes down as far as the file has the path. */
export function settingOf(text: string, tree: Tree, path: Path): Setting {
  for (let depth = 0; depth < path.length; depth++) {
    const [at, rest] = [path.slice(0, depth), path.slice(depth)];
    const node = nodeAt(tree, at)!;
    const [key] = rest;
    const entry = node.kind === 'map' ? entryOf(node, String(key)) : undefined;
    if (entry && !isOwn(text, entry)) return { kind: 'insert', at, rest };
    if (!entry && !(node.kind === 'list' && node.items[Number(key)])) return extending(node, at, rest);
  }
  return { kind: 'replace', at: path, rest: [] };
}

function extending(node: Tree, at: Path, rest: Path): Setting {
  const rule = ruleAt(at);
  const key = rest[0];
  if (node.kind === 'list' || typeof key === 'number') return { kind: 'no-list', at, rest };
  if (node.kind === 'map' && rule?.kind === 'table') {
    const other = entryOf(node, INSTEAD_OF[key] ?? '');
    return other ? { kind: 'swap', at, other: other.key, rest } : { kind: 'insert', at, rest };
  }
  const isItem = typeof at.at(-1) === 'number';
  // `- Dropout` becomes `- Dropout: 0.2`
  if (isItem && rule?.kind === 'choice' && rest.length === 2 && rest[1] === firstOf([...at, key])) return { kind: 'replace', at, rest: [key] };
  const first = firstOf(at);
  if (first === undefined || isNothing(node)) return { kind: 'replace', at, rest };
  return key === first ? { kind: 'replace', at, rest: rest.slice(1) } : { kind: 'spell-out', at, first, rest };
}

function firstOf(path: Path): string | undefined {
  const rule = ruleAt(path);
  return rule?.kind === 'table' ? rule.first : undefined;
}

/** The edits of a setting; `value` is YAML that can stand anywhere. */
export function writeSetting(text: string, tree: Tree, setting: Exclude<Setting, { kind: 'no-list' }>, value: string): TextEdit[] {
  const node = nodeAt(tree, setting.at)!;
  const entry = parentEntry(tree, setting.at);
  const { rest } = setting;
  switch (setting.kind) {
    case 'replace':
      return [
        put(text, node, entry, rest.length > 0 && standsBare(text, tree, setting.at) ? nestedEntry(text, rest, value) : nested(text, rest, value)),
      ];
    case 'insert':
      return insertEntry(text, node as MapTree, nestedEntry(text, rest, value), neighbour(text, node as MapTree, setting));
    case 'swap':
      return [{ range: entryRange(entryOf(node as MapTree, setting.other)!), text: nestedEntry(text, rest, value) }];
    case 'spell-out':
      return [
        put(text, node, entry, braced(text, `${setting.first}: ${text.slice(node.range.start, node.range.end)}, ${nestedEntry(text, rest, value)}`)),
      ];
  }
}

/** The entry of the file's order that the new key comes right after; undefined: it comes last. */
function neighbour(text: string, map: MapTree, { at, rest }: Setting): MapEntry | undefined {
  if (at.length > 0) return undefined;
  const keys = keysOf(ruleAt(at)!);
  const before = keys.slice(0, keys.indexOf(String(rest[0])));
  return before
    .flatMap((key) => entryOf(map, key) ?? [])
    .filter((entry) => isOwn(text, entry))
    .at(-1);
}

const nestedEntry = (text: string, [key, ...rest]: Path, value: string): string => `${key}: ${nested(text, rest, value)}`;

const nested = (text: string, path: Path, value: string): string => path.reduceRight<string>((inner, key) => braced(text, `${key}: ${inner}`), value);

const braced = (text: string, entries: string): string => (isAiry(text) ? `{ ${entries} }` : `{${entries}}`);

/** Whether an item of the list, or the value on the line below its key, stands without braces. */
function standsBare(text: string, tree: Tree, at: Path): boolean {
  const node = nodeAt(tree, at)!;
  const parent = nodeAt(tree, at.slice(0, -1))!;
  if (parent.kind === 'list') return !isFlow(text, parent) || !parent.items.some((item) => text[item.range.start] === '{');
  return node.kind === 'map' && !isFlow(text, node) && text[node.range.start] !== '*';
}

const parentEntry = (tree: Tree, at: Path): MapEntry | undefined => {
  const parent = at.length > 0 ? nodeAt(tree, at.slice(0, -1)) : undefined;
  return parent?.kind === 'map' ? entryOf(parent, String(at.at(-1))) : undefined;
};

/** A value in place of another one, or behind the colon where there was none. Comments in between stay behind it. */
export function put(text: string, node: Tree, entry: MapEntry | undefined, written: string): TextEdit {
  const { start, end } = node.range;
  if (!entry || start !== entry.keyRange.start) {
    const comments = commentsIn(text).filter((comment) => comment.start >= start && comment.start < end);
    return { range: node.range, text: [written, ...comments.map((comment) => text.slice(comment.start, comment.end).trimEnd())].join('  ') };
  }
  const colon = text.indexOf(':', entry.keyRange.end) + 1;
  return { range: { start: colon, end: colon }, text: ` ${written}` };
}
