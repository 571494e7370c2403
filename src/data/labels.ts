import { failIn, quoted, type DataFile } from './dataFile';

/** A class target asks for one output for each class; beyond this the labels are something else. */
export const MAX_CLASSES = 65536;

/** The labels of a table's target column, or of a key in lines of JSON, with what messages need to name one of them. */
export interface LabelColumn {
  file: DataFile;
  name: string;
  /** What bears the name: a column unless said otherwise. */
  kind?: 'key';
  cells: string[];
  /** The file's line of each cell. */
  lines: number[];
}

const isNumeric = (cell: string): boolean => Number.isFinite(Number(cell));

function failAt({ file, name, kind, cells, lines }: LabelColumn, row: number, code: string, why: string): never {
  failIn(file, code, `${kind ? 'line' : 'row'} ${lines[row]}, ${kind ?? 'column'} ${quoted(name)}: ${cells[row] && `${quoted(cells[row])} `}${why}`);
}

/**
 * The class names by index: whole numbers in rising order (0 … k − 1 so keep their value), other labels sorted as text.
 * @throws ProblemError for a missing label, fractions, negative numbers, numbers mixed with names, more than 65,536 classes.
 */
export function classNames(column: LabelColumn): string[] {
  const firstRow = new Map<string, number>();
  column.cells.forEach((cell, row) => {
    if (!cell) failAt(column, row, 'missing-value', 'the class label is missing. Fill it in or remove the row.');
    if (!firstRow.has(cell)) firstRow.set(cell, row);
    if (firstRow.size > MAX_CLASSES)
      failIn(
        column.file,
        'too-many-classes',
        `${column.kind ?? 'column'} ${quoted(column.name)} has more than ${MAX_CLASSES} different labels. Is it a number to predict? Then use MSELoss.`,
      );
  });
  const distinct = [...firstRow.keys()];
  const numeric = distinct.filter(isNumeric);
  if (!numeric.length) return distinct.sort();
  if (numeric.length < distinct.length) {
    // The fewer are the likelier typos.
    const named = distinct.filter((cell) => !isNumeric(cell));
    const odd = named.length <= numeric.length ? named[0] : numeric[0];
    failAt(column, firstRow.get(odd)!, 'mixed-labels', 'does not fit the other class labels: they have to be all whole numbers or all names.');
  }
  for (const cell of distinct) {
    if (!Number.isSafeInteger(Number(cell)))
      failAt(
        column,
        firstRow.get(cell)!,
        'non-integer-label',
        'is not a whole number, and class labels have to be. To predict a number, use MSELoss.',
      );
    if (Number(cell) < 0) failAt(column, firstRow.get(cell)!, 'negative-label', 'is negative; class labels count from 0.');
  }
  return [...new Set(distinct.map(Number))].sort((a, b) => a - b).map(String);
}

/** Class indices of the labels. @throws ProblemError for a label that is not among the classes (as a validation file may have). */
export function classIndices(column: LabelColumn, classes: readonly string[]): Int32Array {
  const indexOf = new Map(classes.map((name, index) => [name, index]));
  return Int32Array.from(column.cells, (cell, row) => {
    const index = indexOf.get(isNumeric(cell) && cell ? String(Number(cell)) : cell);
    return index ?? failAt(column, row, 'unknown-label', `is not among the training data's classes.`);
  });
}
