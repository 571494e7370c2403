import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { csvOf, spreadRows } from '../../webview/chartTable';
import { readable } from '../../webview/tableView';

describe('a table as CSV', () => {
  const table = {
    columns: ['layer', 'gradient, log₁₀ RMS', 'says "ok"'],
    rows: [
      ['conv1', -3.0000000000000004, 'two\nlines'],
      ['a,b', null, 'plain'],
      ['=sum', Number.NEGATIVE_INFINITY, undefined],
    ],
  };

  test('is what another reader of RFC 4180 takes it for, with exact numbers', () => {
    const { data, errors } = Papa.parse(csvOf(table), { newline: '\r\n', skipEmptyLines: true });
    expect(errors).toEqual([]);
    expect(data).toEqual([table.columns, ['conv1', '-3.0000000000000004', 'two\nlines'], ['a,b', 'NaN', 'plain'], ['=sum', 'NaN', '']]);
  });

  test('ends every line with CRLF and quotes only where it must', () => {
    expect(csvOf({ columns: ['step', 'loss'], rows: [[1, 0.1]] })).toBe('step,loss\r\n1,0.1\r\n');
  });
});

test('rows of unequal length become lines of as many fields, as RFC 4180 asks', () => {
  expect(csvOf({ columns: ['a', 'b', 'c'], rows: [[1], [1, 2, 3], []] })).toBe('a,b,c\r\n1,,\r\n1,2,3\r\n,,\r\n');
  expect(csvOf({ columns: ['a'], rows: [[1, 2]] })).toBe('a,\r\n1,2\r\n');
});

test('of many rows some are shown, the first and the last among them', () => {
  const rows = Array.from({ length: 1001 }, (_, index) => index);
  expect(spreadRows(rows, 5)).toEqual([0, 250, 500, 750, 1000]);
  expect(spreadRows(rows, 1001)).toBe(rows);
});

test.each([
  [12_000, '12,000'],
  [0.000123456, '1.23e−4'],
  [0.25, '0.250'],
  [null, 'not finite'],
  [undefined, '–'],
  ['conv1', 'conv1'],
])('a reader sees %j as %s', (cell, text) => expect(readable(cell)).toBe(text));
