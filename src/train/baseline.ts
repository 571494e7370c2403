import type { LossName } from '../model/losses';
import type { Split } from '../data/dataset';

/** Loss of the best constant prediction on a split: what a model without skill reaches. Undefined for losses that have none in closed form. */
export function noSkillLoss(loss: LossName, { y }: Split): number | undefined {
  switch (loss) {
    case 'CrossEntropyLoss':
    case 'NLLLoss':
      return entropyOfLabels(y.data);
    case 'BCEWithLogitsLoss':
    case 'BCELoss':
      return meanOverColumns(y.data, columnsOf(y.sampleShape), (column) => {
        const rate = mean(column);
        return rate <= 0 || rate >= 1 ? 0 : -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate));
      });
    case 'MSELoss':
      return meanOverColumns(y.data, columnsOf(y.sampleShape), (column) => {
        const m = mean(column);
        return mean(column.map((v) => (v - m) ** 2));
      });
    case 'L1Loss':
      return meanOverColumns(y.data, columnsOf(y.sampleShape), (column) => {
        const median = [...column].sort((a, b) => a - b)[Math.floor(column.length / 2)];
        return mean(column.map((v) => Math.abs(v - median)));
      });
  }
}

/** Σ(y − mean)² over a split, the mean taken per element of a sample: the denominator of R². */
export function totalSumOfSquares({ y, count }: Split): number {
  return (
    meanOverColumns(y.data, columnsOf(y.sampleShape), (column) => {
      const m = mean(column);
      return mean(column.map((v) => (v - m) ** 2));
    }) *
    count *
    columnsOf(y.sampleShape)
  );
}

const columnsOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

function meanOverColumns(data: ArrayLike<number>, columns: number, of: (column: Float64Array) => number): number {
  let sum = 0;
  const rows = data.length / columns;
  for (let c = 0; c < columns; c++) sum += of(Float64Array.from({ length: rows }, (_, r) => data[r * columns + c]));
  return sum / columns;
}

function entropyOfLabels(labels: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / labels.length) * Math.log(count / labels.length);
  return entropy;
}
