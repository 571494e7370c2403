import { median } from '../base/series';
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
    case 'HingeLoss':
      // Of all constants one between −1 and 1 is best: it costs 1 − |share of one side − share of the other|, or 0 where there is one side.
      return meanOverColumns(y, (column) => 2 * Math.min(mean(column.map((v) => (v > 0 ? 1 : 0))), mean(column.map((v) => (v > 0 ? 0 : 1)))));
    case 'SmoothL1Loss': {
      const beta = args.beta as number;
      return meanOverColumns(y, (column) => (beta === 0 ? leastOf(column, Math.abs) : leastOf(column, (e) => huber(e, beta) / beta)));
    }
    case 'HuberLoss':
      return meanOverColumns(y, (column) => leastOf(column, (e) => huber(e, args.delta as number)));
    case 'GaussianNLLLoss': {
      const constant = args.full ? Math.log(2 * Math.PI) : 0;
      return meanOverColumns(y, (column) => {
        const [spread, least] = [variance(column), args.eps as number];
        return (Math.log(Math.max(spread, least)) + spread / Math.max(spread, least) + constant) / 2;
      });
    }
    case 'PoissonNLLLoss':
      // Stirling's term depends on the targets alone, yet not on their mean.
      if (args.full) return undefined;
      return meanOverColumns(y, (column) => mean(column) - (mean(column) > 0 ? mean(column) * Math.log(mean(column)) : 0));
    // What a constant reaches at best has no simple form, or there is no sense in a constant.
    case 'MultiMarginLoss':
    case 'KLDivLoss':
    case 'FocalLoss':
    case 'TripletMarginLoss':
    case 'ContrastiveLoss':
    case 'CosineEmbeddingLoss':
      return undefined;
    case 'MSELoss':
      return meanOverColumns(y, variance);
    case 'L1Loss':
      return meanOverColumns(y, (column) => {
        const middle = median([...column]) ?? 0;
        return mean(column.map((v) => Math.abs(v - middle)));
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

/** Cost of an error in HuberLoss: quadratic up to a bound, linear beyond. */
export const huber = (error: number, bound: number) => (Math.abs(error) < bound ? error ** 2 / 2 : bound * (Math.abs(error) - bound / 2));

/** The least mean cost of a constant; the cost of an error is convex. */
function leastOf(values: Float64Array, cost: (error: number) => number): number {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const at = (constant: number) => mean(values.map((v) => cost(v - constant)));
  for (let i = 0; i < 60; i++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (at(a) < at(b)) high = b;
    else low = a;
  }
  return at(low);
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
