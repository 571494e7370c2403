import * as z from 'zod';
import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape } from '../../graph/shape';
import { flag, size, sizes } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule } from './layer';
import { needsRank, windowAttrs } from './shapes';

const kernel_size = sizes(2).describe('Size of the window.');
const stride = sizes(2).optional().describe('Step of the window; default: its size.');
const padding = sizes(2, 0).prefault(0).describe('Padding on every side, at most half of the window.');
const ceil_mode = flag.default(false).describe('Also counts a last, partial window.');
const image = 'an image C×H×W';

function poolAttrs(x: Value, kernel: number[], args: { stride?: number[]; padding: number[]; dilation?: number[]; ceil_mode: boolean }) {
  needsRank(x, 4, image);
  if (args.padding.some((p, i) => p > kernel[i] / 2))
    shapeProblem(`\`padding\` ${formatShape(args.padding)} is more than half of the window ${formatShape(kernel)}`);
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
  const shares = covered[0].flatMap((h) => covered[1].map((w) => h * w));
  return shares.every((s) => s === 1) ? undefined : shares;
}

/** Rows average the input range of an output element: [⌊i·in/out⌋, ⌈(i+1)·in/out⌉). */
function averagingMatrix(input: number, output: number): number[] {
  return Array.from({ length: output }, (_, o) => {
    const start = Math.floor((o * input) / output);
    const end = Math.ceil(((o + 1) * input) / output);
    return Array.from({ length: input }, (_, i) => (i >= start && i < end ? 1 / (end - start) : 0));
  }).flat();
}

function adaptiveAverage(g: Graph, x: Value, [h, w]: number[]): Value {
  const [, , H, W] = x.shape;
  if (h === 1 && w === 1) return g.mean(x, [2, 3], true);
  const rows = g.constant(averagingMatrix(H, h), [h, H]);
  const columns = g.constant(averagingMatrix(W, w), [w, W]);
  return g.matmul(g.matmul(rows, x), g.transpose(columns, [1, 0]));
}

const page = (name: string) => `https://pytorch.org/docs/stable/generated/torch.nn.${name}.html`;

export const pooling: Pick<Record<LayerType, LayerRule>, 'MaxPool2d' | 'AvgPool2d' | 'AdaptiveAvgPool2d'> = {
  MaxPool2d: layer({
    doc: 'Keeps the largest value of each window: smaller maps, tolerance to small shifts. The whole gradient goes to the first maximum.',
    formula: 'y = max over the window',
    shapes: '(N, C, H, W) → (N, C, H′, W′)',
    reference: page('MaxPool2d'),
    args: { kernel_size, stride, padding, dilation: sizes(2).prefault(1).describe('Distance between the elements of the window.'), ceil_mode },
    unit: 'channel',
    window: ({ kernel_size: kernel, stride: step = kernel, dilation }) => ({ kernel, stride: step, dilation }),
    build: ({ g }, x, args) => g.op('MaxPool', [x], poolAttrs(x, args.kernel_size, args)),
  }),
  AvgPool2d: layer({
    doc: 'Averages each window.',
    formula: 'y = mean over the window',
    shapes: '(N, C, H, W) → (N, C, H′, W′)',
    reference: page('AvgPool2d'),
    args: {
      kernel_size,
      stride,
      padding,
      ceil_mode,
      count_include_pad: flag.default(true).describe('Zeros of the padding count in the average.'),
      divisor_override: size.optional().describe('Divides by this instead of the number of elements.'),
    },
    unit: 'channel',
    window: ({ kernel_size: kernel, stride: step = kernel }) => ({ kernel, stride: step }),
    build: ({ g }, x, args) => {
      const attrs = poolAttrs(x, args.kernel_size, args);
      const y = g.op('AveragePool', [x], attrs);
      if (args.divisor_override) return g.mul(y, (attrs.kernel[0] * attrs.kernel[1]) / args.divisor_override);
      const shares = partialWindows(x, y, attrs, args.padding, args.count_include_pad);
      return shares ? g.div(y, g.constant(shares, y.shape.slice(2))) : y;
    },
  }),
  AdaptiveAvgPool2d: layer({
    doc: 'Averages so that the output has a given size, whatever the input; 1 is global average pooling.',
    formula: 'y[i] = mean of x[⌊i·H/h⌋ … ⌈(i+1)·H/h⌉ − 1]',
    shapes: '(N, C, H, W) → (N, C, h, w)',
    reference: page('AdaptiveAvgPool2d'),
    args: {
      output_size: z
        .union([size.max(4096), z.array(size.max(4096).nullable()).length(2)])
        .transform((v) => (Array.isArray(v) ? v : [v, v]))
        .describe('Height and width of the output; null keeps the input’s.'),
    },
    unit: 'channel',
    build: ({ g }, x, { output_size }) => {
      needsRank(x, 4, image);
      return adaptiveAverage(
        g,
        x,
        output_size.map((n, i) => n ?? x.shape[i + 2]),
      );
    },
  }),
};
