import { formatFixed, formatNumber, formatSetting } from '../src/base/format';

/** A number beside an axis or in a list, as short as it can be: `0.5`, `30`, `1e−9`, `2e6`. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  return size > 0 && (size < 1e-3 || size >= 1e6) ? formatNumber(value, 2) : formatSetting(value);
}

/** A number beside an axis whose ticks are `distance` apart, with as many decimals as tell them apart: `1,250`, `0.50`. */
export function formatEven(value: number, distance: number): string {
  let decimals = 0;
  while (decimals < 12 && Math.abs(Number(distance.toFixed(decimals)) - distance) > 1e-3 * distance) decimals++;
  return formatFixed(value, decimals);
}
