import { describeDifference } from './difference';
import { layerShapes, matchLayers } from './matchLayers';
import { parseModel } from './parse';

/** What one model file has other than another, in the file's words: `lr 0.001 → 0.01`. Empty too where one of them is no model. */
export function textDifference(before: string, after: string): string[] {
  if (before === after) return [];
  const [old, edited] = [before, after].map((text) => parseModel(text).spec);
  if (!old || !edited) return [];
  // Without data the shapes are not known; names, types and arguments tell which layer is which.
  return describeDifference(old, edited, matchLayers(layerShapes(old, []), layerShapes(edited, [])));
}
