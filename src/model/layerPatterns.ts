import type { SourceRange } from './problem';
import { nearest } from './nearest';
import { walkCopies } from './matchLayers';
import type { Problems } from './problems';
import { type LayerSpec, walkLayers } from './spec';

/** Whether a name is one that a pattern means: `*` stands for any characters. Goes over the name once for each star at most. */
export function isMeant(pattern: string, name: string): boolean {
  const [start, ...parts] = pattern.split('*');
  if (parts.length === 0) return name === start;
  const end = parts.pop()!;
  if (name.length < start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - end.length;
}

/** Names of the containers around each entry, outermost first. */
function containersAround(model: readonly LayerSpec[]): Map<LayerSpec, readonly string[]> {
  const around = new Map<LayerSpec, readonly string[]>();
  const walk = (entries: readonly LayerSpec[], outer: readonly string[]): void => {
    for (const entry of entries) {
      around.set(entry, outer);
      for (const branch of entry.branches) walk(branch, [...outer, entry.name]);
    }
  };
  walk(model, []);
  return around;
}

/** By what `Parameter.layer` says: all the names that a pattern may find a layer by. */
export type LayerNames = ReadonlyMap<string, readonly string[]>;

/** A layer's own name, that of a copy in a Repeat, and those of the containers around it. */
export function layerNames(model: readonly LayerSpec[]): LayerNames {
  const around = containersAround(model);
  const names = new Map<string, string[]>();
  for (const { name, owner, entry } of walkCopies(model))
    names.set(owner, [...(names.get(owner) ?? []), name, entry.name, ...(around.get(entry) ?? [])]);
  return names;
}

/** Whether one of the patterns means the layer, a copy of it or a container around it. */
export const isAmong = (patterns: readonly string[], layer: string, names: LayerNames): boolean =>
  patterns.some((pattern) => (names.get(layer) ?? [layer]).some((name) => isMeant(pattern, name)));

/** Reports patterns that mean no layer of the model. */
export function checkPatterns(patterns: readonly string[], range: SourceRange, model: readonly LayerSpec[], problems: Problems): void {
  const known = [...walkLayers(model)].map(({ name }) => name);
  for (const pattern of patterns) {
    const entry = pattern.replace(/(\.\d+)+$/, '');
    if (known.some((name) => isMeant(pattern, name) || isMeant(entry, name))) continue;
    problems.error('no-such-layer', `No layer is called \`${pattern}\`.`, range, { meant: nearest(pattern, known) });
  }
}

/** Reports a layer that several lists of patterns mean; copies apart. */
export function checkOverlaps(
  lists: readonly { patterns: readonly string[]; range: SourceRange }[],
  model: readonly LayerSpec[],
  problems: Problems,
): void {
  for (const [entry, containers] of containersAround(model)) {
    const names = [entry.name, ...containers];
    const meaning = lists.filter(({ patterns }) => patterns.some((pattern) => names.some((name) => isMeant(pattern, name))));
    if (meaning.length < 2) continue;
    problems.error('two-groups', `\`${entry.name}\` is in more than one of these; a layer can be in one.`, meaning[1].range, { layer: entry.name });
  }
}
