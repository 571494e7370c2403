/** null: a number that is not finite; undefined: there is none. */
export type Cell = string | number | null | undefined;

/** A table as a file (RFC 4180): exact numbers, `NaN` for what is not finite; all lines have as many fields, the missing ones empty. */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [columns, ...rows];
  const width = lines.reduce((most, cells) => Math.max(most, cells.length), 0);
  const places = Array.from({ length: width }, (_, index) => index);
  return lines.map((cells) => `${places.map((index) => field(exactly(cells[index]))).join(',')}\r\n`).join('');
}

/** A cell as it is: the shortest digits that read back as the same number. */
export function exactly(cell: Cell): string {
  if (cell === undefined) return '';
  return cell === null || (typeof cell === 'number' && !Number.isFinite(cell)) ? 'NaN' : String(cell);
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
