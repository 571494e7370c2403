import { asNamed } from './choices';
import { type Path, ruleAt } from './grammar';
import { entryRange, insertItem, isFlow, isOwn, makeList, removeEntries, removeItems } from './memberEdits';
import { Problems } from './problems';
import { type Setting, settingOf, writeSetting } from './settings';
import { applyEdits, isAiry, joinEdits, type TextEdit } from './textEdits';
import { entryOf, type ListTree, nodeAt, toValue, type Tree } from './tree';
import { isEqual } from './valueDifference';
import { Wanted } from './wanted';
import { isMap, type Plain, writeEntries, writeYaml } from './writeYaml';
import { readYaml } from './yamlTree';

/**
 * Changes of a model file, noted as the smallest edits of its text: what is not changed keeps its words, comments and style. Paths are those of the
 * file as it is. Where the text allows no safe edit (what is changed came by an alias, say) there are no edits in the end.
 */
export class Draft {
  readonly tree: Tree;
  private readonly edits: TextEdit[] = [];
  private readonly removed = new Map<Tree, Path[]>();
  private readonly wanted: Wanted;
  private isImpossible = false;
  private readonly isAiry: boolean;

  constructor(readonly text: string) {
    this.tree = readYaml(text, new Problems()) ?? { kind: 'map', entries: [], range: { start: 0, end: 0 } };
    this.wanted = new Wanted(this.tree);
    this.isAiry = isAiry(text);
  }

  node(path: Path): Tree | undefined {
    return nodeAt(this.tree, path);
  }

  /** A value at a path; keys on the way that the file does not have are added. */
  set(path: Path, value: Plain): void {
    const setting = settingOf(this.text, this.tree, path);
    const [key, ...others] = isMap(value) ? Object.keys(value) : [];
    // Of a map with one key, a block can do without the braces.
    if (setting.kind === 'replace' && setting.rest.length === 0 && key && others.length === 0 && isMap(value))
      return this.apply({ ...setting, rest: [key] }, path, value[key]);
    this.apply(setting, path, value);
  }

  private apply(setting: Setting, path: Path, value: Plain): void {
    if (setting.kind === 'no-list') return void (this.isImpossible = true);
    this.edits.push(...writeSetting(this.text, this.tree, setting, this.write(value)));
    const { at, rest } = setting;
    switch (setting.kind) {
      case 'replace':
        return this.wanted.put(at, nested(rest, value));
      case 'spell-out':
        return this.wanted.put(at, { [setting.first]: toValue(this.node(at)!) as Plain, [rest[0]]: nested(rest.slice(1), value) });
      case 'swap':
        this.wanted.remove([...at, setting.other]);
        return this.wanted.put([...at, rest[0]], nested(rest.slice(1), value));
      case 'insert':
        // A key that an alias brings along may hold more than what is set.
        return this.node([...at, rest[0]]) ? this.wanted.put(path, value) : this.wanted.put([...at, rest[0]], nested(rest.slice(1), value));
    }
  }

  /** Takes out an entry of a map or an item of a list. */
  remove(path: Path): void {
    const parent = this.node(path.slice(0, -1))!;
    this.removed.set(parent, [...(this.removed.get(parent) ?? []), path]);
    this.wanted.remove(path);
  }

  /** Puts a layer or the like into a list behind an item, at -1 before the first. */
  insert(list: Path, index: number, item: string | { readonly [name: string]: Plain }): void {
    const tree = this.node(list) as ListTree;
    const isBraced = isFlow(this.text, tree) && tree.items.some(({ range }) => this.text[range.start] === '{');
    const written = typeof item === 'string' || isBraced ? this.write(item) : writeEntries(item, this.isAiry);
    this.edits.push(...insertItem(this.text, tree, index, written));
    this.wanted.insert(list, index, item);
  }

  /**
   * Another name in a place where one is chosen (a layer's type, an optimizer); of what is written for the old one only what `keeps` says stays.
   * @param args what the new one is to have.
   */
  choose(path: Path, name: string, keeps: (argument: string) => boolean, args: Readonly<Record<string, Plain>> = {}): void {
    const node = this.node(path);
    const named = node && asNamed(node);
    if (!node || !named || this.text[node.range.start] === '*') return this.replace(path, name, named?.value, keeps, args);
    const { value } = named;
    if (value?.kind !== 'map' || !value.entries.every((entry) => isOwn(this.text, entry))) return this.replace(path, name, value, keeps, args);
    const leaving = value.entries.filter(({ key }) => !keeps(key) && !(key in args));
    const coming = Object.entries(args).filter(([key]) => !entryOf(value, key));
    if (leaving.length === value.entries.length && coming.length === 0) return this.replace(path, name, value, keeps, args);
    const argument = (key: string): Path => [...path, named.name, key];
    for (const [key, now] of Object.entries(args)) if (entryOf(value, key)) this.set(argument(key), now);
    for (const [key, now] of coming) {
      const old = leaving.shift();
      if (old) this.edits.push({ range: entryRange(old), text: `${key}: ${this.write(now)}` });
      else this.set(argument(key), now);
      if (old) this.wanted.remove(argument(old.key));
      this.wanted.put(argument(key), now);
    }
    for (const { key } of leaving) this.remove(argument(key));
    const { start, end } = named.nameRange;
    const quote = /^["']/.exec(this.text.slice(start, end))?.[0] ?? '';
    this.edits.push({ range: { start, end }, text: quote + name + quote });
    this.wanted.rename([...path, named.name], name);
  }

  /** Makes a list of the one value at a path, with another one before it. */
  makeList(path: Path, before: { readonly [name: string]: Plain }): void {
    const node = this.node(path)!;
    this.edits.push(...makeList(this.text, node, { value: this.write(before), entry: writeEntries(before, this.isAiry) }));
    this.wanted.put(path, [before, toValue(node) as Plain]);
  }

  /** The edits, in order; undefined where they cannot be made, or would say anything else than they should. */
  finish(): TextEdit[] | undefined {
    const removals = [...this.removed].map(([parent, paths]) => this.removalOf(parent, paths));
    if (this.isImpossible || removals.includes(undefined)) return undefined;
    const edits = joinEdits([...this.edits, ...removals.flatMap((edit) => edit ?? [])]);
    const problems = new Problems();
    const after = edits && readYaml(applyEdits(this.text, edits), problems);
    if (!edits?.length || !after || problems.hasErrors || !isEqual(toValue(after), this.wanted.value())) return undefined;
    return edits;
  }

  private write(value: Plain): string {
    return writeYaml(value, this.isAiry);
  }

  private replace(
    path: Path,
    name: string,
    value: Tree | undefined,
    keeps: (argument: string) => boolean,
    args: Readonly<Record<string, Plain>>,
  ): void {
    const written = value?.kind === 'map' ? value.entries.map(({ key, value: inner }) => [key, toValue(inner) as Plain] as const) : [];
    const all = { ...Object.fromEntries(written.filter(([key]) => keeps(key))), ...args };
    this.set(path, Object.keys(all).length > 0 ? { [name]: all } : name);
  }

  private removalOf(parent: Tree, paths: readonly Path[]): TextEdit[] | undefined {
    const keys = paths.map((path) => path.at(-1)!);
    if (parent.kind === 'list') return keys.length < parent.items.length ? removeItems(this.text, parent, keys.map(Number)) : undefined;
    if (parent.kind !== 'map') return undefined;
    const entries = keys.flatMap((key) => entryOf(parent, String(key)) ?? []);
    return entries.length < parent.entries.length ? removeEntries(this.text, parent, entries) : undefined;
  }
}

const nested = (path: Path, value: Plain): Plain => path.reduceRight<Plain>((inner, key) => ({ [key]: inner }), value);

/** Whether an argument is one of those that a choice at this path can have. */
export function takesArgument(path: Path, name: string, argument: string): boolean {
  const rule = ruleAt([...path, name]);
  return rule?.kind === 'table' && Object.hasOwn(rule.table, argument);
}
