/** What can be written into a model file. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * A value in one line, as it can stand anywhere in the file, also within `{…}`.
 * @param isAiry with blanks inside of braces.
 */
export function writeYaml(value: Plain, isAiry = false): string {
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'string') return /^(?!(?:true|false|null)$)[a-z_]\w*$/i.test(value) ? value : JSON.stringify(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map((item) => writeYaml(item, isAiry)).join(', ')}]`;
  return isAiry ? `{ ${writeEntries(value, isAiry)} }` : `{${writeEntries(value)}}`;
}

/** Keys and values as they stand between braces. */
export const writeEntries = (value: { readonly [key: string]: Plain }, isAiry = false): string =>
  Object.entries(value)
    .map(([key, inner]) => `${key}: ${writeYaml(inner, isAiry)}`)
    .join(', ');

export const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

export const isMap = (value: Plain): value is { readonly [key: string]: Plain } => typeof value === 'object' && value !== null && !isList(value);

/** A number as a person writes it: `0.002`, `1e-5`. */
export const writeNumber = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential().replace('e+', 'e') : String(value);

/** Two significant digits, three where that is what it is; whole numbers stay. */
export function roundForPeople(value: number): number {
  const three = Number(value.toPrecision(3));
  return Number.isInteger(value) || three === value ? value : Number(value.toPrecision(2));
}
