import type { Spec } from './spec';

/**
 * What a person would say changed, in the file's words: `lr 0.001 → 0.01`, `+ BatchNorm2d (batchnorm2d1)`. Empty where both mean the same.
 * @param matched new name → old name of the layers, as `matchLayers` gives it
 */
export function describeDifference(before: Spec, after: Spec, matched: ReadonlyMap<string, string>): string[] {
  throw new Error('coming');
}
