const MINUS = '\u2212';

/** What stands in place of a number that is not finite. */
export const NOT_FINITE = 'not finite';

/** A number for people, `digits` significant, three unless told: `0.123`, `12,300`, `6.3e−7`; null, NaN and ±infinity are "not finite". */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOT_FINITE;
  if (value === 0) return '0';
  // Rounded first: 0.9996 in three digits is 1.00, which has one decimal less.
  const size = Math.abs(Number(value.toPrecision(digits)));
  if (size < 1e-3 || size >= 1e6) return typeset(trimExponent(value.toExponential(Math.max(0, Math.min(digits, 3) - 1))));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return typeset(group(value.toFixed(decimals)));
}

/** Decades between the numbers of a column from which on they have no decimals in common. */
const MANY_DECADES = 3;

/** Numbers that stand below each other: three digits of the middle one and as many decimals in all, enough for the smallest to be seen, unless they are of very different size. */
export function formatColumn(values: readonly (number | null | undefined)[]): string[] {
  const sizes = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value) && value !== 0).map(Math.abs);
  sizes.sort((a, b) => a - b);
  const [least = 0, middle = 1, most = 0] = [sizes[0], sizes[Math.floor(sizes.length / 2)], sizes.at(-1)];
  const isCount = sizes.length > 0 && sizes.every((size) => Number.isInteger(size) && size < 1e9);
  const isAlike = sizes.length > 0 && most / least < 10 ** MANY_DECADES && least >= 1e-3 && most < 1e6;
  const decimals = isCount || !isAlike ? 0 : Math.max(0, 2 - exponentOf(middle), -exponentOf(least));
  return values.map((value) => {
    if (value === undefined) return '–';
    if (value === 0) return '0';
    if (value === null || !Number.isFinite(value) || !(isCount || isAlike)) return formatNumber(value);
    return typeset(group(value.toFixed(decimals)));
  });
}

/** Of the number in three digits. */
const exponentOf = (size: number): number => Math.floor(Math.log10(Number(size.toPrecision(3))));

/** A number that somebody chose, as short as it was written: `0.001`, `0.25`, `1e−7`; three digits of one that was computed. */
export function formatSetting(value: number): string {
  return typeset(String(Number(value.toPrecision(3)))).replace('e+', 'e');
}

/** A number with so many decimals and thousands separators: `1,250.5`. */
export function formatFixed(value: number, decimals: number): string {
  // Minus zero is zero.
  return typeset(group((Number(value.toFixed(decimals)) || 0).toFixed(decimals)));
}

/** A whole number with thousands separators: `1,797`. */
export function formatCount(value: number): string {
  return typeset(group(value.toFixed(0)));
}

/** A count in at most four characters and a unit: `874`, `25.6 k`, `1.2 M`; for parameters. */
export function formatCompact(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let unit = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const decimals = unit === 0 || Math.abs(scaled) >= 100 ? 0 : 1;
  return typeset(scaled.toFixed(decimals).replace(/\.0$/, '')) + units[unit];
}

/** Of memory, rounded up: `640 KiB`, `12 MiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return bytes >= 2 ** 20 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${Math.ceil(bytes / 2 ** 10)} KiB`;
}

/** Training speed: `0.42 steps/s`, `12.3 steps/s`, `1,240 steps/s`. */
export function formatRate(stepsPerSecond: number): string {
  if (!Number.isFinite(stepsPerSecond) || stepsPerSecond <= 0) return '– steps/s';
  const decimals = stepsPerSecond < 10 ? 2 : stepsPerSecond < 100 ? 1 : 0;
  return `${group(stepsPerSecond.toFixed(decimals))} steps/s`;
}

/** A share as a percentage: `0.3 %`, `94.0 %`; without decimals `94 %`. */
export function formatPercent(share: number | null | undefined, decimals = 1): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NOT_FINITE;
  return `${typeset((share * 100).toFixed(decimals))} %`;
}

/** Decimal logarithm of a size; −∞ for 0, undefined for what is negative or not finite. */
export function log10(value: number | null | undefined): number | undefined {
  if (value === null || value === undefined || !Number.isFinite(value) || value < 0) return undefined;
  return Math.log10(value);
}

/** A logarithm with one decimal and a true minus sign: `−3.2`. */
export function formatLog10(value: number, decimals = 1): string {
  return typeset(value.toFixed(decimals)).replace(/^\u2212(0\.0*)$/, '$1');
}

/** A difference with its sign: `+0.081`, `−0.002`. */
export function formatSigned(value: number, digits = 3): string {
  return value > 0 ? `+${formatNumber(value, digits)}` : formatNumber(value, digits);
}

/** Commas between thousands; `toLocaleString` takes twenty times as long, and hundreds of numbers change ten times a second. */
function group(digits: string): string {
  const [whole, fraction] = digits.split('.');
  const grouped = whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function typeset(text: string): string {
  return text.replaceAll('-', MINUS);
}

function trimExponent(text: string): string {
  return text
    .replace(/(\.\d*?)0+e/, '$1e')
    .replace('.e', 'e')
    .replace('e+', 'e');
}
