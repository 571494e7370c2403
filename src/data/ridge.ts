import type { Exam } from './exams';
import { columnMeans, type Matrix, matrix } from './matrix';

/** Of the features' mean sum of squares: shrinks a standardised feature's weight by a tenth, and holds down those that data hardly shows. */
const PENALTY = 0.1;

/** Predictions of a linear regression with an L2 penalty and an intercept (Hoerl & Kennard 1970). */
export function ridgePredictions({ fitted: { x, y }, asked }: Exam): Matrix {
  const offsets = columnMeans(y);
  // The features' means are 0, so the targets need not be centred.
  const weights = solve(penalised(products(x, x)), products(x, y));
  const predicted = matrix(asked.x.rows, y.columns);
  for (let row = 0; row < predicted.rows; row++) {
    const out = predicted.data.subarray(row * y.columns, (row + 1) * y.columns);
    out.set(offsets);
    for (let f = 0; f < x.columns; f++) {
      const value = asked.x.data[row * x.columns + f];
      for (let c = 0; c < y.columns; c++) out[c] += value * weights.data[f * y.columns + c];
    }
  }
  return predicted;
}

/** aᵀb. */
function products(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.columns, b.columns);
  for (let row = 0; row < a.rows; row++)
    for (let i = 0; i < a.columns; i++) addScaled(result.data, i * b.columns, b.data, row * b.columns, a.data[row * a.columns + i], b.columns);
  return result;
}

/** to[…] += factor · from[…]; of 64 columns and more most of the time goes here. */
function addScaled(to: Float64Array, toStart: number, from: Float64Array, fromStart: number, factor: number, length: number): void {
  for (let i = 0; i < length; i++) to[toStart + i] += factor * from[fromStart + i];
}

/** With the penalty on the diagonal, positive definite even where all features are constant. */
function penalised(gram: Matrix): Matrix {
  const { columns, data } = gram;
  let trace = 0;
  for (let i = 0; i < columns; i++) trace += data[i * (columns + 1)];
  for (let i = 0; i < columns; i++) data[i * (columns + 1)] += (PENALTY * trace) / columns || 1;
  return gram;
}

/** a⁻¹b of a positive definite a, by Cholesky's factors; writes over both. */
function solve({ columns: n, data: a }: Matrix, b: Matrix): Matrix {
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * (n + 1)];
    }
  const { columns, data } = b;
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) data[i * columns + c] -= a[i * n + k] * data[k * columns + c];
      data[i * columns + c] /= a[i * (n + 1)];
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) data[i * columns + c] -= a[k * n + i] * data[k * columns + c];
      data[i * columns + c] /= a[i * (n + 1)];
    }
  }
  return b;
}
