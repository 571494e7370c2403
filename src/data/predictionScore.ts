import type { TargetColumns } from './exams';
import { columnMeans, type Matrix } from './matrix';

export interface PredictionScore {
  /** Share that is right, or R² as a run reports it: about the means of what was asked. */
  score: number;
  standardError: number;
}

/** What the best constant prediction scores; undefined where that is perfect already. */
export function scoreOfGuessing(truth: Matrix, kind: TargetColumns['kind']): number | undefined {
  const means = columnMeans(truth);
  switch (kind) {
    case 'class':
      return below1(means.reduce((a, b) => Math.max(a, b), 0));
    case 'sides':
      return below1(means.reduce((sum, share) => sum + Math.max(share, 1 - share), 0) / means.length);
    case 'number':
      return truth.data.some((value, i) => value !== truth.data[i % truth.columns]) ? 0 : undefined;
  }
}

const below1 = (share: number): number | undefined => (share < 1 - 1e-9 ? share : undefined);

export function scoreOf(truth: Matrix, predicted: Matrix, kind: TargetColumns['kind']): PredictionScore {
  switch (kind) {
    case 'class':
      return shareOf(truth.rows, (row) => Number(commonest(truth, row) === commonest(predicted, row)));
    case 'sides':
      return shareOf(truth.rows, (row) => {
        const [is, said] = [rowOf(truth, row), rowOf(predicted, row)];
        return is.filter((value, c) => value > 0.5 === said[c] > 0.5).length / truth.columns;
      });
    case 'number':
      return rSquared(truth, predicted);
  }
}

const rowOf = ({ columns, data }: Matrix, row: number): Float64Array => data.subarray(row * columns, (row + 1) * columns);

const commonest = (of: Matrix, row: number): number => rowOf(of, row).reduce((best, value, c, all) => (value > all[best] ? c : best), 0);

/** Binomial: a sample is the unit, however many sides it has. */
function shareOf(rows: number, rightOf: (row: number) => number): PredictionScore {
  let score = 0;
  for (let row = 0; row < rows; row++) score += rightOf(row) / rows;
  return { score, standardError: Math.sqrt((score * Math.max(0, 1 - score)) / rows) };
}

/** 1 − Σe/Σt over samples; its standard error is that of a ratio of means to first order (delta method): √Σ(e − r·t)² / Σt. */
function rSquared(truth: Matrix, predicted: Matrix): PredictionScore {
  const means = columnMeans(truth);
  const squares = (other: (row: number, c: number) => number) =>
    Array.from({ length: truth.rows }, (_, row) => rowOf(truth, row).reduce((sum, value, c) => sum + (value - other(row, c)) ** 2, 0));
  const errors = squares((row, c) => predicted.data[row * truth.columns + c]);
  const totals = squares((_row, c) => means[c]);
  const total = totals.reduce((a, b) => a + b, 0);
  const ratio = errors.reduce((a, b) => a + b, 0) / total;
  return { score: 1 - ratio, standardError: Math.sqrt(errors.reduce((sum, error, i) => sum + (error - ratio * totals[i]) ** 2, 0)) / total };
}
