/** What a row of a confusion matrix is a share of. */
export const rowTotal = (row: readonly number[]): number => row.reduce((sum, count) => sum + count, 0);

/** Share of a class's samples that are found, or of the predictions of a class that are right; undefined where there are none. */
export function recall(confusion: readonly (readonly number[])[], index: number): number | undefined {
  const total = rowTotal(confusion[index]);
  return total > 0 ? confusion[index][index] / total : undefined;
}

export function precision(confusion: readonly (readonly number[])[], index: number): number | undefined {
  const total = confusion.reduce((sum, row) => sum + row[index], 0);
  return total > 0 ? confusion[index][index] / total : undefined;
}

export interface Mistake {
  actual: number;
  predicted: number;
  count: number;
}

/** The commonest first. */
export function mistakes(confusion: readonly (readonly number[])[]): Mistake[] {
  return confusion
    .flatMap((row, actual) => row.map((count, predicted) => ({ actual, predicted, count })))
    .filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
    .sort((a, b) => b.count - a.count);
}
