import type { LayerMoment } from '../src/view/protocol';

/** `dead`: active on no sample since the first look; `died`: on none now, but once; `revived`: on none at first, but now. */
export type Fate = 'alive' | 'dead' | 'died' | 'revived';

/** A moment that tells something of the units: where no number is finite, none is active and none is dead. */
export function activeUnits({ active, tensors }: LayerMoment): readonly number[] | undefined {
  return Object.hasOwn(tensors, 'activation') && !tensors.activation.percentiles ? undefined : active;
}

/** What became of each unit up to the last of these moments, oldest first. Moments of another number of units do not count. */
export function unitFates(moments: readonly LayerMoment[]): Fate[] {
  const known = moments.filter((moment) => activeUnits(moment));
  const last = known.at(-1);
  if (!last) return [];
  const alike = known.filter(({ units, active }) => units === last.units && active!.length === last.active!.length);
  return last.active!.map((share, unit) => {
    const wasDead = alike[0].active![unit] === 0;
    if (share > 0) return wasDead ? 'revived' : 'alive';
    return alike.every(({ active }) => active![unit] === 0) ? 'dead' : 'died';
  });
}

/** Index in the layer of the unit in a row, of `rows` at even distances. */
export const unitOf = (row: number, rows: number, units: number): number => Math.floor((row * units) / rows);
