import type { ChartTable } from './chartTable';

/** Numbers over the steps: `[step, number]`, null where it is not finite. */
export interface Series {
  name: string;
  points: readonly (readonly [number, number | null | undefined])[];
}

/** Series side by side, a row for every step that any of them has. A series without a number has no column. */
export function stepTable(series: readonly Series[]): ChartTable {
  const shown = series.filter(({ points }) => points.some(([, value]) => value !== undefined));
  const values = shown.map(({ points }) => new Map(points));
  const steps = [...new Set(values.flatMap((one) => [...one.keys()]))].sort((a, b) => a - b);
  return { columns: ['step', ...shown.map(({ name }) => name)], rows: steps.map((step) => [step, ...values.map((one) => one.get(step))]) };
}
