import type { Split } from '../data/dataset';
import { product } from '../graph/shape';
import type { LossName } from '../model/losses';
import type { Choice } from '../model/spec';

/** Loss of the best constant prediction on a split: what a model without skill reaches. Undefined where a sum makes it depend on the batch. */
export function noSkillLoss({ name, args }: Choice<LossName>, { y }: Split): number | undefined {
  if (args.reduction === 'sum') return undefined;
  switch (name) {
    case 'CrossEntropyLoss':
    case 'NLLLoss':
      return crossEntropyOfShares(y.data, args as ClassArgs);
    case 'BCEWithLogitsLoss':
    case 'BCELoss': {
      const weights = args.pos_weight as number[] | undefined;
      return meanOverColumns(y, (column, c) => {
        const rate = mean(column);
        return crossEntropy([rate * (weights?.[c % weights.length] ?? 1), 1 - rate]);
      });
    }
    case 'MSELoss':
      return meanOverColumns(y, variance);
    case 'L1Loss':
      return meanOverColumns(y, (column) => {
        const median = [...column].sort((a, b) => a - b)[Math.floor(column.length / 2)];
        return mean(column.map((v) => Math.abs(v - median)));
      });
  }
}

/** Σ(y − mean)² over a split, the mean taken per element of a sample: the denominator of R². */
export function totalSumOfSquares({ y }: Split): number {
  return meanOverColumns(y, variance) * y.data.length;
}

interface ClassArgs {
  weight?: number[];
  label_smoothing?: number;
}

const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

function variance(values: Float64Array): number {
  const m = mean(values);
  return mean(values.map((v) => (v - m) ** 2));
}

function meanOverColumns({ data, sampleShape }: Split['y'], of: (column: Float64Array, index: number) => number): number {
  const columns = product(sampleShape);
  const rows = data.length / columns;
  let sum = 0;
  for (let c = 0; c < columns; c++)
    sum += of(
      Float64Array.from({ length: rows }, (_, r) => data[r * columns + c]),
      c,
    );
  return sum / columns;
}

/** The least that −Σ q·log p reaches over all p that sum to 1, which is at p = q / Σq. */
function crossEntropy(q: readonly number[]): number {
  const total = q.reduce((sum, v) => sum + v, 0);
  return q.reduce((sum, v) => (v > 0 ? sum - v * Math.log(v / total) : sum), 0);
}

/** Shares of the classes, weighted and smoothed as PyTorch's CrossEntropyLoss weighs and smooths its targets. */
function crossEntropyOfShares(labels: ArrayLike<number>, { weight, label_smoothing = 0 }: ClassArgs): number {
  const counts: number[] = [];
  for (let i = 0; i < labels.length; i++) counts[labels[i]] = (counts[labels[i]] ?? 0) + 1;
  const weightOf = (c: number) => weight?.[c] ?? 1;
  const classes = weight?.length ?? counts.length;
  const total = counts.reduce((sum, n, c) => sum + n * weightOf(c), 0);
  return crossEntropy(
    Array.from({ length: classes }, (_, c) => {
      const hard = ((counts[c] ?? 0) * weightOf(c)) / total;
      const even = (weightOf(c) * labels.length) / (total * classes);
      return (1 - label_smoothing) * hard + label_smoothing * even;
    }),
  );
}
