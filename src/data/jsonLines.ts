import { suggestion } from '../model/nearest';
import { fail } from '../model/problem';
import { listed, quoted, type DataFile } from './dataFile';
import type { PlainSamples, Samples, Split, TargetKind } from './dataset';
import { failAt, type JsonRow, keyOf, numbersOf, rowsOf, shown, valueOf } from './jsonRows';
import { type Sequences, sequencesOf } from './jsonTokens';
import { classIndices, classNames, type LabelColumn } from './labels';
import { openBoth, type Raw, rangeOf, type Reading } from './reading';
import { sequenceLength } from './tokens';

/** What a line has its inputs under, and its target unless `target` names another key. */
const INPUTS = ['text', 'tokens', 'x'] as const;
const TARGETS = ['label', 'y'] as const;

/**
 * One JSON object a line. Its inputs: `text`, whose characters are tokens; `tokens`, a list of words or of whole numbers; or `x`, a number
 * or lists of numbers. Its target: `label` or `y`, one or a list of them (one for each token, with `task: sequence`).
 * Sequences are as long as `shape: [L]` says or as the longest of the training file: longer ones are cut, shorter ones filled up with token 0.
 * Characters and words are numbered from 2 in Unicode's order, 1 being any that the training file has not.
 * @throws ProblemError naming file and line.
 */
export async function readJsonLines(reading: Reading): Promise<Raw> {
  const { spec, target } = reading;
  const [file, validationFile] = await openBoth(reading);
  const rows = rowsOf(file);
  const key = keyOf(file, rows[0], INPUTS, 'inputs') as (typeof INPUTS)[number];
  const label = spec.target === undefined ? keyOf(file, rows[0], TARGETS, 'target') : targetKey(reading, file, rows[0]);
  const sequences = key === 'x' ? undefined : sequencesOf(file, rows, key, spec.shape && sequenceLength(spec, 0));
  const x = sequences ? sequences.read(file, rows) : numbersOf(file, rows, key);
  const y = targetsOf(file, rows, label, target, sequences);
  const split = (inputs: Samples, { samples }: Targets, count: number): Split => ({ count, x: inputs, y: samples });
  const others = validationFile && rowsOf(validationFile);
  return {
    train: split(x, y, rows.length),
    validation:
      others &&
      split(
        sequences ? sequences.read(validationFile, others) : numbersOf(validationFile, others, key, x.sampleShape),
        targetsOf(validationFile, others, label, target, sequences, y),
        others.length,
      ),
    classes: y.classes,
    tokens: sequences?.vocabulary,
  };
}

function targetKey({ spec }: Reading, file: DataFile, row: JsonRow): string {
  const at = { range: rangeOf(spec, 'target') };
  const [name, ...more] = [spec.target!].flat();
  if (more.length) fail('one-target', `The lines of ${file.path} have their target under one key, but \`target\` names ${more.length + 1}.`, at);
  if (Object.hasOwn(row.object, name)) return name;
  const keys = Object.keys(row.object);
  fail('unknown-target', `${file.path} has no key ${quoted(name)} for \`target\`.${suggestion(name, keys)} Its keys: ${listed(keys)}.`, at);
}

interface Targets {
  samples: PlainSamples;
  classes?: string[];
}

/** @param like the targets of the training file, for those of another. */
function targetsOf(file: DataFile, rows: readonly JsonRow[], key: string, target: TargetKind, sequences?: Sequences, like?: Targets): Targets {
  if (target === 'number') return { samples: numbersOf(file, rows, key, like?.samples.sampleShape) };
  const first = valueOf(rows[0], key);
  const sampleShape = like?.samples.sampleShape ?? (Array.isArray(first) ? [Math.min(first.length, sequences?.length ?? first.length)] : []);
  const column: LabelColumn = { file, name: key, kind: 'key', cells: [], lines: [] };
  for (const row of rows)
    for (const label of labelsOf(file, row, key, sampleShape, sequences)) {
      column.cells.push(cellOf(file, row, key, label));
      column.lines.push(row.line);
    }
  const classes = like?.classes ?? classNames(column);
  return { samples: { sampleShape, data: classIndices(column, classes) }, classes };
}

/** The labels of a row: one, or a list that is cut where its sequence is. */
function labelsOf(file: DataFile, row: JsonRow, key: string, [length]: readonly number[], sequences?: Sequences): unknown[] {
  const value = valueOf(row, key);
  if (length === undefined) return Array.isArray(value) ? failAt(file, row, key, 'other-shape', 'a list, but other lines have one label.') : [value];
  if (!Array.isArray(value)) failAt(file, row, key, 'other-shape', `${shown(value)} is not a list of ${length} labels as other lines have.`);
  const labels = sequences ? value.slice(0, sequences.length) : value;
  if (labels.length === length) return labels;
  failAt(
    file,
    row,
    key,
    'other-shape',
    `a list of ${labels.length}, but other lines have ${length} labels. Sequences with a label for each token have to be of one length.`,
  );
}

/** A label as text; '' where it is missing. */
function cellOf(file: DataFile, row: JsonRow, key: string, label: unknown): string {
  if (label === undefined || label === null) return '';
  if (typeof label === 'string') return label.trim();
  return typeof label === 'number' || typeof label === 'boolean'
    ? String(label)
    : failAt(file, row, key, 'bad-label', `${shown(label)} is not a label: that is a text or a number.`);
}
