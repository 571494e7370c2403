import type { OutputCard } from '../src/train/outcome';
import { formatSetting } from '../src/base/format';

/** Rounding of single precision is no reason to speak. */
const TOLERANCE = 1e-5;

/** Part of the targets' span below which the output has hardly begun to cover it. */
const NARROW = 0.1;

export interface Remark {
  level: 'note' | 'warning' | 'error';
  /** The layer stands between backquotes. */
  text: string;
}

/** What the numbers of the last layer mean beside the targets. */
export function outputReading({ layer, min, max, reach, target }: OutputCard): Remark[] {
  const remarks: Remark[] = target ? beyondReach(layer, reach, target) : [];
  if (min === null || max === null) return [{ level: 'error', text: `What \`${layer}\` puts out is not finite.` }, ...remarks];
  if (min === max) remarks.push({ level: 'warning', text: `\`${layer}\` puts out the same number for every sample.` });
  else if (target && remarks.length === 0 && max - min < NARROW * (target.max - target.min)) {
    const share = (max - min) / (target.max - target.min);
    remarks.push({
      level: 'note',
      text: `So far the output covers ${share < 0.01 ? 'less than 1' : Math.round(100 * share)} % of the span of the targets.`,
    });
  }
  return remarks;
}

function beyondReach(layer: string, [least, most]: OutputCard['reach'], target: NonNullable<OutputCard['target']>): Remark[] {
  const remarks: Remark[] = [];
  const slack = (end: number) => TOLERANCE * Math.max(1, Math.abs(end));
  if (most !== null && target.max > most + slack(most))
    remarks.push({
      level: 'warning',
      text: `\`${layer}\` cannot put out more than ${formatSetting(most)}; targets reach ${formatSetting(target.max)}.`,
    });
  if (least !== null && target.min < least - slack(least))
    remarks.push({
      level: 'warning',
      text: `\`${layer}\` cannot put out less than ${formatSetting(least)}; targets go down to ${formatSetting(target.min)}.`,
    });
  return remarks;
}

/** What the last layer can put out at all. */
export function reachText([least, most]: OutputCard['reach']): string {
  if (least === null && most === null) return 'any number';
  if (least === null) return `up to ${formatSetting(most!)}`;
  return most === null ? `from ${formatSetting(least)} up` : `${formatSetting(least)} … ${formatSetting(most)}`;
}
