import type { Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape, product } from '../../graph/shape';
import { flag, positive, real } from '../documented';
import type { LayerType } from '../vocabulary';
import { type BuildContext, layer, type LayerRule } from './layer';
import { affine, alongChannels, axesBut, eps, momentsOver, momentum, runningStatistics, scaleAndShift, scaledAndShifted, track } from './normaliser';
import { page } from './reference';

interface BatchNormArgs {
  eps: number;
  momentum: number | null;
  track_running_stats: boolean;
}

/** Ioffe & Szegedy 2015, as PyTorch does it: biased variance to normalise, unbiased for the running one. */
export function batchNorm(context: BuildContext, x: Value, args: BatchNormArgs, params = context.params): Value {
  const { g, training, buffers } = context;
  const channels = x.shape[1];
  const along = (v: Value) => alongChannels(context, x, v);
  // Small per-channel factors are worked out first, so that the large array is passed over as rarely as possible.
  const normalise = (centred: Value, variance: Value) => {
    const scale = g.div(params.weight ? along(params.weight) : 1, g.sqrt(g.add(along(variance), args.eps)));
    const y = g.mul(centred, scale);
    return params.bias ? g.add(y, along(params.bias)) : y;
  };
  if (!training && args.track_running_stats) return normalise(g.sub(x, along(buffers.running_mean)), buffers.running_var);

  const count = product(x.shape) / channels;
  if (training && count < 2) shapeProblem('needs more than one value per channel in training: use a larger batch');
  const { mean, centred, variance } = momentsOver(context, x, axesBut(x, 1));
  if (training) {
    const [running_mean, biased] = [g.reshape(mean, [channels]), g.reshape(variance, [channels])];
    context.show('batch_mean', running_mean);
    context.show('batch_var', biased);
    // momentum null: the cumulative average, which needs to know the step
    if (args.track_running_stats) {
      const share = args.momentum === null ? g.div(1, context.step) : g.constant(args.momentum);
      track(context, share, { running_mean, running_var: g.mul(biased, count / (count - 1)) });
    }
    if (params.weight) {
      context.show('gamma', params.weight);
      context.show('beta', params.bias);
    }
  }
  return normalise(centred, variance);
}

/** Ioffe 2017: as in evaluation already in training, by correcting towards the running statistics; the corrections are constants for the gradient. */
function batchRenorm(context: BuildContext, x: Value, args: { eps: number; momentum: number; rmax: number; dmax: number }): Value {
  const { g, training, buffers } = context;
  const channels = x.shape[1];
  const along = (v: Value) => alongChannels(context, x, v);
  const deviation = g.sqrt(g.add(along(buffers.running_var), args.eps));
  if (!training) return scaledAndShifted(context, g.div(g.sub(x, along(buffers.running_mean)), deviation));
  const count = product(x.shape) / channels;
  if (count < 2) shapeProblem('needs more than one value per channel in training: use a larger batch');
  const { mean, centred, variance } = momentsOver(context, x, axesBut(x, 1));
  const batchDeviation = g.sqrt(g.add(variance, args.eps));
  const bounded = (v: Value, low: number, high: number) => g.detach(g.min(g.max(v, low), high));
  const r = bounded(g.div(batchDeviation, deviation), 1 / args.rmax, args.rmax);
  const d = bounded(g.div(g.sub(mean, along(buffers.running_mean)), deviation), -args.dmax, args.dmax);
  const [running_mean, biased] = [g.reshape(mean, [channels]), g.reshape(variance, [channels])];
  context.show('batch_mean', running_mean);
  context.show('batch_var', biased);
  track(context, g.constant(args.momentum), { running_mean, running_var: g.mul(biased, count / (count - 1)) });
  return scaledAndShifted(context, g.add(g.mul(g.div(centred, batchDeviation), r), d));
}

function needsRanks(x: Value, ranks: readonly number[], shapes: string): void {
  if (!ranks.includes(x.shape.length)) shapeProblem(`expects ${shapes.split(' → ')[0]}, got ${formatShape(x.shape.slice(1))} a sample`);
}

const batchNormLayer = (name: 'BatchNorm1d' | 'BatchNorm2d', ranks: number[], shapes: string) =>
  layer({
    doc: 'Normalises each channel by its mean and variance over the batch, then scales and shifts. In evaluation running averages stand for the batch.',
    formula: 'y = (x − E[x]) / √(Var[x] + ε) · γ + β',
    shapes,
    reference: page(name),
    args: {
      eps,
      momentum: real.min(0).max(1).nullable().default(0.1).describe('Weight of the newest batch in the running averages; null: cumulative average.'),
      affine,
      track_running_stats: flag.default(true).describe('Keeps running averages for evaluation.'),
    },
    params: ([, channels], args) => scaleAndShift([channels], args.affine),
    buffers: ([, channels], { track_running_stats }) => (track_running_stats ? runningStatistics(channels) : ({} as Record<string, never>)),
    build: (context, x, args) => {
      needsRanks(x, ranks, shapes);
      return batchNorm(context, x, args);
    },
  });

const batchRenormLayer = (ranks: number[], shapes: string) =>
  layer({
    doc: 'Batch normalisation for small batches: corrected towards the running statistics, so that training sees nearly what evaluation sees.',
    formula: 'y = ((x − μ_B) / σ_B · r + d) · γ + β, r = σ_B/σ in [1/rmax, rmax], d = (μ_B − μ)/σ in ±dmax',
    shapes,
    reference: 'Ioffe 2017, Batch Renormalization: Towards Reducing Minibatch Dependence in Batch-Normalized Models',
    args: {
      eps,
      momentum,
      rmax: real.min(1).default(3).describe('Largest correction of the scale.'),
      dmax: positive.default(5).describe('Largest correction of the mean.'),
      affine,
    },
    params: ([, channels], args) => scaleAndShift([channels], args.affine),
    buffers: ([, channels]) => runningStatistics(channels),
    build: (context, x, args) => {
      needsRanks(x, ranks, shapes);
      return batchRenorm(context, x, args);
    },
  });

const ONE = { ranks: [2, 3], shapes: '(N, C) or (N, C, L) → the same' };
const TWO = { ranks: [4], shapes: '(N, C, H, W) → the same' };

/** Normalisations over the batch, with running statistics for evaluation. */
export const batchNormalisation: Pick<Record<LayerType, LayerRule>, 'BatchNorm1d' | 'BatchNorm2d' | 'BatchRenorm1d' | 'BatchRenorm2d'> = {
  BatchNorm1d: batchNormLayer('BatchNorm1d', ONE.ranks, ONE.shapes),
  BatchNorm2d: batchNormLayer('BatchNorm2d', TWO.ranks, TWO.shapes),
  BatchRenorm1d: batchRenormLayer(ONE.ranks, ONE.shapes),
  BatchRenorm2d: batchRenormLayer(TWO.ranks, TWO.shapes),
};
