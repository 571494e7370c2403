import { suggestion } from '../model/nearest';
import { fail, type SourceRange } from '../model/problem';
import { numberIn, type Table } from './csv';
import { failIn, listed, quoted, type DataFile } from './dataFile';
import type { PlainSamples, Split, TargetKind } from './dataset';
import { classIndices, classNames, type LabelColumn } from './labels';

/** A table made into samples: one row is one sample. */
export interface TabularData {
  split: Split;
  featureNames: string[];
  targetNames: string[];
  /** Of class targets. */
  classes?: string[];
}

/**
 * Makes samples of a table: the target columns are `y`, all others `x`.
 * Class targets give sampleShape [] and Int32Array, numbers [columns] and Float32Array.
 * @param targetRange where the model file names the target.
 * @throws ProblemError for target columns that are not there and cells that do not hold what they should.
 */
export function tabularData(file: DataFile, table: Table, targets: readonly string[], kind: TargetKind, targetRange: SourceRange): TabularData {
  const at = { range: targetRange };
  for (const name of targets)
    if (!table.columns.includes(name))
      fail(
        'unknown-target',
        `${file.path} has no column ${quoted(name)} for \`target\`.${suggestion(name, table.columns)} Its columns: ${listed(table.columns)}.`,
        at,
      );
  if (kind === 'class' && targets.length > 1)
    fail(
      'one-target',
      `Class labels stand in one column, but \`target\` names ${targets.length}. Name one, or use a loss for numbers (MSELoss, BCEWithLogitsLoss).`,
      at,
    );
  const featureNames = table.columns.filter((name) => !targets.includes(name));
  if (!featureNames.length) fail('no-features', `Every column of ${file.path} is a target, so no feature is left to predict it from.`, at);
  const labels = kind === 'class' ? labelColumn(file, table, targets[0]) : undefined;
  const classes = labels && classNames(labels);
  return {
    split: toSplit(file, table, featureNames, targets, labels && classIndices(labels, classes!)),
    featureNames,
    targetNames: [...targets],
    classes,
  };
}

/** The same of a second file, with the columns, their order and the classes of the first. */
export function tabularDataLike(first: TabularData, file: DataFile, table: Table): Split {
  const needed = [...first.featureNames, ...first.targetNames];
  const missing = needed.filter((name) => !table.columns.includes(name));
  if (missing.length) failIn(file, 'other-columns', `the validation file lacks ${listed(missing)}, which the training file has.`);
  const extra = table.columns.filter((name) => !needed.includes(name));
  if (extra.length) failIn(file, 'other-columns', `the validation file has ${listed(extra)}, which the training file lacks.`);
  const indices = first.classes && classIndices(labelColumn(file, table, first.targetNames[0]), first.classes);
  return toSplit(file, table, first.featureNames, first.targetNames, indices);
}

function labelColumn(file: DataFile, table: Table, name: string): LabelColumn {
  const column = table.columns.indexOf(name);
  return { file, name, cells: table.rows.map((row) => row[column]), lines: table.lines };
}

function toSplit(file: DataFile, table: Table, features: readonly string[], targets: readonly string[], indices?: Int32Array): Split {
  const y = indices ? { sampleShape: [], data: indices } : numbersOf(file, table, targets);
  return { count: table.rows.length, x: numbersOf(file, table, features), y };
}

function numbersOf(file: DataFile, table: Table, names: readonly string[]): PlainSamples {
  const columns = names.map((name) => table.columns.indexOf(name));
  const data = new Float32Array(table.rows.length * columns.length);
  for (let row = 0, at = 0; row < table.rows.length; row++) for (const column of columns) data[at++] = numberIn(file, table, row, column);
  return { sampleShape: [columns.length], data };
}
