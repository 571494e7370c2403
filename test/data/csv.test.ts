import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { numberIn, readTable } from '../../src/data/csv';
import { problemOf, range, succeeds, textFile } from './helpers';

test('a table keeps names, cells and the line of each row', () => {
  const table = readTable(textFile('a, b ,c\r\n1,2,x\r\n\r\n 3 ,4,"two\nlines"\r\n5,6,"with ""quotes"", and a comma"\r\n'), ',');
  expect(table.columns).toEqual(['a', 'b', 'c']);
  expect(table.rows).toEqual([
    ['1', '2', 'x'],
    ['3', '4', 'two\nlines'],
    ['5', '6', 'with "quotes", and a comma'],
  ]);
  // The blank line 3 is skipped, and row 4 reaches over lines 4 and 5.
  expect(table.lines).toEqual([2, 4, 6]);
});

test('tabs separate in .tsv, where a comma is text', () => {
  expect(readTable(textFile('a\tb\n1,5\t2\n'), '\t').rows).toEqual([['1,5', '2']]);
});

test('a byte order mark and no final newline are no part of the data', () => {
  const table = readTable(textFile('\ufeffa,b\n1,2'), ',');
  expect(table).toEqual({ columns: ['a', 'b'], rows: [['1', '2']], lines: [2] });
});

test.each([
  ['', 'empty-file', './d.csv: the file is empty. It needs a header row with the column names, then one row for each sample.'],
  ['\n\n', 'empty-file', './d.csv: the file is empty. It needs a header row with the column names, then one row for each sample.'],
  ['a,b\n', 'empty-file', './d.csv: there are no rows below the header.'],
  ['a,b,a\n1,2,3\n', 'duplicate-column', './d.csv: columns 1 and 3 are both named `a`. Rename one.'],
  [',b\n1,2\n', 'unnamed-column', './d.csv: column 1 has no name in the header row. Name it, or remove it if it only numbers the rows.'],
  ['a,b,c\n1,2,3\n4\n', 'ragged-row', './d.csv: row 3 has 1 cell, but the header has 3 columns: `b`, `c` are missing.'],
  ['a,b\n1,2\n\n3,4,5\n', 'ragged-row', './d.csv: row 4 has 3 cells, but the header has 2 columns: `5` stands behind the last column, `b`.'],
  ['a,b\n1,"2\n3,4\n', 'malformed-row', './d.csv: row 2 has a quotation mark that is not closed or stands inside a cell.'],
  ['a,b\n\u0000,2\n', 'not-text', './d.csv: this is not a text file. Save it as CSV in UTF-8.'],
])('%j is refused: %s', (text, code, message) => {
  expect(problemOf(() => readTable(textFile(text), ','))).toEqual({ code, level: 'error', message, range });
});

test('a hostile cell does not fill the message', () => {
  const { message } = problemOf(() => readTable(textFile(`a,b\n1,2,${'x'.repeat(1e6)}\n`), ','));
  expect(message.length).toBeLessThan(200);
});

const numberOf = (cell: string) => {
  const file = textFile(`a,b\n0,0\n1,${cell}\n`);
  return numberIn(file, readTable(file, ','), 1, 1);
};

test.each([
  ['3', 3],
  ['-0.5', -0.5],
  ['+1e-3', 0.001],
  ['.25', 0.25],
  [' 7 ', 7],
  ['"8"', 8],
])('the cell %j is the number %d', (cell, value) => expect(numberOf(cell)).toBe(value));

test.each([
  ['', 'missing-value', './d.csv: row 3, column `b`: the value is missing. Fill it in or remove the row.'],
  ['  ', 'missing-value', './d.csv: row 3, column `b`: the value is missing. Fill it in or remove the row.'],
  [
    'red',
    'not-a-number',
    './d.csv: row 3, column `b`: `red` is not a number. Features have to be numbers; encode a category as numbers or remove the column.',
  ],
  [
    '0x1f',
    'not-a-number',
    './d.csv: row 3, column `b`: `0x1f` is not a number. Features have to be numbers; encode a category as numbers or remove the column.',
  ],
  [
    'nan',
    'not-a-number',
    './d.csv: row 3, column `b`: `nan` is not a number. Features have to be numbers; encode a category as numbers or remove the column.',
  ],
  [
    'Infinity',
    'not-a-number',
    './d.csv: row 3, column `b`: `Infinity` is not a number. Features have to be numbers; encode a category as numbers or remove the column.',
  ],
  ['1e39', 'not-finite', './d.csv: row 3, column `b`: `1e39` is too large for a 32-bit float.'],
])('the cell %j is refused: %s', (cell, code, message) => {
  expect(problemOf(() => numberOf(cell))).toEqual({ code, level: 'error', message, range });
});

test('a megabyte of digits is judged at once', () => {
  const started = performance.now();
  expect(problemOf(() => numberOf(`${'1'.repeat(1e6)}x`)).code).toBe('not-a-number');
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('whatever cells are written by a CSV writer are read back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', ' ', '\t', ';', 'é', '.') }).map((text) => text.trim());
  const rows = fc.array(fc.tuple(cell, cell, fc.constant('end')), { minLength: 1 });
  fc.assert(
    fc.property(rows, (written) => {
      const text = Papa.unparse([['a', 'b', 'c'], ...written], { newline: '\r\n' });
      const table = readTable(textFile(text), ',');
      expect(table.rows).toEqual(written);
      // An editor's line number: line breaks before the row, counted in the text up to it.
      const before = (row: number) => Papa.unparse([['a', 'b', 'c'], ...written.slice(0, row)], { newline: '\r\n' });
      expect(table.lines).toEqual(written.map((_, row) => before(row).split(/\r\n|\n/).length + 1));
    }),
  );
});

test('any text is a table or a problem, never a crash', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ', '\u0000', '\ufeff'), maxLength: 40 });
  let read = 0;
  fc.assert(
    fc.property(text, (content) => {
      if (succeeds(() => readTable(textFile(content), ','))) read++;
    }),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(0);
});

test('more text than fits into memory as cells is refused before it is read', () => {
  const file = { path: './d.csv', bytes: new Uint8Array(129 * 2 ** 20), range };
  expect(problemOf(() => readTable(file, ','))).toMatchObject({
    code: 'file-too-large',
    message: './d.csv: 129 MiB of text is more than the 128 MiB that can be read. Convert it to .npz.',
  });
});
