/** Rows side by side. */
export interface Matrix {
  rows: number;
  columns: number;
  data: Float64Array;
}

export const matrix = (rows: number, columns: number): Matrix => ({ rows, columns, data: new Float64Array(rows * columns) });

/** One below the other; all have the same columns. */
export function stack(parts: readonly Matrix[]): Matrix {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const all = matrix(rows, parts[0].columns);
  let at = 0;
  for (const { data } of parts) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}

export function columnMeans({ rows, columns, data }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  data.forEach((value, i) => (means[i % columns] += value));
  return means.map((sum) => sum / rows);
}
