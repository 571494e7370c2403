/** null: a number that is not finite; undefined: there is none. */
export type Cell = string | number | null | undefined;

/** A table as a file (RFC 4180): exact numbers, `NaN` for what is not finite. */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((cells) => `${cells.map((cell) => field(exactly(cell))).join(',')}\r\n`).join('');
}

/** A cell as it is: the shortest digits that read back as the same number. */
export function exactly(cell: Cell): string {
  if (cell === undefined) return '';
  return cell === null || (typeof cell === 'number' && !Number.isFinite(cell)) ? 'NaN' : String(cell);
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
