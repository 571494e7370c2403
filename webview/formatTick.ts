import { formatNumber, formatSetting } from '../src/base/format';

/** A number beside an axis or in a list, as short as it can be: `0.5`, `30`, `1e−9`, `2e6`. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  return size > 0 && (size < 1e-3 || size >= 1e6) ? formatNumber(value, 2) : formatSetting(value);
}
