import { product } from '../../../src/graph/shape';

/** An array of any rank in row-major order, for formulas that are written out in loops. */
export class NdArray {
  constructor(
    readonly shape: readonly number[],
    readonly data: Float64Array,
  ) {}

  static of(shape: readonly number[], value: (...index: number[]) => number): NdArray {
    const data = new Float64Array(product(shape));
    data.forEach((_, at) => (data[at] = value(...indexOf(at, shape))));
    return new NdArray(shape, data);
  }

  at(...index: number[]): number {
    return this.data[index.reduce((at, i, dim) => at * this.shape[dim] + i, 0)];
  }

  /** 0 where the index is outside: what zero padding is. */
  padded(...index: number[]): number {
    return index.every((i, dim) => i >= 0 && i < this.shape[dim]) ? this.at(...index) : 0;
  }
}

function indexOf(at: number, shape: readonly number[]): number[] {
  const index = Array<number>(shape.length);
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    index[dim] = at % shape[dim];
    at = Math.floor(at / shape[dim]);
  }
  return index;
}

/** Σ of a term over 0 … n − 1. */
export function sum(n: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += term(i);
  return total;
}

/** Worked out once for every index: a formula says the same mean for each element of a channel. */
export function once<T>(of: (...index: number[]) => T): (...index: number[]) => T {
  const known = new Map<string, T>();
  return (...index) => {
    const key = index.join();
    if (!known.has(key)) known.set(key, of(...index));
    return known.get(key)!;
  };
}

/** Mean and biased variance of the values that a list of indexes names. */
export function moments(x: NdArray, indexes: readonly (readonly number[])[]): { mean: number; variance: number } {
  const mean = sum(indexes.length, (i) => x.at(...indexes[i])) / indexes.length;
  return { mean, variance: sum(indexes.length, (i) => (x.at(...indexes[i]) - mean) ** 2) / indexes.length };
}

/** All indexes of a shape, those given fixed: `indexes([2, 3], [undefined, 1])` runs over dim 0. */
export function indexes(shape: readonly number[], fixed: readonly (number | undefined)[] = []): number[][] {
  return shape.reduce<number[][]>(
    (list, n, dim) =>
      list.flatMap((index) => (fixed[dim] === undefined ? Array.from({ length: n }, (_, i) => [...index, i]) : [[...index, fixed[dim]]])),
    [[]],
  );
}

export const softmax = (values: readonly number[]): number[] => {
  const most = Math.max(...values);
  const exponentials = values.map((v) => Math.exp(v - most));
  const total = exponentials.reduce((a, b) => a + b);
  return exponentials.map((e) => e / total);
};

export const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
