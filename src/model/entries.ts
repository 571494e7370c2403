import { asArguments, readArguments, type Owner } from './arguments';
import { asNamed, type Named } from './choices';
import { CONTAINERS, ODE_DEFAULTS } from './containers';
import { copiesOf } from './copies';
import { entryRule, entryTable, isContainerType, isLayerType, takesScheme } from './entryTable';
import { reportNotAnEntry, reportUnknownLayer } from './entryErrors';
import { readInit } from './initSpec';
import type { Names, RepeatScope } from './names';
import { nearest } from './nearest';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import type { LayerSpec } from './spec';
import { entryOf, inWords, isNothing, isText, type MapTree, type Tree } from './tree';
import { type ContainerType, ENTRY_TYPES, type EntryType } from './vocabulary';

/** What is around an entry. */
type Repeats = readonly RepeatScope[];

/** Reads the entries of a model: layers, containers and joins. What cannot be read is reported and left out. */
export class EntryReader {
  constructor(
    private readonly names: Names,
    private readonly problems: Problems,
  ) {}

  readModel(tree: Tree, keyRange: SourceRange): LayerSpec[] {
    if (tree.kind === 'list' && tree.items.length > 0) return this.readList(tree.items, []);
    const isMap = tree.kind === 'map' && tree.entries.length > 0;
    const message = `\`model\` must be a list of layers, got ${isMap ? 'a map' : inWords(tree)}. Start each layer with a dash: \`- Linear: 10\`.`;
    this.problems.error('bad-value', message, isMap ? tree.entries[0].keyRange : isNothing(tree) ? keyRange : tree.range);
    return [];
  }

  private readList(items: readonly Tree[], repeats: Repeats): LayerSpec[] {
    return items.map((item) => this.readEntry(item, repeats)).filter((entry) => entry !== undefined);
  }

  private readEntry(tree: Tree, repeats: Repeats): LayerSpec | undefined {
    const named = asNamed(tree);
    if (!named) return reportNotAnEntry(tree, this.problems);
    const { name: type } = named;
    if (isLayerType(type) || isContainerType(type)) return this.readKnown(type, named, tree.range, repeats);
    return this.readUnknown(named, repeats);
  }

  private readKnown(type: EntryType, named: Named, range: SourceRange, repeats: Repeats): LayerSpec | undefined {
    const written = writtenName(named);
    const name = written?.value ?? this.names.defaultFor(type);
    if (written) this.names.defaultFor(type);
    const owner: Owner = { name: type, kind: 'argument', range: named.nameRange, layer: name, advice };
    const map = asArguments(named.value, entryRule(type).args, owner, this.problems);
    const branches = map && isContainerType(type) ? this.readBranches(type, map, owner, repeats) : [];
    this.names.define(name, written?.range ?? named.nameRange, written !== undefined, repeats);
    const init = map && takesScheme(type) ? entryOf(map, 'init') : undefined;
    const choice = init ? readInit(init.value, this.problems, init.keyRange) : undefined;
    const read = map && readArguments(map, entryTable(type), owner, this.problems);
    if (!read) return undefined;
    const apart = [
      'name',
      'freeze',
      ...(takesScheme(type) ? ['init'] : []),
      ...(isContainerType(type) ? CONTAINERS[type].holds.map((held) => held.name) : []),
    ];
    const args = Object.fromEntries(Object.entries(read.args).filter(([key]) => !apart.includes(key)));
    const freeze = read.args.freeze === true;
    return { type, name, args, init: choice, freeze, range, typeRange: named.nameRange, argRanges: read.argRanges, branches };
  }

  /** Layers held by a container; of a join, its references. */
  private readBranches(type: ContainerType, map: MapTree, owner: Owner, repeats: Repeats): LayerSpec[][] {
    const { holds } = CONTAINERS[type];
    const listOf = (key: string) => {
      const value = entryOf(map, key)?.value;
      return value?.kind === 'list' ? value.items : [];
    };
    if (holds.length === 0) {
      for (const item of listOf('layers')) if (isText(item)) this.names.refer(item.value, item.range, owner.layer ?? '', repeats);
      return [];
    }
    const count = writtenCopies(type, map);
    const inner = count === undefined ? repeats : [...repeats, { type, times: count, range: owner.range }];
    return holds.flatMap(({ name: key, of, required }) => {
      if (of !== 'layers') return listOf(key).map((branch) => this.readBranch(branch, inner, of === 'parts'));
      return required || listOf(key).length > 0 ? [this.readList(listOf(key), inner)] : [];
    });
  }

  private readBranch(branch: Tree, repeats: Repeats, mayBeLayer: boolean): LayerSpec[] {
    if (branch.kind === 'list') return this.readList(branch.items, repeats);
    if (mayBeLayer) return this.readList([branch], repeats);
    this.problems.error(
      'bad-value',
      `A branch must be a list of layers, got ${inWords(branch)}. Put it in \`[…]\`, or behind a second dash.`,
      branch.range,
    );
    return [];
  }

  /** Names inside count all the same, and a misspelt layer counts as the one that was meant: one mistake, one message. */
  private readUnknown(named: Named, repeats: Repeats): undefined {
    reportUnknownLayer(named, this.problems);
    const meant = nearest(named.name, ENTRY_TYPES);
    const byDefault = meant && this.names.defaultFor(meant);
    if (byDefault && !writtenName(named)) this.names.define(byDefault, named.nameRange, false, repeats);
    if (named.value) this.names.defineWithin(named.value, repeats);
  }
}

/** Copies that a container will have of its layers, as far as what is written says so. */
function writtenCopies(type: ContainerType, map: MapTree): number | undefined {
  const written = (key: string) => {
    const value = entryOf(map, key)?.value;
    return value?.kind === 'scalar' ? value.value : undefined;
  };
  const args = { times: written('times'), experts: written('experts'), steps: written('steps') ?? ODE_DEFAULTS.steps };
  const copies = copiesOf({ type, args: { ...args, method: written('method') ?? ODE_DEFAULTS.method } });
  return copies && (Number(copies.count) || 1);
}

function writtenName({ value }: Named): { value: string; range: SourceRange } | undefined {
  const name = value?.kind === 'map' ? entryOf(value, 'name')?.value : undefined;
  return name && isText(name) && name.value !== '' ? { value: name.value, range: name.range } : undefined;
}

/** PyTorch's arguments that are inferred here, or that mean nothing without Python. */
const INFERRED = ['in_features', 'in_channels', 'num_features', 'input_size', 'num_channels'];
const OF_PYTHON = ['inplace', 'device', 'dtype'];

function advice(argument: string): string | undefined {
  if (INFERRED.includes(argument)) return 'Input sizes are inferred; remove it.';
  return OF_PYTHON.includes(argument) ? 'It has no meaning here; remove it.' : undefined;
}
