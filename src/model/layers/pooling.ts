import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape, product } from '../../graph/shape';
import { flag, size, sizes } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { page } from './reference';
import { needsRank, windowAttrs } from './shapes';

type Rank = 1 | 2;

const kinds = {
  1: { input: 'a sequence C×L', shapes: '(N, C, L) → (N, C, L′)' },
  2: { input: 'an image C×H×W', shapes: '(N, C, H, W) → (N, C, H′, W′)' },
};

const windowArgs = (rank: Rank) => ({
  kernel_size: sizes(rank).describe('Size of the window.'),
  stride: sizes(rank).optional().describe('Step of the window; default: its size.'),
  padding: sizes(rank, 0).prefault(0).describe('Padding on every side, at most half of the window.'),
});
const ceil_mode = flag.default(false).describe('Also counts a last, partial window.');

interface PoolArgs {
  kernel_size: number[];
  stride?: number[];
  padding: number[];
  dilation?: number[];
  ceil_mode: boolean;
}

function poolAttrs(x: Value, rank: Rank, args: PoolArgs) {
  const { kernel_size: kernel, padding } = args;
  needsRank(x, rank + 2, kinds[rank].input);
  if (padding.some((p, i) => p > kernel[i] / 2))
    shapeProblem(`\`padding\` ${formatShape(padding)} is more than half of the window ${formatShape(kernel)}`);
  const { stride: strides = kernel, dilation = kernel.map(() => 1) } = args;
  return { ...windowAttrs(x.shape, kernel, { ...args, stride: strides, dilation }), kernel };
}

/** For each output element the number of elements that PyTorch divides by, over the kernel's size. */
function partialWindows(x: Value, y: Value, attrs: ReturnType<typeof poolAttrs>, padding: number[], countPad: boolean): number[] | undefined {
  const covered = attrs.kernel.map((k, i) =>
    Array.from({ length: y.shape[i + 2] }, (_, o) => {
      const start = o * attrs.strides[i] - attrs.pads[i];
      const [low, high] = countPad ? [-padding[i], x.shape[i + 2] + padding[i]] : [0, x.shape[i + 2]];
      return (Math.min(start + k, high) - Math.max(start, low)) / k;
    }),
  );
  const shares = covered.reduce((all, one) => all.flatMap((a) => one.map((b) => a * b)));
  return shares.every((s) => s === 1) ? undefined : shares;
}

const maxPool = (rank: Rank) =>
  layer({
    doc: 'Keeps the largest value of each window: smaller maps, tolerance to small shifts. The whole gradient goes to the first maximum.',
    formula: 'y = max over the window',
    shapes: kinds[rank].shapes,
    reference: page(`MaxPool${rank}d`),
    args: { ...windowArgs(rank), dilation: sizes(rank).prefault(1).describe('Distance between the elements of the window.'), ceil_mode },
    unit: 'channel',
    window: ({ kernel_size: kernel, stride = kernel, dilation }) => ({ kernel, stride, dilation }),
    build: ({ g }, x, args) => g.op('MaxPool', [x], poolAttrs(x, rank, args)),
  });

function averagePool(g: Graph, x: Value, rank: Rank, args: PoolArgs & { count_include_pad: boolean; divisor_override?: number }): Value {
  const attrs = poolAttrs(x, rank, args);
  const y = g.op('AveragePool', [x], attrs);
  if (args.divisor_override) return g.mul(y, product(attrs.kernel) / args.divisor_override);
  const shares = partialWindows(x, y, attrs, args.padding, args.count_include_pad);
  return shares ? g.div(y, g.constant(shares, y.shape.slice(2))) : y;
}

const average = { doc: 'Averages each window.', formula: 'y = mean over the window' };
const averageArgs = (rank: Rank) => ({
  ...windowArgs(rank),
  ceil_mode,
  count_include_pad: flag.default(true).describe('Zeros of the padding count in the average.'),
});

type Pooling = 'MaxPool1d' | 'MaxPool2d' | 'AvgPool1d' | 'AvgPool2d';

/** Pooling over windows. */
export const pooling: Pick<Record<LayerType, LayerRule>, Pooling> = {
  MaxPool1d: maxPool(1),
  MaxPool2d: maxPool(2),
  AvgPool1d: layer({
    ...average,
    shapes: kinds[1].shapes,
    reference: page('AvgPool1d'),
    args: averageArgs(1),
    unit: 'channel',
    window: ({ kernel_size: kernel, stride = kernel }) => ({ kernel, stride }),
    build: ({ g }, x, args) => averagePool(g, x, 1, args),
  }),
  AvgPool2d: layer({
    ...average,
    shapes: kinds[2].shapes,
    reference: page('AvgPool2d'),
    args: { ...averageArgs(2), divisor_override: size.optional().describe('Divides by this instead of the number of elements.') },
    unit: 'channel',
    window: ({ kernel_size: kernel, stride = kernel }) => ({ kernel, stride }),
    build: ({ g }, x, args) => averagePool(g, x, 2, args),
  }),
};
