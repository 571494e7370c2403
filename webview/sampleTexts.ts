import type { SampleOutcome } from '../src/train/outcome';
import { formatNumber, formatPercent } from '../src/base/format';
import { className, shorten } from './outcomePanel';

/** `7 → 1`, or `12.5 → 9.81`; class names in so many letters. */
export function verdict({ actual, predicted }: SampleOutcome, classes: readonly string[] | undefined, most = Infinity): string {
  const named = (value: number | null) => (value === null ? 'not finite' : classes ? shorten(className(classes, value), most) : formatNumber(value));
  return `${named(actual)} → ${named(predicted)}`;
}

/** Whether a class was found. Numbers are never quite right. */
export function isRight({ actual, predicted }: SampleOutcome, classes: readonly string[] | undefined): boolean {
  return classes !== undefined && actual === predicted;
}

/** `93 %, loss 4.21`. */
export function sureness({ probability, loss }: SampleOutcome): string {
  const parts = probability === undefined ? [] : [formatPercent(probability, 0)];
  return [...parts, loss === null ? 'loss not finite' : `loss ${formatNumber(loss, 3)}`].join(', ');
}
