import type { Exam } from './exams';
import { type Matrix, matrix } from './matrix';

const NEIGHBOURS = 5;

const AT_A_TIME = 16;

/** Where a vote is even the nearer ones decide. */
const NEARER = 1e-6;

/** The mean target of each asked sample's five nearest neighbours among those learned from (Cover & Hart 1967). */
export function neighbourPredictions({ fitted, asked }: Exam): Matrix {
  const predicted = matrix(asked.x.rows, fitted.y.columns);
  const { columns } = fitted.y;
  for (let row = 0; row < asked.x.rows; row++) {
    const nearest = nearestOf(fitted.x, asked.x.data.subarray(row * asked.x.columns, (row + 1) * asked.x.columns));
    const weights = nearest.map((_, rank) => 1 + NEARER * (NEIGHBOURS - rank));
    const total = weights.reduce((a, b) => a + b, 0);
    nearest.forEach((neighbour, rank) => {
      for (let c = 0; c < columns; c++) predicted.data[row * columns + c] += (fitted.y.data[neighbour * columns + c] * weights[rank]) / total;
    });
  }
  return predicted;
}

/** Rows, the nearest first. */
function nearestOf({ rows, columns, data }: Matrix, point: Float64Array): number[] {
  const nearest: { row: number; distance: number }[] = [];
  let limit = Infinity;
  for (let row = 0; row < rows; row++) {
    let distance = 0;
    // Given up once it is too far, as most rows soon are.
    for (let c = 0, at = row * columns; c < columns && distance < limit;)
      for (const end = Math.min(columns, c + AT_A_TIME); c < end; c++, at++) distance += (data[at] - point[c]) * (data[at] - point[c]);
    if (distance >= limit) continue;
    let place = nearest.length;
    while (place > 0 && nearest[place - 1].distance > distance) place--;
    nearest.splice(place, 0, { row, distance });
    if (nearest.length > NEIGHBOURS) nearest.pop();
    if (nearest.length === NEIGHBOURS) limit = nearest[NEIGHBOURS - 1].distance;
  }
  return nearest.map(({ row }) => row);
}
