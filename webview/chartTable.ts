/** The numbers of a chart, for a reader who does not see it and for a spreadsheet. */
export interface ChartTable {
  /** With units, where they have one. */
  columns: string[];
  /** null: not finite; undefined: there is none. */
  rows: (string | number | null | undefined)[][];
}

/** The table as a file (RFC 4180): exact numbers, `NaN` for what is not finite. */
export function csvOf({ columns, rows }: ChartTable): string {
  return [columns, ...rows].map((cells) => `${cells.map((cell) => field(exactly(cell))).join(',')}\r\n`).join('');
}

/** A cell as it is: the shortest digits that read back as the same number. */
export function exactly(cell: ChartTable['rows'][number][number]): string {
  if (cell === undefined) return '';
  return cell === null || (typeof cell === 'number' && !Number.isFinite(cell)) ? 'NaN' : String(cell);
}

/** At most `most` of the rows, evenly spread, the first and the last among them. */
export function spreadRows<T>(rows: readonly T[], most: number): readonly T[] {
  if (rows.length <= most) return rows;
  return Array.from({ length: most }, (_, index) => rows[Math.round((index * (rows.length - 1)) / (most - 1))]);
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
