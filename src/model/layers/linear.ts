import * as z from 'zod';
import { type Graph, shapeProblem, type Value } from '../../graph/graph';
import { formatShape, product } from '../../graph/shape';
import { flag, size, sizes } from '../documented';
import type { LayerType } from '../vocabulary';
import { layer, type LayerRule, type ParamSpec } from './layer';
import { page } from './reference';
import { needsRank, windowAttrs } from './shapes';

const bias = flag.default(true).describe('Adds a learnable bias.');

/** PyTorch's default: kaiming_uniform with a = √5, which is ±1/√fan_in, for the weight and the bias alike. */
export function weightAndBias(shape: number[], withBias: boolean, outputs = shape[0]): Record<string, ParamSpec> {
  const bound = 1 / Math.sqrt(product(shape.slice(1)));
  return {
    weight: { shape, kind: 'weight', start: { uniform: bound } },
    ...(withBias && { bias: { shape: [outputs], kind: 'bias', start: { uniform: bound } } }),
  };
}

const convolution = (rank: 1 | 2) =>
  layer({
    doc: `Slides a learnable window over ${rank === 1 ? 'a sequence (N×C×L)' : 'an image (N×C×H×W)'}: the same pattern detector everywhere.`,
    formula: 'y = w ∗ x + b',
    shapes: rank === 1 ? '(N, C, L) → (N, out_channels, L′)' : '(N, C, H, W) → (N, out_channels, H′, W′)',
    reference: page(`Conv${rank}d`),
    args: {
      out_channels: size.describe('Number of pattern detectors, the channels of the output.'),
      kernel_size: sizes(rank).describe('Size of the window.'),
      stride: sizes(rank).prefault(1).describe('Step of the window.'),
      padding: z
        .union([z.enum(['same', 'valid']), sizes(rank, 0)])
        .prefault(0)
        .describe('Zeros added on every side; `same` keeps the size (stride 1).'),
      dilation: sizes(rank).prefault(1).describe('Distance between the elements of the window.'),
      groups: size.default(1).describe('Splits the channels into groups that do not see each other; groups = channels: depthwise.'),
      bias,
    },
    unit: 'channel',
    outputDim: 0,
    window: ({ kernel_size, stride, dilation }) => ({ kernel: kernel_size, stride, dilation }),
    params: ([, channels], { out_channels, kernel_size, groups, bias: withBias }) => {
      if (channels % groups || out_channels % groups)
        shapeProblem(`\`groups: ${groups}\` must divide the ${channels} input channels and the ${out_channels} output channels`);
      return weightAndBias([out_channels, channels / groups, ...kernel_size], withBias);
    },
    build: ({ g, params }, x, args) => {
      needsRank(x, rank + 2, rank === 1 ? 'a sequence C×L' : 'an image C×H×W');
      const inputs = params.bias ? [x, params.weight, params.bias] : [x, params.weight];
      return g.op('Conv', inputs, { ...windowAttrs(x.shape, args.kernel_size, args), group: args.groups });
    },
  });

/** y = x·Wᵀ + b over the last dimension. */
export function affine(g: Graph, x: Value, weight: Value, bias?: Value): Value {
  const rows = product(x.shape.slice(0, -1));
  const flat = x.shape.length === 2 ? x : g.reshape(x, [rows, x.shape[x.shape.length - 1]]);
  const y = g.gemm(flat, weight, bias, false, true);
  return x.shape.length === 2 ? y : g.reshape(y, [...x.shape.slice(0, -1), weight.shape[0]]);
}

/** The adjoint of a convolution: each input position paints its window. */
const transposed = (rank: 1 | 2) =>
  layer({
    doc: `A convolution run backwards: makes a ${rank === 1 ? 'longer sequence' : 'larger image'} of a small one, learnably. Windows that overlap unevenly leave a checkerboard.`,
    formula: 'y = wᵀ ∗ x + b',
    shapes: rank === 1 ? '(N, C, L) → (N, out_channels, L′)' : '(N, C, H, W) → (N, out_channels, H′, W′)',
    reference: page(`ConvTranspose${rank}d`),
    args: {
      out_channels: size.describe('Channels of the output.'),
      kernel_size: sizes(rank).describe('Size of the window.'),
      stride: sizes(rank).prefault(1).describe('Distance of the windows in the output.'),
      padding: sizes(rank, 0).prefault(0).describe('Taken off on every side of the output.'),
      output_padding: sizes(rank, 0)
        .prefault(0)
        .describe('Added behind, below the stride: which of the sizes that a convolution would bring to this one.'),
      groups: size.default(1).describe('Splits the channels into groups that do not see each other.'),
      bias,
      dilation: sizes(rank).prefault(1).describe('Distance between the elements of the window.'),
    },
    unit: 'channel',
    outputDim: 1,
    params: ([, channels], { out_channels, kernel_size, groups, bias: withBias }) => {
      if (channels % groups || out_channels % groups)
        shapeProblem(`\`groups: ${groups}\` must divide the ${channels} input channels and the ${out_channels} output channels`);
      return weightAndBias([channels, out_channels / groups, ...kernel_size], withBias, out_channels);
    },
    build: ({ g, params }, x, { out_channels, kernel_size, stride, padding, output_padding, groups, dilation }) => {
      needsRank(x, rank + 2, rank === 1 ? 'a sequence C×L' : 'an image C×H×W');
      if (output_padding.some((p, i) => p >= stride[i]))
        shapeProblem(`\`output_padding\` ${formatShape(output_padding)} must be below the stride ${formatShape(stride)}`);
      const spatial = x.shape
        .slice(2)
        .map((n, i) => (n - 1) * stride[i] - 2 * padding[i] + dilation[i] * (kernel_size[i] - 1) + output_padding[i] + 1);
      if (spatial.some((n) => n < 1)) shapeProblem(`\`padding\` ${formatShape(padding)} leaves nothing of the output`);
      const attrs = {
        strides: stride,
        pads: [...padding, ...padding],
        dilations: dilation,
        group: groups,
        shape: [x.shape[0], out_channels, ...spatial],
      };
      const y = g.op('ConvInputGrad', [x, params.weight], attrs);
      return params.bias ? g.add(y, g.reshape(params.bias, [out_channels, ...spatial.map(() => 1)])) : y;
    },
  });

export const linear: Pick<Record<LayerType, LayerRule>, 'Linear' | 'Conv1d' | 'Conv2d' | 'ConvTranspose1d' | 'ConvTranspose2d'> = {
  Linear: layer({
    doc: 'Every output is a weighted sum of all inputs of the last dimension.',
    formula: 'y = x·Wᵀ + b',
    shapes: '(N, …, in) → (N, …, out_features)',
    reference: page('Linear'),
    args: { out_features: size.describe('Size of the output.'), bias },
    unit: 'last',
    outputDim: 0,
    params: (input, { out_features, bias: withBias }) => weightAndBias([out_features, input[input.length - 1]], withBias),
    build: ({ g, params }, x) => {
      if (x.shape.length < 2) shapeProblem(`needs features, got ${formatShape(x.shape.slice(1))} a sample`);
      return affine(g, x, params.weight, params.bias);
    },
  }),
  Conv1d: convolution(1),
  Conv2d: convolution(2),
  ConvTranspose1d: transposed(1),
  ConvTranspose2d: transposed(2),
};
