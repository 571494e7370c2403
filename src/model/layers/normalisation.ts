import * as z from 'zod';
import type { Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape, product, sameShape } from '../../graph/shape';
import { flag, positive, real, size } from '../documented';
import type { LayerType } from '../vocabulary';
import { type BuildContext, layer, type LayerRule, type ParamSpec } from './layer';

const eps = positive.default(1e-5).describe('Added to the variance.');

/** γ and β of a normalisation. */
const scaleAndShift = (shape: number[], affine: boolean): Record<string, ParamSpec> =>
  affine ? { weight: { shape, kind: 'norm', start: { constant: 1 } }, bias: { shape, kind: 'norm', start: { constant: 0 } } } : {};

interface BatchNormArgs {
  eps: number;
  momentum: number | null;
  affine: boolean;
  track_running_stats: boolean;
}

/** Ioffe & Szegedy 2015, as PyTorch does it: biased variance to normalise, unbiased for the running one. */
function batchNorm(context: BuildContext, x: Value, args: BatchNormArgs): Value {
  const { g, training, params, buffers } = context;
  const channels = x.shape[1];
  const axes = x.shape.map((_, i) => i).filter((i) => i !== 1);
  const along = (v: Value) =>
    g.reshape(
      v,
      x.shape.map((n, i) => (i === 1 ? n : 1)),
    );
  // Small per-channel factors are worked out first, so that the large array is passed over as rarely as possible.
  const normalise = (centred: Value, variance: Value) => {
    const scale = g.div(params.weight ? along(params.weight) : 1, g.sqrt(g.add(along(variance), args.eps)));
    const y = g.mul(centred, scale);
    return params.bias ? g.add(y, along(params.bias)) : y;
  };
  if (!training && args.track_running_stats) return normalise(g.sub(x, along(buffers.running_mean)), buffers.running_var);

  const count = product(x.shape) / channels;
  if (training && count < 2) shapeProblem('needs more than one value per channel in training: use a larger batch');
  const mean = g.mean(x, axes, true);
  const centred = g.sub(x, mean);
  const variance = g.div(g.sumSquare(centred, axes, true), count);
  if (training) {
    context.show('batch_mean', g.reshape(mean, [channels]));
    context.show('batch_var', g.reshape(variance, [channels]));
    if (args.track_running_stats)
      track(context, g.reshape(mean, [channels]), g.mul(g.reshape(variance, [channels]), count / (count - 1)), args.momentum);
    if (params.weight) {
      context.show('gamma', params.weight);
      context.show('beta', params.bias);
    }
  }
  return normalise(centred, variance);
}

/** running ← (1 − momentum)·running + momentum·batch. */
function track(context: BuildContext, mean: Value, variance: Value, momentum: number | null): void {
  const { g, buffers } = context;
  // momentum null: the cumulative average, which needs to know the step
  const share = momentum === null ? g.div(1, context.step) : g.constant(momentum);
  for (const [name, batch] of [
    ['running_mean', mean],
    ['running_var', variance],
  ] as const) {
    const next = g.add(g.mul(buffers[name], g.sub(1, share)), g.mul(batch, share));
    context.update(name, next);
    context.show(name, next);
  }
}

const batchNormLayer = (name: 'BatchNorm1d' | 'BatchNorm2d', ranks: number[], shapes: string) =>
  layer({
    doc: 'Normalises each channel by its mean and variance over the batch, then scales and shifts. In evaluation running averages stand for the batch.',
    formula: 'y = (x − E[x]) / √(Var[x] + ε) · γ + β',
    shapes,
    reference: `https://pytorch.org/docs/stable/generated/torch.nn.${name}.html`,
    args: {
      eps,
      momentum: real.min(0).max(1).nullable().default(0.1).describe('Weight of the newest batch in the running averages; null: cumulative average.'),
      affine: flag.default(true).describe('Learns γ and β.'),
      track_running_stats: flag.default(true).describe('Keeps running averages for evaluation.'),
    },
    params: ([, channels], args) => scaleAndShift([channels], args.affine),
    buffers: ([, channels], { track_running_stats }) =>
      track_running_stats
        ? { running_mean: { shape: [channels], start: 0 }, running_var: { shape: [channels], start: 1 } }
        : ({} as Record<string, never>),
    build: (context, x, args) => {
      if (!ranks.includes(x.shape.length)) shapeProblem(`expects ${shapes.split(' → ')[0]}, got ${formatShape(x.shape.slice(1))} a sample`);
      return batchNorm(context, x, args);
    },
  });

export const normalisation: Pick<Record<LayerType, LayerRule>, 'BatchNorm1d' | 'BatchNorm2d' | 'LayerNorm'> = {
  BatchNorm1d: batchNormLayer('BatchNorm1d', [2, 3], '(N, C) or (N, C, L) → the same'),
  BatchNorm2d: batchNormLayer('BatchNorm2d', [4], '(N, C, H, W) → the same'),
  LayerNorm: layer({
    doc: 'Normalises each sample over its last dimensions: independent of the batch, the same in training and evaluation.',
    formula: 'y = (x − E[x]) / √(Var[x] + ε) · γ + β',
    shapes: '(N, …) → the same',
    reference: 'https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html',
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
      const centred = g.sub(x, g.mean(x, axes, true));
      const y = g.div(centred, g.sqrt(g.add(g.mean(g.square(centred), axes, true), args.eps)));
      if (!params.weight) return y;
      context.show('gamma', g.flat(params.weight));
      context.show('beta', g.flat(params.bias));
      return g.add(g.mul(y, params.weight), params.bias);
    },
  }),
};
