import { describeLayers } from './layerDifference';
import type { Spec } from './spec';
import { describeFields, describeValue } from './valueDifference';

/** Where a key says enough without its section. */
const BARE = ['optimizer', 'train'];

/**
 * What a person would say changed, in the file's words and the order of the file: `lr 0.001 → 0.01`, `+ BatchNorm2d (batchnorm2d1)`. Empty where
 * both mean the same. That the model itself is called something else is told too, as `name digits → letters`.
 * @param matched new name → old name of the layers, as `matchLayers` gives it
 */
export function describeDifference(before: Spec, after: Spec, matched: ReadonlyMap<string, string>): string[] {
  const sections = Object.keys({ ...before, ...after }).filter((key) => key !== 'ranges') as Exclude<keyof Spec, 'ranges'>[];
  return sections.flatMap((key) => {
    switch (key) {
      case 'model':
        return describeLayers(before, after, matched);
      case 'regularize':
        // Label smoothing is part of the loss, which tells of it.
        return describeFields('', { ...before.regularize }, { ...after.regularize }, { told: ['label_smoothing'] });
      case 'schedulers':
        return describeValue('scheduler', before.schedulers, after.schedulers);
      case 'wrappers':
        return describeValue('optimizer within', before.wrappers, after.wrappers);
      case 'paramGroups':
        return describeValue('param_groups', before.paramGroups, after.paramGroups);
      default:
        return describeValue(key, before[key], after[key], BARE.includes(key) ? '' : `${key}: `);
    }
  });
}
