/** The numbers of a chart, for a reader who does not see it and for a spreadsheet. */
export interface ChartTable {
  /** With units, where they have one. */
  columns: string[];
  /** null: not finite; undefined: there is none. */
  rows: (string | number | null | undefined)[][];
}
