import { copiesOf } from './copies';
import type { LayerSpec, Spec } from './spec';
import type { EntryType } from './vocabulary';

/** A layer as it stands in the graph, as far as it tells one from another; copies of a Repeat are layers of their own. */
export interface LayerShape {
  name: string;
  /** The user wrote the name; else it is an ordinal, which shifts as layers come and go before it. */
  isNamed: boolean;
  type: EntryType;
  args: Record<string, unknown>;
  /** Types of the containers around it, outermost first. */
  containers: readonly EntryType[];
  /** Shapes of its parameters and running statistics, by their names within the layer. */
  tensors: Record<string, readonly number[]>;
  /** What stands before the dot in the state_dict names of those: the copies of a shared Repeat all use one set. */
  owner: string;
}

interface Place {
  suffix: string;
  isShared: boolean;
  containers: readonly EntryType[];
}

/** Every layer of the graph in its order, with the entry that it comes from. */
export function* walkCopies(
  entries: readonly LayerSpec[],
  { suffix, isShared, containers }: Place = { suffix: '', isShared: false, containers: [] },
): Generator<Pick<LayerShape, 'name' | 'owner' | 'containers'> & { entry: LayerSpec }> {
  for (const entry of entries) {
    const name = entry.name + suffix;
    yield { name, owner: isShared ? entry.name : name, containers, entry };
    const inside = { suffix, isShared, containers: [...containers, entry.type] };
    const copies = copiesOf(entry);
    if (!copies) for (const branch of entry.branches) yield* walkCopies(branch, inside);
    else
      for (let copy = 0; copy < copies.count; copy++)
        for (const branch of entry.branches)
          yield* walkCopies(branch, { ...inside, suffix: `${suffix}.${copy}`, isShared: isShared || copies.shared });
  }
}

/** The layers of a model in the order of the graph, each with those of the model's parameters and running statistics that are its own. */
export function layerShapes({ model }: Spec, tensors: readonly { name: string; shape: readonly number[] }[]): LayerShape[] {
  const copies = [...walkCopies(model)];
  const byOwner = new Map<string, LayerShape['tensors']>(copies.map(({ owner }) => [owner, {}]));
  for (const { name, shape } of tensors) {
    // Layers may have dots in their names, and so may what they own: the longest name that fits.
    let dot = name.lastIndexOf('.');
    while (dot > 0 && !byOwner.has(name.slice(0, dot))) dot = name.lastIndexOf('.', dot - 1);
    const own = byOwner.get(name.slice(0, dot));
    if (own) own[name.slice(dot + 1)] = shape;
  }
  return copies.map(({ name, owner, containers, entry: { type, args, argRanges } }) => {
    return { name, isNamed: 'name' in argRanges, type, args, containers, tensors: byOwner.get(owner)!, owner };
  });
}

/** A layer with its features as numbers: what is alike has the same number. */
interface Item {
  layer: LayerShape;
  index: number;
  name: number;
  type: number;
  args: number;
  containers: number;
  tensors: number;
  hasTensors: boolean;
}

type Pair = (a: Item, b: Item) => void;

/**
 * New name → old name of every layer of `after` that has a counterpart in `before`, which is always one of the same type. Names that the user wrote
 * find each other wherever they stand; between those and for all others the order counts, and what is most alike.
 * The other way round it gives the very same pairs, so that an undo finds back what its edit let go on.
 */
export function matchLayers(before: readonly LayerShape[], after: readonly LayerShape[]): Map<string, string> {
  const [old, now] = itemsOf(before, after);
  const newToOld = new Map<string, string>();
  if (isInOrder(old, now)) pairAll(old, now, (a, b) => newToOld.set(b.layer.name, a.layer.name));
  else pairAll(now, old, (a, b) => newToOld.set(a.layer.name, b.layer.name));
  return new Map(after.filter(({ name }) => newToOld.has(name)).map(({ name }) => [name, newToOld.get(name)!]));
}

function itemsOf(...lists: (readonly LayerShape[])[]): Item[][] {
  const numbers = new Map<string, number>();
  const numberOf = (text: string) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  return lists.map((layers) =>
    layers.map((layer, index) => {
      const { name, type, args, containers, tensors } = layer;
      return {
        layer,
        index,
        name: numberOf(name),
        type: numberOf(type),
        args: numberOf(JSON.stringify(args)),
        containers: numberOf(containers.join()),
        tensors: numberOf(JSON.stringify(tensors)),
        hasTensors: Object.keys(tensors).length > 0,
      };
    }),
  );
}

/** An order of two lists of layers that does not depend on which is the older. */
function isInOrder(a: readonly Item[], b: readonly Item[]): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const at = a.findIndex((item, i) => !isSame(item, b[i]) || item.name !== b[i].name || item.layer.isNamed !== b[i].layer.isNamed);
  return at < 0 || JSON.stringify(a[at].layer) < JSON.stringify(b[at].layer);
}

function pairAll(a: readonly Item[], b: readonly Item[], found: Pair): void {
  const taken = new Set<Item>();
  const pair: Pair = (x, y) => {
    taken.add(x).add(y);
    found(x, y);
  };
  const anchors = sameNames(a, b);
  for (const [x, y] of anchors) pair(x, y);
  const isFree = (item: Item) => !taken.has(item);
  const spine = longestRise(anchors.map(([, y]) => y.index)).map((i) => anchors[i]);
  let [fromA, fromB] = [0, 0];
  for (const [endA, endB] of [...spine.map(([x, y]) => [x.index, y.index]), [a.length, b.length]]) {
    align(a.slice(fromA, endA).filter(isFree), b.slice(fromB, endB).filter(isFree), pair);
    [fromA, fromB] = [endA, endB];
  }
  pairMoved(a.filter(isFree), b.filter(isFree), pair);
}

/** In the order of `a`. */
function sameNames(a: readonly Item[], b: readonly Item[]): [Item, Item][] {
  const named = new Map(b.filter(({ layer }) => layer.isNamed).map((item) => [item.name, item]));
  return a.flatMap((item) => {
    const other = item.layer.isNamed ? named.get(item.name) : undefined;
    return other?.type === item.type ? [[item, other] as [Item, Item]] : [];
  });
}

/** What left its place: equal in all but that. */
function pairMoved(a: readonly Item[], b: readonly Item[], pair: Pair): void {
  const keyOf = ({ type, args, tensors }: Item) => `${type} ${args} ${tensors}`;
  const waiting = new Map<string, Item[]>();
  for (const item of b) {
    const alike = waiting.get(keyOf(item));
    if (alike) alike.push(item);
    else waiting.set(keyOf(item), [item]);
  }
  for (const item of a) {
    const candidates = waiting.get(keyOf(item)) ?? [];
    // Another name at another place is another layer.
    const at = candidates.findIndex((other) => !(item.layer.isNamed && other.layer.isNamed));
    if (at >= 0) pair(item, candidates.splice(at, 1)[0]);
  }
}

/** The longest common structure: pairs in order. What begins and ends alike costs next to nothing. */
function align(a: readonly Item[], b: readonly Item[], pair: Pair): void {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && isSame(a[head], b[head])) pair(a[head], b[head++]);
  let tail = 0;
  while (head + tail < shorter && isSame(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail++;
  alignMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), pair);
  for (; tail > 0; tail--) pair(a[a.length - tail], b[b.length - tail]);
}

/** Of the table that finds the best pairs: a thousand layers against a thousand others. */
const MAX_CELLS = 2 ** 20;

function alignMiddle(a: readonly Item[], b: readonly Item[], pair: Pair): void {
  if (a.length === 0 || b.length === 0) return;
  if (a.length * b.length > MAX_CELLS) {
    const [halfA, halfB] = [a.length >> 1, b.length >> 1];
    align(a.slice(0, halfA), b.slice(0, halfB), pair);
    return align(a.slice(halfA), b.slice(halfB), pair);
  }
  const width = b.length + 1;
  // What the layers from i in `a` and from j in `b` on are worth together.
  const worth = new Float64Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      const paired = likeness(a[i], b[j]);
      worth[at] = Math.max(worth[at + 1], worth[at + width], paired && paired + worth[at + width + 1]);
    }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const at = i * width + j;
    const paired = likeness(a[i], b[j]);
    if (paired && worth[at] === paired + worth[at + width + 1]) pair(a[i++], b[j++]);
    else if (worth[at] === worth[at + width]) i++;
    else j++;
  }
}

function isSame(x: Item, y: Item): boolean {
  return x.type === y.type && x.args === y.args && x.containers === y.containers && x.tensors === y.tensors;
}

/** More than the most layers that a model can have, so that names, which mean little, only decide where all else is equal. */
const MORE_THAN_ALL_NAMES = 2 ** 14;

/** 0: never a pair. Weights are what there is to lose, so a layer with some counts for several without. */
function likeness(x: Item, y: Item): number {
  if (x.type !== y.type) return 0;
  const isSameArgs = x.args === y.args;
  const worth = x.hasTensors || y.hasTensors ? (x.tensors === y.tensors ? (isSameArgs ? 24 : 16) : isSameArgs ? 8 : 4) : isSameArgs ? 2 : 1;
  return (worth + (x.containers === y.containers ? 1 : 0)) * MORE_THAN_ALL_NAMES + (x.name === y.name ? 1 : 0);
}

/** Positions of a longest rising selection of different numbers. */
export function longestRise(values: readonly number[]): number[] {
  // ends[k]: position of the smallest number that ends a rise of k + 1.
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  values.forEach((value, at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]] < value) low = middle + 1;
      else high = middle;
    }
    previous.push(ends[low - 1]);
    ends[low] = at;
  });
  const rise: number[] = [];
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) rise.push(at);
  return rise.reverse();
}
