import { CONTAINERS } from './containers';
import { entryTable, isContainerType } from './entryTable';
import { longestRise, walkCopies } from './matchLayers';
import type { LayerSpec, Spec } from './spec';
import { describeFields, describeValue, isEqual } from './valueDifference';

/** An entry with what is around it. */
interface Place {
  entry: LayerSpec;
  index: number;
  /** The branch of the container that it stands in. */
  parent?: Place;
  branch: number;
}

/** Both models by entries, and which of them are one. */
interface Pairing {
  old: Place[];
  now: Place[];
  oldOf: Map<Place, Place>;
  nowOf: Map<Place, Place>;
}

/** What changed in the list of layers; empty where both compute the same from the same parameters. */
export function describeLayers(before: Spec, after: Spec, matched: ReadonlyMap<string, string>): string[] {
  const pairing = pairEntries(before, after, matched);
  const { old, now, oldOf, nowOf } = pairing;
  const moved = findMoved(pairing);
  const tellsMove = (place: Place) => moved.has(place) && !moved.has(containerOf(place, oldOf)?.place as Place);
  const fixed = now.filter((place) => oldOf.has(place) && !moved.has(place));
  const told: string[] = [];
  const tellPair = (place: Place) => {
    if (tellsMove(place)) told.push(`${place.entry.name} moved`);
    told.push(...describeEntry(place, pairing, matched, before, after));
  };
  let [fromOld, fromNow] = [0, 0];
  for (const place of [...fixed, undefined]) {
    const endOld = place ? oldOf.get(place)!.index : old.length;
    const endNow = place?.index ?? now.length;
    const gap = now.slice(fromNow, endNow);
    const removed = old.slice(fromOld, endOld).filter((other) => !nowOf.has(other));
    told.push(
      ...describeGap(
        removed,
        gap.filter((other) => !oldOf.has(other)),
        pairing,
      ),
    );
    gap.filter((other) => oldOf.has(other)).forEach(tellPair);
    if (place) tellPair(place);
    [fromOld, fromNow] = [endOld + 1, endNow + 1];
  }
  return told;
}

function placesOf(model: readonly LayerSpec[]): Place[] {
  const places: Place[] = [];
  const walk = (entries: readonly LayerSpec[], branch: number, parent?: Place): void => {
    for (const entry of entries) {
      const place: Place = { entry, index: places.length, parent, branch };
      places.push(place);
      entry.branches.forEach((inside, i) => walk(inside, i, place));
    }
  };
  walk(model, 0);
  return places;
}

/** Entries are paired as the first of their copies. */
function pairEntries(before: Spec, after: Spec, matched: ReadonlyMap<string, string>): Pairing {
  const [old, now] = [placesOf(before.model), placesOf(after.model)];
  const placeByEntry = new Map([...old, ...now].map((place) => [place.entry, place]));
  const oldByCopy = new Map([...walkCopies(before.model)].map(({ name, entry }) => [name, placeByEntry.get(entry)!]));
  const oldOf: Pairing['oldOf'] = new Map();
  const nowOf: Pairing['nowOf'] = new Map();
  for (const { name, entry } of walkCopies(after.model)) {
    const place = placeByEntry.get(entry)!;
    const counterpart = oldByCopy.get(matched.get(name) ?? '');
    if (!counterpart || oldOf.has(place) || nowOf.has(counterpart)) continue;
    oldOf.set(place, counterpart);
    nowOf.set(counterpart, place);
  }
  return { old, now, oldOf, nowOf };
}

/** The nearest container around that both models have, and the branch of it; undefined: none, the model itself. */
function containerOf(place: Place, paired: ReadonlyMap<Place, Place>): { place: Place; branch: number } | undefined {
  let { parent, branch } = place;
  while (parent && !paired.has(parent)) ({ parent, branch } = parent);
  return parent && { place: parent, branch };
}

/** Entries of the new model that stand in another order, container or branch than before. */
function findMoved({ now, oldOf, nowOf }: Pairing): Set<Place> {
  const paired = now.filter((place) => oldOf.has(place));
  const inOrder = new Set(longestRise(paired.map((place) => oldOf.get(place)!.index)));
  const branches = new Map<Place, Map<number, number>>();
  const isAtHome = (place: Place) => {
    const [here, there] = [containerOf(place, oldOf), containerOf(oldOf.get(place)!, nowOf)];
    if (!here || !there) return here === there;
    if (oldOf.get(here.place) !== there.place) return false;
    const counts = [here, there].map((container) => container.place.entry.branches.length);
    if (here.place.entry.type !== 'Parallel' || counts[0] === counts[1]) return here.branch === there.branch;
    // Some of the branches came or went: each of the others is the one that its first layer was in.
    if (!branches.has(here.place)) branches.set(here.place, new Map());
    const known = branches.get(here.place)!;
    if (!known.has(here.branch) && ![...known.values()].includes(there.branch)) known.set(here.branch, there.branch);
    return known.get(here.branch) === there.branch;
  };
  return new Set(paired.filter((place, i) => !inOrder.has(i) || !isAtHome(place)));
}

/** What went and what came between two layers that stayed. */
function describeGap(removed: Place[], added: Place[], { oldOf, nowOf }: Pairing): string[] {
  const isExchange = (from: Place, to: Place) => {
    const [here, there] = [containerOf(to, oldOf), containerOf(from, nowOf)];
    const isSamePlace = here ? oldOf.get(here.place) === there?.place && here.branch === there?.branch : !there;
    return isSamePlace && from.entry.branches.length === 0 && to.entry.branches.length === 0;
  };
  if (removed.length === added.length && removed.every((from, i) => isExchange(from, added[i])))
    return removed.map(({ entry }, i) => {
      const { entry: other } = added[i];
      return `${isNamed(other) ? other.name : entry.name}: ${entry.type} → ${other.type}`;
    });
  return [
    ...removed.map(({ entry }) => `− ${entry.type} (${entry.name})`),
    ...added.map((place) => `+ ${place.entry.type} (${place.entry.name})${around(place, oldOf)}`),
  ];
}

/** A container that was put around layers that were there before. */
function around({ entry }: Place, oldOf: ReadonlyMap<Place, Place>): string {
  const inside = new Set(entry.branches.flat());
  const names = [...oldOf.keys()].filter((place) => inside.has(place.entry)).map((place) => place.entry.name);
  return names.length ? ` around ${names.length > 3 ? `${names[0]} … ${names.at(-1)}` : names.join(', ')}` : '';
}

const isNamed = ({ argRanges }: LayerSpec): boolean => 'name' in argRanges;

/** Of these fields something else tells, or they only say where it stands. */
const TOLD_APART = ['type', 'name', 'args', 'init', 'branches'] satisfies (keyof LayerSpec)[];

function describeEntry(place: Place, pairing: Pairing, matched: ReadonlyMap<string, string>, before: Spec, after: Spec): string[] {
  const { entry: now } = place;
  const old = pairing.oldOf.get(place)!.entry;
  const prefix = `${now.name}: `;
  const isRenamed = old.name !== now.name && (isNamed(old) || isNamed(now));
  const hasOwnInit = old.init !== undefined || now.init !== undefined;
  const [oldInit, nowInit] = [old.init ?? before.init, now.init ?? after.init];
  const args = isJoin(now) ? { ...old.args, layers: referencesNow(old, matched, pairing) } : old.args;
  const branchCount = ({ branches }: LayerSpec) => (now.type === 'Parallel' ? branches.length : undefined);
  return [
    ...(isRenamed ? [`${old.name} renamed to ${now.name}`] : []),
    ...describeFields(prefix, args, now.args, { table: entryTable(now.type) }),
    ...describeValue(`${prefix}branches`, branchCount(old), branchCount(now)),
    ...(hasOwnInit && !isEqual(oldInit, nowInit) ? describeValue(`${prefix}init`, oldInit, nowInit) : []),
    ...describeFields(prefix, { ...old }, { ...now }, { told: TOLD_APART }),
  ];
}

const isJoin = ({ type }: LayerSpec): boolean => isContainerType(type) && CONTAINERS[type].holds.length === 0;

/** The names that a join refers to, as they are called now. */
function referencesNow(join: LayerSpec, matched: ReadonlyMap<string, string>, { old, nowOf }: Pairing): string[] {
  return (join.args.layers as string[]).map((name) => {
    const place = old.find(({ entry }) => entry.name === name);
    if (place) return nowOf.get(place)?.entry.name ?? name;
    // One copy of a layer in a Repeat.
    return [...matched].find(([, source]) => source === name)?.[0] ?? name;
  });
}
