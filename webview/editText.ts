import type { Carried } from '../src/train/protocol';
import type { EditEffect } from '../src/view/protocol';
import { formatCount, formatNumber } from '../src/base/format';

/** Beyond this a list of names is no longer read. */
const MOST_NAMES = 6;

/**
 * What 100 steps do to the loss, from the change of its decimal logarithm: `−7 %`, `+12 %`; where a percentage says little, the factor:
 * `÷12`, `×3.4`. Undefined while there are too few steps to tell.
 */
export function formatTrend(slope: number | null | undefined): string | undefined {
  if (slope === null || slope === undefined || !Number.isFinite(slope)) return undefined;
  const factor = 10 ** slope;
  if (factor < 0.1) return `÷${formatNumber(1 / factor, 2)}`;
  if (factor > 2) return `×${formatNumber(factor, 2)}`;
  const percent = (factor - 1) * 100;
  const rounded = Math.abs(percent).toFixed(Math.abs(percent) < 9.95 ? 1 : 0);
  if (Number(rounded) === 0) return '±0 %';
  return `${percent < 0 ? '\u2212' : '+'}${rounded} %`;
}

/** `−7.0 % → −19 %`; undefined where nothing is known yet. */
export function trendChange({ slopeBefore, slopeAfter }: EditEffect): string | undefined {
  const [before, after] = [formatTrend(slopeBefore), formatTrend(slopeAfter)];
  return before === undefined && after === undefined ? undefined : `${before ?? '?'} → ${after ?? '?'}`;
}

/** Gradient at the first layer as a part of that at the last: `0.012`. */
export function formatFlow(ratio: number | null | undefined): string | undefined {
  return ratio === null || ratio === undefined || !Number.isFinite(ratio) ? undefined : formatNumber(ratio, 2);
}

/** What became of the weights, one part of a sentence each, with all the names for those who point at it. */
export function describeCarried({ kept, resized, fresh, dropped }: Carried): { text: string; names: readonly string[] }[] {
  const groups: [string, readonly string[]][] = [
    ['resized', resized],
    ['fresh', fresh],
    ['dropped', dropped],
  ];
  const rest = groups.filter(([, names]) => names.length > 0).map(([word, names]) => ({ text: `${word}: ${nameSome(names)}`, names }));
  return [{ text: rest.length === 0 ? `all ${formatCount(kept)} kept` : `${formatCount(kept)} kept`, names: [] }, ...rest];
}

function nameSome(names: readonly string[]): string {
  if (names.length <= MOST_NAMES + 1) return names.join(', ');
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${formatCount(names.length - MOST_NAMES)} more`;
}

/** `lr 0.001 → 0.01`, of several the first and how many more. */
export function summarizeChanges(changes: readonly string[]): string {
  return changes.length > 1 ? `${changes[0]} and ${changes.length - 1} more` : (changes[0] ?? '');
}
