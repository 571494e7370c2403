import { failIn, listed, quoted, type DataFile } from './dataFile';
import type { PlainSamples } from './dataset';
import { product } from '../graph/shape';
import { textOf } from './textOf';

/** Reading takes about fifteen times the text in memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Dimensions of a sample: images have three. */
const MOST_DIMENSIONS = 4;

/** A line of a file with the object that it is. */
export interface JsonRow {
  line: number;
  object: Record<string, unknown>;
}

/** @throws ProblemError for an empty file, and for a line that is not a JSON object. Blank lines do not count. */
export function rowsOf(file: DataFile): JsonRow[] {
  const rows: JsonRow[] = [];
  let line = 0;
  for (const text of textOf(file, { most: MAX_BYTES, kind: 'one JSON object a line', remedy: 'Convert it to .npz.' }).split('\n')) {
    line++;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      failIn(file, 'bad-json', `line ${line}: ${quoted(text.trim())} is not JSON. Each line is an object: {"text": "…", "label": "…"}.`);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      failIn(file, 'bad-json', `line ${line}: ${quoted(text.trim())} is not an object. Each line is one: {"text": "…", "label": "…"}.`);
    rows.push({ line, object: value as Record<string, unknown> });
  }
  if (!rows.length) failIn(file, 'empty-file', 'there is no line in it. Each line is an object: {"text": "…", "label": "…"}.');
  return rows;
}

/** The value of a key; undefined where it is missing or null. */
export const valueOf = ({ object }: JsonRow, key: string): unknown => (Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined);

/** The one of the keys that a row has. @throws ProblemError for none of them and for several. */
export function keyOf(file: DataFile, row: JsonRow, keys: readonly string[], what: string): string {
  const there = keys.filter((key) => Object.hasOwn(row.object, key));
  if (there.length === 1) return there[0];
  if (there.length > 1) failIn(file, 'two-keys', `line ${row.line} has ${what} under ${listed(there)}; one of them has to go.`);
  failIn(file, 'missing-key', `line ${row.line} has no ${what}: none of ${listed(keys)} is among its keys (${listed(Object.keys(row.object))}).`);
}

export function failAt(file: DataFile, row: JsonRow, key: string, code: string, why: string): never {
  failIn(file, code, `line ${row.line}, key ${quoted(key)}: ${why}`);
}

/**
 * Numbers, or lists of numbers (of lists, …) of the same shape in every row.
 * @param sampleShape what another file has had; absent: as in the first row.
 */
export function numbersOf(file: DataFile, rows: readonly JsonRow[], key: string, sampleShape = shapeOf(file, rows[0], key)): PlainSamples {
  const size = product(sampleShape);
  const data = new Float32Array(rows.length * size);
  let at = 0;
  for (const row of rows) {
    const fill = (value: unknown, depth: number): void => {
      if (depth === sampleShape.length) data[at++] = numberIn(file, row, key, value);
      else if (Array.isArray(value) && value.length === sampleShape[depth]) for (const item of value) fill(item, depth + 1);
      else
        failAt(
          file,
          row,
          key,
          'other-shape',
          Array.isArray(value)
            ? `a list of ${value.length}, but there are ${sampleShape[depth]} in line ${rows[0].line}. All samples have one shape.`
            : `${shown(value)} is not a list of ${sampleShape[depth]} as in line ${rows[0].line}. All samples have one shape.`,
        );
    };
    fill(valueOf(row, key), 0);
  }
  return { sampleShape, data };
}

function shapeOf(file: DataFile, row: JsonRow, key: string): number[] {
  const shape: number[] = [];
  for (let value = valueOf(row, key); Array.isArray(value); value = value[0]) {
    if (shape.length === MOST_DIMENSIONS) failAt(file, row, key, 'bad-shape', `lists in lists more than ${MOST_DIMENSIONS} deep.`);
    if (!value.length) failAt(file, row, key, 'bad-shape', 'an empty list.');
    shape.push(value.length);
  }
  return shape;
}

function numberIn(file: DataFile, row: JsonRow, key: string, value: unknown): number {
  if (value === undefined || value === null) failAt(file, row, key, 'missing-value', 'the value is missing. Fill it in or remove the line.');
  if (typeof value === 'number' && Number.isFinite(Math.fround(value))) return value;
  failAt(
    file,
    row,
    key,
    'not-a-number',
    typeof value === 'number' ? `${value} is too large for a 32-bit float.` : `${shown(value)} is not a number.`,
  );
}

/** A JSON value for a message. */
export const shown = (value: unknown): string => (value === undefined ? 'nothing' : quoted(JSON.stringify(value).slice(0, 60)));
