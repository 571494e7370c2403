import { type Cell, csvText } from '../src/base/csvText';

/** The numbers of a chart, for a reader who does not see it and for a spreadsheet. */
export interface ChartTable {
  /** With units, where they have one. */
  columns: string[];
  /** null: not finite; undefined: there is none. */
  rows: Cell[][];
}

export const csvOf = ({ columns, rows }: ChartTable): string => csvText(columns, rows);

/** At most `most` of the rows, evenly spread, the first and the last among them. */
export function spreadRows<T>(rows: readonly T[], most: number): readonly T[] {
  if (rows.length <= most) return rows;
  return Array.from({ length: most }, (_, index) => rows[Math.round((index * (rows.length - 1)) / (most - 1))]);
}
