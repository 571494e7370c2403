/** What a value from outside is, as far as it was looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

export function isAtStep(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && typeof value.step === 'number';
}

export const isString = (value: unknown): boolean => typeof value === 'string';

export const isNumber = (value: unknown): boolean => typeof value === 'number';

/** A number that may not have been finite. */
export const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);

export const isOptional = (value: unknown, isValue: (value: unknown) => boolean): boolean => value === undefined || isValue(value);

export const isOneOf = (value: unknown, values: readonly string[]): boolean => typeof value === 'string' && values.includes(value);
