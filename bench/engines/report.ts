import { CONTENDERS, OURS } from './contenders';
import type { Result } from './compete';
import type { StepTime } from './contenderProcess';

const quantile = (sorted: readonly number[], q: number): number => {
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
};

/** A median with what 80 % lie within. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
}

const show = ({ median, low, high }: Spread) => `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;

/** By round: how many times as long one takes as the other. */
const ratios = (a: Result, b: Result, by: keyof StepTime): Spread | undefined =>
  a.blocks.length && b.blocks.length ? spread(a.blocks.map((time, round) => time[by] / b.blocks[round][by])) : undefined;

/** What a row of the table tells, as numbers. */
export interface Row {
  result: Result;
  /** Microseconds of a step. */
  step?: Spread;
  /** Ours is so many times as fast, taking the same statistics: by the clock and by the processor. */
  ours?: Spread;
  oursByProcessor?: Spread;
  /** Its own speed without statistics is 1; likewise. */
  toPlain?: Spread;
  toPlainByProcessor?: Spread;
}

export function rowsOf(results: readonly Result[]): Row[] {
  const find = (contender: string, statistics: string) => results.find((r) => r.contender === contender && r.statistics === statistics);
  return results.map((result) => {
    const [ours, plain] = [find(OURS.name, result.statistics), find(result.contender, 'none')];
    return {
      result,
      ...(result.blocks.length && { step: spread(result.blocks.map(({ clock }) => clock)) }),
      ...(ours && ours !== result && { ours: ratios(result, ours, 'clock'), oursByProcessor: ratios(result, ours, 'processor') }),
      ...(plain && plain !== result && { toPlain: ratios(plain, result, 'clock'), toPlainByProcessor: ratios(plain, result, 'processor') }),
    };
  });
}

export function table(rows: readonly Row[]): Record<string, string>[] {
  return rows.map(({ result, step, ours, oursByProcessor, toPlain, toPlainByProcessor }) => ({
    engine: CONTENDERS.find(({ name }) => name === result.contender)!.title,
    statistics: result.statistics,
    'µs a step': step ? step.median.toFixed(0) : (result.failed ?? '').split('\n')[0].slice(0, 80),
    'Layerwise is × as fast': ours ? show(ours) : '',
    'by processor time': oursByProcessor ? show(oursByProcessor) : '',
    'speed beside none': toPlain ? show(toPlain) : '',
    'by processor time ': toPlainByProcessor ? show(toPlainByProcessor) : '',
    'first loss, ms': result.first?.toFixed(0) ?? '',
    'compiling, ms': result.compile?.toFixed(0) ?? '',
    'peak, MiB': result.peak?.toFixed(0) ?? '',
  }));
}
