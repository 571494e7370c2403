import { asArguments, readArguments } from './arguments';
import type { ArgTable, Documented } from './documented';
import { nearest } from './nearest';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import type { Choice } from './spec';
import { inWords, isNothing, isText, type MapEntry, type MapTree, type Tree } from './tree';

/** What can be chosen at a place: a registry and how to speak of its members. */
export interface Choices<Name extends string> {
  /** `loss`, `optimizer`. */
  noun: string;
  /** Of the problem `unknown-…`. */
  kind: string;
  registry: Record<Name, Documented>;
  example: string;
}

/** `Name`, `Name: value` or `Name: {arguments}` as it stands in the file. */
export interface Named {
  name: string;
  nameRange: SourceRange;
  value?: Tree;
}

/** Reads the three forms of a name with arguments; undefined: it is none of them. */
export function asNamed(tree: Tree): Named | undefined {
  if (isText(tree)) return { name: tree.value, nameRange: tree.range };
  if (tree.kind !== 'map' || tree.entries.length !== 1) return undefined;
  const [{ key, keyRange, value }] = tree.entries;
  return { name: key, nameRange: keyRange, value };
}

/** Reads `{Name: arguments}` of a registry; undefined after a problem. */
export function readChoice<Name extends string>(
  tree: Tree,
  choices: Choices<Name>,
  problems: Problems,
  keyRange = tree.range,
): Choice<Name> | undefined {
  const { noun, kind, registry, example } = choices;
  const named = asNamed(tree);
  if (!named) {
    if (tree.kind === 'map' && tree.entries.length > 1)
      reportSecondKey(tree, (name) => isOf(registry, name), `Only one ${noun} can stand here.`, problems);
    else {
      const message = `${/^[aeiou]/.test(noun) ? 'An' : 'A'} ${noun} is expected here, for example \`${example}\`, got ${inWords(tree)}.`;
      problems.error('bad-value', message, isNothing(tree) ? keyRange : tree.range);
    }
    return undefined;
  }
  if (!isOf(registry, named.name)) {
    const meant = nearest(named.name, Object.keys(registry));
    problems.error(`unknown-${kind}`, `Unknown ${noun} \`${named.name}\`.`, named.nameRange, { meant });
    return undefined;
  }
  return readChosen(named.name, named, tree.range, registry[named.name].args, problems);
}

/** One, or a list; those with problems are left out. */
export function readChoices<Name extends string>({ keyRange, value }: MapEntry, choices: Choices<Name>, problems: Problems): Choice<Name>[] {
  const items = value.kind === 'list' ? value.items : [value];
  return items.map((item) => readChoice(item, choices, problems, keyRange)).filter((choice) => choice !== undefined);
}

/** Beside a name stands another one, or what should be inside: YAML's most common slip. */
export function reportSecondKey({ entries: [first, second] }: MapTree, isName: (key: string) => boolean, ifName: string, problems: Problems): void {
  const beside = `\`${second.key}\` stands beside \`${first.key}\`, not inside it. Write \`${first.key}: {${second.key}: …}\`, or indent it further than \`${first.key}\`.`;
  problems.error('second-key', isName(second.key) ? ifName : beside, second.keyRange);
}

/** Reads the arguments of a name that is known to be in its registry. */
export function readChosen<Name extends string>(
  name: Name,
  { nameRange, value }: Omit<Named, 'name'>,
  range: SourceRange,
  table: ArgTable,
  problems: Problems,
  layer?: string,
): Choice<Name> | undefined {
  const owner = { name, kind: 'argument', range: nameRange, layer } as const;
  const map = asArguments(value, table, owner, problems);
  const read = map && readArguments(map, table, owner, problems);
  return read && { name, range, ...read };
}

const isOf = <Name extends string>(registry: Record<Name, unknown>, name: string): name is Name => Object.hasOwn(registry, name);
