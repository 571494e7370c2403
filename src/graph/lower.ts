import type { Graph, Value } from './graph';
import type { Attrs, WindowAttrs } from './ops/op';
import { rewrite, type Rules } from './rewrite';
import { product } from './shape';
import { interleave } from './spread';
import { reduceSum, reduceSumSquare } from './sums';

/**
 * Prepares a graph for the engine: composite operations are spelled out, equal subexpressions computed once, needless nodes left out.
 * Inputs stay as they are, used or not.
 */
export const lower = (source: Graph): Graph => rewrite(source, LOWERINGS);

/** Those not listed are ONNX's already. */
const LOWERINGS: Rules = {
  Detach: (_g, [x]) => x,
  ConvWeightGrad: (g, [x, dy], { attrs }) => convWeightGrad(g, x, dy, attrs),
  AveragePoolGrad: (g, [dy], { attrs }) => averagePoolGrad(g, dy, attrs),
  MaxPoolGrad: (g, [dy, x, y], { attrs }) => maxPoolGrad(g, dy, x, y, attrs),
  ReduceMean: (g, [x], { attrs }) => {
    const sum = reduceSum(g, x, attrs);
    return g.mul(sum, product(sum.shape) / product(x.shape));
  },
  ReduceSum: (g, [x], { attrs }) => reduceSum(g, x, attrs),
  ReduceSumSquare: (g, [x], { attrs }) => reduceSumSquare(g, x, attrs),
  MaxPoolPick: (g, [d, x, y], { attrs }) => maxPoolPick(g, d, x, y, attrs),
};

/**
 * The elements of a padded input that one position of the window meets, as large as the output. Columns are cut first: positions of other rows share that
 * cut, which is the slow one, and what is left to do is to copy whole rows.
 */
function meeting(g: Graph, padded: Value, position: readonly number[], out: readonly number[], { strides, dilations }: WindowAttrs): Value {
  return position.reduceRight((v, p, i) => {
    const start = p * dilations[i];
    return g.slice(v, i + 2, start, start + (out[i] - 1) * strides[i] + 1, strides[i]);
  }, padded);
}

/** Every index of a window in row-major order. */
const positions = (kernel: readonly number[]): number[][] =>
  kernel.reduce<number[][]>((list, k) => list.flatMap((p) => Array.from({ length: k }, (_, i) => [...p, i])), [[]]);

const spatialPads = (pads: readonly number[], rank: number): [number, number][] => [
  [0, 0],
  [0, 0],
  ...Array.from({ length: rank }, (_, i): [number, number] => [pads[i], pads[i + rank]]),
];

/** im2col, then one batched matrix product: on WASM five times faster than a convolution with batch and channels swapped. */
function convWeightGrad(g: Graph, x: Value, dy: Value, attrs: Attrs): Value {
  const window = attrs as unknown as WindowAttrs;
  const shape = attrs.shape as number[];
  const group = attrs.group as number;
  const [n, channels] = x.shape;
  const out = dy.shape.slice(2);
  const cells = product(out);
  const kernel = shape.slice(2);
  const padded = g.pad(x, spatialPads(window.pads, kernel.length));
  const columns = positions(kernel).map((p) => g.reshape(meeting(g, padded, p, out, window), [n, channels, 1, cells]));
  const rows = (channels / group) * product(kernel);
  const unfolded = g.reshape(g.concat(columns, 2), [n, group, rows, cells]);
  const dyT = g.transpose(g.reshape(dy, [n, group, shape[0] / group, cells]), [0, 1, 3, 2]);
  const perSample = g.matmul(unfolded, dyT); // n × group × rows × outputs of the group
  return g.reshape(g.transpose(g.sum(perSample, [0]), [0, 2, 1]), shape);
}

/** Spreads each gradient evenly over its window: a transposed convolution of every channel with a constant kernel. */
function averagePoolGrad(g: Graph, dy: Value, attrs: Attrs): Value {
  const { shape, kernel, ...window } = attrs as Attrs & { shape: number[]; kernel: number[] };
  const [n, channels, ...out] = dy.shape;
  const [, , ...spatial] = shape;
  const weight = g.constant(Array<number>(product(kernel)).fill(1 / product(kernel)), [1, 1, ...kernel]);
  const single = g.reshape(dy, [n * channels, 1, ...out]);
  return g.reshape(g.op('ConvInputGrad', [single, weight], { ...window, group: 1, shape: [n * channels, 1, ...spatial] }), shape);
}

/**
 * Windows that tile the input: every element is compared with the maximum of its window. Of several that hold it the first wins: each
 * position has a rank, falling from first to last, and the highest rank among the maxima is found by pooling once more.
 */
function tiledMaxPoolGrad(g: Graph, dy: Value, x: Value, y: Value, attrs: Attrs): Value {
  const kernel = attrs.kernel as number[];
  const spread = (v: Value) => g.op('Upsample', [v], { factors: kernel });
  const zero = g.constant(0);
  const ranked = g.where(g.equal(x, spread(y)), positionRanks(g, x.shape.slice(2), kernel), zero);
  const first = g.equal(ranked, spread(g.op('MaxPool', [ranked], attrs)));
  return g.where(first, spread(dy), zero);
}

/** For every element its position within its window, counted down so that the first is highest. */
function positionRanks(g: Graph, spatial: readonly number[], kernel: readonly number[]): Value {
  const ranks = positions(spatial).map((at) => product(kernel) - at.reduce((rank, p, i) => rank * kernel[i] + (p % kernel[i]), 0));
  return g.constant(ranks, spatial);
}

const isTiled = (x: Value, attrs: Attrs): boolean => {
  const { strides, pads, dilations } = attrs as unknown as WindowAttrs;
  const kernel = attrs.kernel as number[];
  return pads.every((p) => p === 0) && kernel.every((k, i) => k === strides[i] && dilations[i] === 1 && x.shape[i + 2] % k === 0);
};

/** Pads for a maximum. A padding of −∞ would be NaN after a product; the lowest float never equals a maximum of real data. */
const LOWEST = -3.4e38;

/** Walks the window's positions in order; each output's gradient goes to the first that holds the maximum. */
function maxPoolGrad(g: Graph, dy: Value, x: Value, y: Value, attrs: Attrs): Value {
  if (isTiled(x, attrs)) return tiledMaxPoolGrad(g, dy, x, y, attrs);
  const window = attrs as unknown as WindowAttrs;
  const kernel = attrs.kernel as number[];
  const pads = spatialPads(window.pads, kernel.length);
  const out = y.shape.slice(2);
  const padded = g.pad(x, pads, LOWEST);
  let remaining = dy;
  let dx: Value | undefined;
  for (const position of positions(kernel)) {
    const isMax = g.equal(meeting(g, padded, position, out, window), y);
    const zero = g.constant(0);
    const taken = g.where(isMax, remaining, zero);
    remaining = g.where(isMax, zero, remaining);
    const placed = placeBack(g, taken, position, padded.shape.slice(2), window);
    dx = dx ? g.add(dx, placed) : placed;
  }
  return pads.reduce((v, [before], i) => (v.shape[i] === x.shape[i] ? v : g.slice(v, i, before, before + x.shape[i])), dx!);
}

/** Walks the window's positions backwards, so that the first maximum has the last word. */
function maxPoolPick(g: Graph, d: Value, x: Value, y: Value, attrs: Attrs): Value {
  const window = attrs as unknown as WindowAttrs;
  const kernel = attrs.kernel as number[];
  const pads = spatialPads(window.pads, kernel.length);
  const [paddedX, paddedD] = [g.pad(x, pads, LOWEST), g.pad(d, pads)];
  const out = y.shape.slice(2);
  return positions(kernel).reduceRight<Value>(
    (picked, position) => g.where(g.equal(meeting(g, paddedX, position, out, window), y), meeting(g, paddedD, position, out, window), picked),
    g.fill(y, 0),
  );
}

/** The adjoint of `meeting`. */
function placeBack(g: Graph, v: Value, position: readonly number[], full: readonly number[], { strides, dilations }: WindowAttrs): Value {
  return position.reduce((value, p, i) => {
    const axis = i + 2;
    const start = p * dilations[i];
    const spread = strides[i] === 1 ? value : interleave(g, value, axis, strides[i]);
    const after = full[i] - start - spread.shape[axis];
    const fitting = after < 0 ? g.slice(spread, axis, 0, full[i] - start) : spread;
    return g.pad(
      fitting,
      fitting.shape.map((_, d) => (d === axis ? [start, Math.max(after, 0)] : [0, 0])),
    );
  }, v);
}
