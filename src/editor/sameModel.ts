import type { Spec } from '../model/spec';

/** Where things stand, not what they mean. */
const PLACES: readonly string[] = ['range', 'ranges', 'typeRange', 'argRanges'];

/** Whether two texts mean the same, whatever their comments and their layout. */
export const isSameModel = (one: Spec | undefined, other: Spec | undefined): boolean => meaningOf(one) === meaningOf(other);

const meaningOf = (spec: Spec | undefined): string | undefined =>
  JSON.stringify(spec, (key, value: unknown) => (PLACES.includes(key) ? undefined : value));
