import type { DataFacts } from '../../data/facts';
import { asNamed } from '../../model/choices';
import { CONTAINERS } from '../../model/containers';
import { Draft, takesArgument } from '../../model/draft';
import { isContainerType } from '../../model/entryTable';
import type { Path } from '../../model/grammar';
import { type LayerSpec, type Spec, walkLayers } from '../../model/spec';
import { entryOf, nodeAt, toValue } from '../../model/tree';
import type { Plain } from '../../model/writeYaml';
import type { ObservedLayer } from '../observed';

/** Where an entry of the model stands. */
export interface Standing {
  entry: LayerSpec;
  /** Of the list that holds it. */
  list: Path;
  index: number;
  /** The entries of that list. */
  siblings: readonly LayerSpec[];
  /** It is a part of a DenseBlock by itself: what comes behind it makes a list of both. */
  isPart?: boolean;
}

/** A model file that a fix is written into. */
export class ModelFile {
  readonly draft: Draft;
  private readonly standings: Map<string, Standing>;

  constructor(
    text: string,
    readonly spec: Spec,
    private readonly layers: readonly ObservedLayer[],
    readonly facts?: DataFacts,
  ) {
    this.draft = new Draft(text);
    this.standings = new Map(this.standingsOf(spec.model, ['model']).map((standing) => [standing.entry.name, standing]));
  }

  /** In the order of the text, containers before their content. */
  get all(): Standing[] {
    return [...this.standings.values()];
  }

  /** Entries by the names of their layers, copies in a `Repeat` included; each once. */
  standing(names: readonly string[]): Standing[] {
    return [...new Set(names.flatMap((name) => this.standings.get(name) ?? this.standings.get(name.replace(/(\.\d+)+$/, '')) ?? []))];
  }

  /** Shape of one sample behind an entry, where the model was built. */
  outputOf({ name }: LayerSpec): readonly number[] | undefined {
    return this.observed(name)?.output;
  }

  /** Of an entry's own parameters. */
  paramsOf({ name }: LayerSpec): number | undefined {
    return this.observed(name)?.params;
  }

  setArgument({ entry, list, index }: Standing, argument: string, value: Plain): void {
    this.draft.set([...list, index, entry.type, argument], value);
  }

  /** An argument that may be written or not. */
  removeArgument({ entry, list, index }: Standing, argument: string): void {
    if (argument in entry.argRanges) this.draft.remove([...list, index, entry.type, argument]);
  }

  /** Another type for an entry, with what of its arguments it can have. */
  changeType({ list, index }: Standing, type: string): void {
    const path = [...list, index];
    this.draft.choose(path, type, (argument) => takesArgument(path, type, argument));
  }

  insertAfter({ list, index, isPart }: Pick<Standing, 'list' | 'index' | 'isPart'>, item: string | { readonly [name: string]: Plain }): void {
    if (isPart) this.draft.set([...list, index], [toValue(this.draft.node([...list, index])!) as Plain, item]);
    else this.draft.insert(list, index, item);
  }

  private observed(name: string): ObservedLayer | undefined {
    return this.layers.find((layer) => layer.name === name) ?? this.layers.find((layer) => layer.name.replace(/(\.\d+)+$/, '') === name);
  }

  private standingsOf(siblings: readonly LayerSpec[], list: Path): Standing[] {
    return siblings.flatMap((entry, index) => this.standingAt({ entry, list, index, siblings }));
  }

  /** An entry, and what it holds. */
  private standingAt(standing: Standing): Standing[] {
    const { entry, list, index } = standing;
    const held = entry.branches.flatMap((inside, branch) => {
      const path = this.branchPath(entry, [...list, index], branch);
      // A part of a DenseBlock may be a layer without a list around it.
      const isPart = this.draft.node(path)?.kind !== 'list' && path.at(-1) === branch;
      return isPart
        ? this.standingAt({ entry: inside[0], list: path.slice(0, -1), index: branch, siblings: inside, isPart })
        : this.standingsOf(inside, path);
    });
    return [standing, ...held];
  }

  /** `Residual: [layers]` and `Residual: {layers, shortcut}` both hold their first branch. */
  private branchPath({ type }: LayerSpec, item: Path, branch: number): Path {
    const holds = isContainerType(type) ? CONTAINERS[type].holds : [];
    const value = asNamed(nodeAt(this.draft.tree, item)!)?.value;
    const inside = [...item, type];
    if (holds[0] && holds[0].of !== 'layers') return value?.kind === 'list' ? [...inside, branch] : [...inside, holds[0].name, branch];
    if (value?.kind === 'list') return inside;
    return [...inside, holds.filter(({ name }) => value?.kind === 'map' && entryOf(value, name))[branch].name];
  }
}

/** Every layer's name that a join refers to, without the number of a copy. */
export const referencesIn = (spec: Spec): string[] =>
  [...walkLayers(spec.model)].flatMap(({ type, args }) =>
    isContainerType(type) && CONTAINERS[type].holds.length === 0 ? (args.layers as string[]).map((name) => name.replace(/(\.\d+)+$/, '')) : [],
  );
