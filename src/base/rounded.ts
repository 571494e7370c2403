/** With so many significant digits: what is only drawn needs no more, and its JSON is short. */
export const rounded = (value: number, digits = 4): number => Number(value.toPrecision(digits));

/** Likewise; null where it is not finite. */
export const finite = (value: number, digits = 4): number | null => (Number.isFinite(value) ? rounded(value, digits) : null);

/** To so many digits of a size that it is seen beside, such as the span of an axis. */
export function roundedBeside(size: number, value: number, digits = 4): number {
  const decimals = size > 0 ? digits - 1 - Math.floor(Math.log10(size)) : 0;
  // Minus zero is zero.
  return decimals > 100 ? value : Number(value.toFixed(Math.max(0, decimals))) || 0;
}
