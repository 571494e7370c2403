import { noise } from './layers/noise';
import type { LayerSpec } from './spec';

/** Hand on the numbers that they get, in another shape or with noise in training. */
const TRANSPARENT: ReadonlySet<string> = new Set(['Identity', 'Flatten', 'Unflatten', 'Permute', ...Object.keys(noise)]);

/** What acts on the numbers one after the other, from the input on; a container that joins several values is one thing. */
export function actingLayers(entries: readonly LayerSpec[]): LayerSpec[] {
  return entries.flatMap((entry) => {
    if (TRANSPARENT.has(entry.type)) return [];
    return entry.type === 'Repeat' ? actingLayers(entry.branches[0]) : [entry];
  });
}

/** The same, from the output back. */
export const actingFromEnd = (entries: readonly LayerSpec[]): LayerSpec[] => actingLayers(entries).reverse();
