import Papa from 'papaparse';
import { failIn, listed, quoted, type DataFile } from './dataFile';
import { textOf } from './textOf';

/** Reading takes about seven times the text in memory; MNIST as a table is 105 MiB. */
const MAX_BYTES = 128 * 1024 * 1024;

/** A table read from text, as cells: numbers are made of them once it is known which column is what. */
export interface Table {
  columns: string[];
  rows: string[][];
  /** The line of the file on which each row starts, the header being on line 1. */
  lines: number[];
}

/**
 * Reads comma- or tab-separated text (RFC 4180: quotes may hold separators and line breaks) with a header row.
 * Blank lines do not count. Cells are trimmed.
 * @throws ProblemError for an empty file, a column without a name or with another's name, a ragged row, an open quote.
 */
export function readTable(file: DataFile, delimiter: ',' | '\t'): Table {
  let columns: string[] | undefined;
  const rows: string[][] = [];
  const lines: number[] = [];
  let line = 1;
  Papa.parse<string[]>(textOf(file, { most: MAX_BYTES, kind: 'CSV', remedy: 'Convert it to .npz.' }), {
    delimiter,
    newline: '\n',
    step: ({ data, errors }) => {
      const row = data.map((cell) => cell.trim());
      if (errors.length) failIn(file, 'malformed-row', `row ${line} has a quotation mark that is not closed or stands inside a cell.`);
      if (row.length > 1 || row[0] !== '') {
        if (!columns) columns = checkHeader(file, row);
        else {
          if (row.length !== columns.length) failRagged(file, line, row, columns);
          rows.push(row);
          lines.push(line);
        }
      }
      for (const cell of data) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) line++;
      line++;
    },
  });
  if (!columns) failIn(file, 'empty-file', 'the file is empty. It needs a header row with the column names, then one row for each sample.');
  if (!rows.length) failIn(file, 'empty-file', 'there are no rows below the header.');
  return { columns, rows, lines };
}

function checkHeader(file: DataFile, columns: string[]): string[] {
  const seen = new Map<string, number>();
  columns.forEach((name, i) => {
    if (!name) failIn(file, 'unnamed-column', `column ${i + 1} has no name in the header row. Name it, or remove it if it only numbers the rows.`);
    const other = seen.get(name);
    if (other !== undefined) failIn(file, 'duplicate-column', `columns ${other + 1} and ${i + 1} are both named ${quoted(name)}. Rename one.`);
    seen.set(name, i);
  });
  return columns;
}

function failRagged(file: DataFile, line: number, row: string[], columns: string[]): never {
  const what =
    row.length < columns.length
      ? `${listed(columns.slice(row.length))} ${columns.length - row.length > 1 ? 'are' : 'is'} missing`
      : `${quoted(row[columns.length])} stands behind the last column, ${quoted(columns[columns.length - 1])}`;
  failIn(
    file,
    'ragged-row',
    `row ${line} has ${row.length} ${row.length === 1 ? 'cell' : 'cells'}, but the header has ${columns.length} columns: ${what}.`,
  );
}

/** The number in a cell. @throws ProblemError naming row and column where it is missing, text, or not finite as a 32-bit float. */
export function numberIn(file: DataFile, table: Table, row: number, column: number): number {
  const cell = table.rows[row][column];
  const value = Number(cell);
  // Number('') is 0, and Number('0x1f') is a number to JavaScript but a typo in a table.
  if (cell !== '' && Number.isFinite(Math.fround(value)) && !/^[+-]?0[xob]/i.test(cell)) return value;
  const place = `row ${table.lines[row]}, column ${quoted(table.columns[column])}`;
  if (cell === '') failIn(file, 'missing-value', `${place}: the value is missing. Fill it in or remove the row.`);
  if (/^[+-]?\d[\d.]*(e[+-]?\d+)?$/i.test(cell)) failIn(file, 'not-finite', `${place}: ${quoted(cell)} is too large for a 32-bit float.`);
  failIn(
    file,
    'not-a-number',
    `${place}: ${quoted(cell)} is not a number. Features have to be numbers; encode a category as numbers or remove the column.`,
  );
}
