import type { SourceRange } from './problem';

/** What a model file says, freed from YAML: aliases and merge keys resolved, keys unique, every node located. */
export type Tree = ScalarTree | ListTree | MapTree;

export interface ScalarTree {
  kind: 'scalar';
  value: string | number | boolean | null;
  range: SourceRange;
}

export interface ListTree {
  kind: 'list';
  items: Tree[];
  range: SourceRange;
}

export interface MapTree {
  kind: 'map';
  entries: MapEntry[];
  range: SourceRange;
}

export interface MapEntry {
  key: string;
  keyRange: SourceRange;
  value: Tree;
}

/** The value of a key; undefined where the map has none. Keys are compared, never looked up, so `__proto__` is a key like any other. */
export const entryOf = (map: MapTree, key: string): MapEntry | undefined => map.entries.find((entry) => entry.key === key);

export const isNothing = (tree: Tree): boolean => tree.kind === 'scalar' && tree.value === null;

export const isText = (tree: Tree): tree is ScalarTree & { value: string } => tree.kind === 'scalar' && typeof tree.value === 'string';

/** The plain value, for validation. `fromEntries` defines own properties, so a key `__proto__` does no harm. */
export function toValue(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(toValue);
    case 'map':
      return Object.fromEntries(tree.entries.map(({ key, value }) => [key, toValue(value)]));
  }
}

/** One step down, by a key or an index. */
export function childOf(tree: Tree, step: PropertyKey): Tree | undefined {
  if (tree.kind === 'list') return tree.items[Number(step)];
  return tree.kind === 'map' ? entryOf(tree, String(step))?.value : undefined;
}

/** The node at a path of keys and indexes. */
export const nodeAt = (tree: Tree, path: readonly PropertyKey[]): Tree | undefined =>
  path.reduce<Tree | undefined>((node, step) => node && childOf(node, step), tree);

/** The node at a path, or the deepest one on the way to it. */
export function nearestNode(tree: Tree, path: readonly PropertyKey[]): Tree {
  const child = path.length > 0 ? childOf(tree, path[0]) : undefined;
  return child ? nearestNode(child, path.slice(1)) : tree;
}

/** The value as a person would say it in a sentence. */
export function inWords(tree: Tree): string {
  if (isNothing(tree)) return 'nothing';
  // A control character in a message would move a terminal's cursor.
  const text = shown(tree).replace(/\p{Cc}/gu, ' ');
  const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return isText(tree) ? `the text \`${short}\`` : `\`${short}\``;
}

function shown(tree: Tree): string {
  if (tree.kind === 'scalar') return String(tree.value);
  // Long values are cut anyway; a few members are enough.
  if (tree.kind === 'list') return `[${tree.items.slice(0, 20).map(shown).join(', ')}]`;
  return `{${tree.entries
    .slice(0, 10)
    .map(({ key, value }) => `${key}: ${shown(value)}`)
    .join(', ')}}`;
}
