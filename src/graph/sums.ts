import type { Graph, Value } from './graph';
import type { Attrs } from './ops/op';
import { product, type Shape } from './shape';

/** Below, a sum by itself is as fast as the product. */
const WORTH_IT = 2048;
/** Rows that are added one after the other at most: a longer sum would lose digits. */
const MOST_ROWS = 1024;
/** What a vector is folded to: about the fastest width on WASM. */
const WIDTH = { least: 64, wanted: 256, most: 1024 };
/** Likewise rows, into so many rows at least. */
const FOLD = { least: 32, wanted: 128, most: 512, rows: 4 };

/**
 * A sum over the first dimensions, the last ones or all, as the product of a row of ones and a matrix: the engine's matrix product is vectorised, its sum is not
 * (128 × 128 on WASM: 4 µs for 25).
 */
export function reduceSum(g: Graph, x: Value, { axes, keepdims }: Attrs): Value {
  const summed = new Set(axes as number[]);
  const leading = x.shape.findIndex((_, axis) => !summed.has(axis));
  const kept = x.shape.map((size, axis) => (summed.has(axis) ? 1 : size));
  const shape = keepdims ? kept : kept.filter((_, axis) => !summed.has(axis));
  const plain = () => g.op('ReduceSum', [x], { axes, keepdims });
  if (x.dtype !== 'float32' || product(x.shape) < WORTH_IT) return plain();
  if (leading === 0) return rowSums(g, x, summed, shape) ?? plain();
  if (leading < 0) return g.reshape(total(g, x), shape);
  const [rows, rest] = [product(x.shape.slice(0, leading)), x.shape.slice(leading)];
  if (rows < 2) return plain();
  const further = [...summed].filter((axis) => axis > leading).map((axis) => axis - leading);
  const first = g.reshape(columnSums(g, x, rows), rest);
  return g.reshape(further.length > 0 ? g.op('ReduceSum', [first], { axes: further, keepdims: false }) : first, shape);
}

export const reduceSumSquare = (g: Graph, x: Value, attrs: Attrs): Value =>
  product(x.shape) < WORTH_IT ? g.op('ReduceSumSquare', [x], attrs) : reduceSum(g, g.square(x), attrs);

/** Of a matrix of so many rows, flat or not. */
function columnSums(g: Graph, x: Value, rows: number): Value {
  const columns = product(x.shape) / rows;
  const step = rows <= MOST_ROWS ? rows : divisorNear(rows, MOST_ROWS / 2, { least: 2, most: MOST_ROWS });
  if (!step) return g.op('ReduceSum', [g.reshape(x, [rows, columns])], { axes: [0], keepdims: true });
  const ones = g.constant(Array<number>(step).fill(1), [1, step]);
  const sums = g.matmul(ones, g.reshape(x, [step, (rows / step) * columns]));
  return step === rows ? sums : columnSums(g, sums, rows / step);
}

/** Over the last dimensions: every row is folded to a matrix whose columns are added. */
function rowSums(g: Graph, x: Value, summed: ReadonlySet<number>, shape: Shape): Value | undefined {
  const kept = x.shape.length - summed.size;
  if (x.shape.some((_, axis) => summed.has(axis) !== axis >= kept)) return undefined;
  const size = product(x.shape.slice(kept));
  const width = divisorNear(size, FOLD.wanted, FOLD);
  if (!width || size < FOLD.rows * width || size > MOST_ROWS * width) return undefined;
  const [count, rows] = [product(x.shape) / size, size / width];
  const columns = g.matmul(g.constant(Array<number>(rows).fill(1), [1, rows]), g.reshape(x, [count, rows, width]));
  return g.reshape(g.op('ReduceSum', [columns], { axes: [2], keepdims: false }), shape);
}

/** Of a vector that cannot be folded the bulk is, and the rest added. */
function total(g: Graph, x: Value): Value {
  const size = product(x.shape);
  const width = divisorNear(size, WIDTH.wanted, WIDTH);
  const sum = (v: Value) => g.op('ReduceSum', [g.reshape(v, [product(v.shape)])], { axes: [0], keepdims: true });
  if (width) return sum(columnSums(g, x, size / width));
  const flat = g.reshape(x, [size]);
  const bulk = size - (size % WIDTH.wanted);
  return g.add(sum(columnSums(g, g.slice(flat, 0, 0, bulk), bulk / WIDTH.wanted)), sum(g.slice(flat, 0, bulk, size)));
}

function divisorNear(size: number, wanted: number, { least, most }: { least: number; most: number }): number | undefined {
  let nearest: number | undefined;
  const distance = (n: number) => Math.abs(Math.log(n / wanted));
  for (let n = least; n <= most; n++) if (size % n === 0 && (nearest === undefined || distance(n) < distance(nearest))) nearest = n;
  return nearest;
}
