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

type Ratio = Record<keyof StepTime, Spread>;

/** By round: how many times as long one takes as the other. */
function ratio(a: Result, b: Result | undefined): Ratio | undefined {
  if (!b || a === b || !a.blocks.length || !b.blocks.length) return undefined;
  const by = (key: keyof StepTime) => spread(a.blocks.map((time, round) => time[key] / b.blocks[round][key]));
  return { clock: by('clock'), processor: by('processor') };
}

/** What a row of the table tells, as numbers. */
export interface Row {
  result: Result;
  /** Microseconds of a step. */
  step?: Spread;
  /** Each of ours is so many times as fast, taking the same statistics. */
  ours: { title: string; ratio?: Ratio }[];
  /** Its own speed without statistics is 1; likewise. */
  toPlain?: Ratio;
}

export function rowsOf(results: readonly Result[]): Row[] {
  const find = (contender: string, statistics: string) => results.find((r) => r.contender === contender && r.statistics === statistics);
  const measured = OURS.filter(({ name }) => results.some(({ contender }) => contender === name));
  return results.map((result) => {
    const plain = find(result.contender, 'none');
    return {
      result,
      ...(result.blocks.length && { step: spread(result.blocks.map(({ clock }) => clock)) }),
      ours: measured.map(({ name, title }) => ({ title, ratio: ratio(result, find(name, result.statistics)) })),
      ...(plain && { toPlain: ratio(plain, result) }),
    };
  });
}

export function table(rows: readonly Row[]): Record<string, string>[] {
  return rows.map(({ result, step, ours, toPlain }) => ({
    engine: CONTENDERS.find(({ name }) => name === result.contender)!.title,
    statistics: result.statistics,
    'µs a step': step ? step.median.toFixed(0) : (result.failed ?? '').split('\n')[0].slice(0, 80),
    ...Object.fromEntries(ours.flatMap((one) => columns(`${one.title} is × as fast`, one.ratio))),
    ...Object.fromEntries(columns('speed beside none', toPlain)),
    'first loss, ms': result.first?.toFixed(0) ?? '',
    'compiling, ms': result.compile?.toFixed(0) ?? '',
    'peak, MiB': result.peak?.toFixed(0) ?? '',
  }));
}

const columns = (title: string, found: Ratio | undefined): [string, string][] => [
  [title, found ? show(found.clock) : ''],
  [`${title}, by processor time`, found ? show(found.processor) : ''],
];
