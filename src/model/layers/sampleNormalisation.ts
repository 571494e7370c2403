import * as z from 'zod';
import type { Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape, product, sameShape } from '../../graph/shape';
import { flag, positive, real, size } from '../documented';
import type { LayerType } from '../vocabulary';
import { type BuildContext, layer, type LayerRule } from './layer';
import {
  affine,
  alongChannels,
  axesBut,
  eps,
  fixedStart,
  momentsOver,
  momentum,
  needsImage,
  runningStatistics,
  scaleAndShift,
  scaledAndShifted,
  standardised,
  track,
} from './normaliser';
import { page } from './reference';

/** Over groups of channels and all positions of a sample: mean 0, variance 1. */
export function groupMoments(context: BuildContext, x: Value, groups: number) {
  const { g } = context;
  const [n, channels] = x.shape;
  if (channels % groups) shapeProblem(`\`num_groups: ${groups}\` must divide the ${channels} channels`);
  return momentsOver(context, g.reshape(x, [n, groups, product(x.shape) / (n * groups)]), [2]);
}

const instanceNorm = (name: 'InstanceNorm1d' | 'InstanceNorm2d', rank: number, shapes: string) =>
  layer({
    doc: 'Normalises each channel of each sample by itself: takes contrast and style out of an image.',
    formula: 'y = (x − E[x]) / √(Var[x] + ε) · γ + β, over the positions of one channel of one sample',
    shapes,
    reference: page(name),
    args: {
      eps,
      momentum,
      affine: flag.default(false).describe('Learns γ and β.'),
      track_running_stats: flag.default(false).describe('Keeps running averages, which then stand for the sample in evaluation.'),
    },
    params: ([, channels], args) => scaleAndShift([channels], args.affine),
    buffers: ([, channels], args) => (args.track_running_stats ? runningStatistics(channels) : ({} as Record<string, never>)),
    build: (context, x, args) => {
      const { g, training, buffers } = context;
      if (x.shape.length !== rank) shapeProblem(`expects ${shapes.split(' → ')[0]}, got ${formatShape(x.shape.slice(1))} a sample`);
      const along = (v: Value) => alongChannels(context, x, v);
      if (!training && args.track_running_stats)
        return scaledAndShifted(context, g.div(g.sub(x, along(buffers.running_mean)), g.sqrt(g.add(along(buffers.running_var), args.eps))));
      const count = product(x.shape.slice(2));
      if (training && count < 2) shapeProblem('needs more than one position per channel in training');
      const { mean, centred, variance } = momentsOver(context, x, axesBut(x, 0, 1));
      context.show('instance_mean', g.flat(mean));
      context.show('instance_var', g.flat(variance));
      if (training && args.track_running_stats) {
        const overBatch = (v: Value) => g.mean(g.reshape(v, x.shape.slice(0, 2)), [0]);
        const unbiased = g.mul(overBatch(variance), count / (count - 1));
        track(context, g.constant(args.momentum), { running_mean: overBatch(mean), running_var: unbiased });
      }
      return scaledAndShifted(context, g.div(centred, g.sqrt(g.add(variance, args.eps))));
    },
  });

type SampleNorm =
  'LayerNorm' | 'InstanceNorm1d' | 'InstanceNorm2d' | 'GroupNorm' | 'RMSNorm' | 'ScaleNorm' | 'LocalResponseNorm' | 'FilterResponseNorm2d';

/** Normalisations that look at one sample: the same in training and evaluation, whatever the batch. */
export const sampleNormalisation: Pick<Record<LayerType, LayerRule>, SampleNorm> = {
  LayerNorm: layer({
    doc: 'Normalises each sample over its last dimensions: independent of the batch, the same in training and evaluation.',
    formula: 'y = (x − E[x]) / √(Var[x] + ε) · γ + β',
    shapes: '(N, …) → the same',
    reference: page('LayerNorm'),
    args: {
      normalized_shape: z
        .union([size, z.array(size).min(1)])
        .transform((v) => (Array.isArray(v) ? v : [v]))
        .optional()
        .describe('The last dimensions to normalise over; default: the last one.'),
      eps,
      elementwise_affine: flag.default(true).describe('Learns γ and β.'),
    },
    params: (input, { normalized_shape, elementwise_affine }) => scaleAndShift(normalized_shape ?? [input[input.length - 1]], elementwise_affine),
    build: (context, x, args) => {
      const { g, params } = context;
      const over = args.normalized_shape ?? [x.shape[x.shape.length - 1]];
      if (!sameShape(x.shape.slice(1).slice(-over.length), over))
        shapeProblem(`normalises over ${formatShape(over)}, but a sample is ${formatShape(x.shape.slice(1))}`);
      const axes = over.map((_, i) => i - over.length);
      const y = standardised(g, x, axes, args.eps);
      if (!params.weight) return y;
      context.show('gamma', g.flat(params.weight));
      context.show('beta', g.flat(params.bias));
      return g.add(g.mul(y, params.weight), params.bias);
    },
  }),
  InstanceNorm1d: instanceNorm('InstanceNorm1d', 3, '(N, C, L) → the same'),
  InstanceNorm2d: instanceNorm('InstanceNorm2d', 4, '(N, C, H, W) → the same'),
  GroupNorm: layer({
    doc: 'Normalises groups of channels of each sample: between LayerNorm (one group) and InstanceNorm (a group per channel), good where batches are small.',
    formula: 'y = (x − E[x]) / √(Var[x] + ε) · γ + β, over the channels and positions of one group',
    shapes: '(N, C, …) → the same',
    reference: page('GroupNorm'),
    args: { num_groups: size.describe('Number of groups; it divides the number of channels.'), eps, affine },
    params: ([, channels], args) => scaleAndShift([channels], args.affine),
    build: (context, x, { num_groups, eps: epsilon }) => {
      const { g } = context;
      const { mean, centred, variance } = groupMoments(context, x, num_groups);
      context.show('group_mean', g.flat(mean));
      context.show('group_var', g.flat(variance));
      return scaledAndShifted(context, g.reshape(g.div(centred, g.sqrt(g.add(variance, epsilon))), x.shape));
    },
  }),
  RMSNorm: layer({
    doc: 'LayerNorm without the mean: divides by the root mean square of the last dimension. Cheaper, and as good in transformers.',
    formula: 'y = x / √(mean(x²) + ε) · γ',
    shapes: '(N, …, F) → the same',
    reference: 'Zhang & Sennrich 2019, Root Mean Square Layer Normalization',
    args: { eps: positive.default(1e-6).describe('Added to the mean square.') },
    params: (input) => ({ weight: fixedStart([input[input.length - 1]], 1) }),
    build: (context, x, { eps: epsilon }) => {
      const { g, params } = context;
      const meanSquare = g.mean(g.square(x), [-1], true);
      context.show('mean_square', g.flat(meanSquare));
      context.show('gamma', params.weight);
      return g.mul(g.div(x, g.sqrt(g.add(meanSquare, epsilon))), params.weight);
    },
  }),
  ScaleNorm: layer({
    doc: 'Gives every vector one learnable length: a single number instead of γ and β.',
    formula: 'y = w · x / max(‖x‖₂, 10⁻⁵), w starts at √F',
    shapes: '(N, …, F) → the same',
    reference: 'Nguyen & Salazar 2019, Transformers without Tears',
    args: {},
    params: (input) => ({ weight: fixedStart([1], Math.sqrt(input[input.length - 1])) }),
    build: (context, x) => {
      const { g, params } = context;
      context.show('gamma', params.weight);
      // Bounded before the root, which has no slope at 0.
      const norm = g.sqrt(g.max(g.sumSquare(x, [-1], true), 1e-10));
      context.show('norm', g.flat(norm));
      return g.mul(g.div(x, norm), params.weight);
    },
  }),
  LocalResponseNorm: layer({
    doc: 'Divides each value by what neighbouring channels hold at its place: units compete (AlexNet).',
    formula: 'y = x / (k + α/size · Σ x²)^β, over size channels about its own',
    shapes: '(N, C, …) → the same',
    reference: page('LocalResponseNorm'),
    args: {
      size: size.max(1024).describe('Channels that count.'),
      alpha: real.default(1e-4).describe('Weight of their mean square.'),
      beta: real.default(0.75).describe('Exponent.'),
      k: positive.default(1).describe('Added to the mean square.'),
    },
    build: ({ g }, x, { size: window, alpha, beta, k }) => {
      const before = Math.floor(window / 2);
      const around = x.shape.map((_, i): [number, number] => (i === 1 ? [before, window - 1 - before] : [0, 0]));
      const squares = g.pad(g.square(x), around);
      const shifted = Array.from({ length: window }, (_, i) => g.slice(squares, 1, i, i + x.shape[1]));
      const sum = shifted.reduce((total, one) => g.add(total, one));
      return g.mul(x, g.exp(g.mul(g.log(g.add(g.mul(sum, alpha / window), k)), -beta)));
    },
  }),
  FilterResponseNorm2d: layer({
    doc: 'Divides each channel of a sample by its root mean square, without taking the mean off; a TLU after it makes up for that.',
    formula: 'y = x / √(mean(x²) + ε) · γ + β, over the positions',
    shapes: '(N, C, H, W) → the same',
    reference: 'Singh & Krishnan 2020, Filter Response Normalization Layer',
    args: { eps: positive.default(1e-6).describe('Added to the mean square.') },
    params: ([, channels]) => scaleAndShift([channels]),
    build: (context, x, { eps: epsilon }) => {
      const { g } = context;
      needsImage(x);
      const meanSquare = g.mean(g.square(x), [2, 3], true);
      context.show('mean_square', g.flat(meanSquare));
      return scaledAndShifted(context, g.div(x, g.sqrt(g.add(meanSquare, epsilon))));
    },
  }),
};
