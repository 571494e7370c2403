/** The longest that a name from a data file is shown with. */
const LONGEST = 60;

export const shortName = (name: string): string => (name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1)}…`);

/** What the features of a dataset are called; those without names are counted from 1. */
export const featureName = (names: readonly string[] | undefined, index: number): string => shortName(names?.[index] ?? `x${index + 1}`);
