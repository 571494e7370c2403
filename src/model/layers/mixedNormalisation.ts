import type { Value } from '../../graph/graph';
import { product } from '../../graph/shape';
import { share, size } from '../documented';
import type { LayerType } from '../vocabulary';
import { batchNorm } from './batchNormalisation';
import { type BuildContext, layer, type LayerRule } from './layer';
import {
  affine,
  alongChannels,
  eps,
  fixedStart,
  momentsOver,
  momentum,
  needsImage,
  runningStatistics,
  scaleAndShift,
  scaledAndShifted,
  track,
} from './normaliser';
import { groupMoments } from './sampleNormalisation';

const same = '(N, C, H, W) → the same';

/** What a softmax of three weights makes of three values, in the order instance, layer, batch. */
function mixture(context: BuildContext, name: 'mean_weight' | 'var_weight', values: Value[]): Value {
  const { g, params } = context;
  const weights = g.softmax(params[name], 0);
  context.show(name, weights);
  return g
    .split(weights, [1, 1, 1], 0)
    .map((w, i) => g.mul(values[i], w))
    .reduce((sum, part) => g.add(sum, part));
}

/** Luo et al. 2018. Layer and batch moments follow from those of the instances: E[x²] = Var + E². */
function switchable(context: BuildContext, x: Value, args: { eps: number; momentum: number }): Value {
  const { g, training, buffers } = context;
  const [, channels] = x.shape;
  const along = (v: Value) => alongChannels(context, x, v);
  const { mean, variance } = momentsOver(context, x, [2, 3]);
  const square = g.add(variance, g.square(mean));
  const over = (axis: number) => {
    const mu = g.mean(mean, [axis], true);
    return { mean: mu, variance: g.sub(g.mean(square, [axis], true), g.square(mu)) };
  };
  const ofLayer = over(1);
  let ofBatch = { mean: along(buffers.running_mean), variance: along(buffers.running_var) };
  if (training) {
    ofBatch = over(0);
    const [running_mean, running_var] = [g.reshape(ofBatch.mean, [channels]), g.reshape(ofBatch.variance, [channels])];
    context.show('batch_mean', running_mean);
    context.show('batch_var', running_var);
    track(context, g.constant(args.momentum), { running_mean, running_var });
  }
  const mixedMean = mixture(context, 'mean_weight', [mean, ofLayer.mean, ofBatch.mean]);
  const mixedVariance = mixture(context, 'var_weight', [variance, ofLayer.variance, ofBatch.variance]);
  return scaledAndShifted(context, g.div(g.sub(x, mixedMean), g.sqrt(g.add(mixedVariance, args.eps))));
}

/** The samples, each in the place of the one before it. */
function nextSample({ g }: BuildContext, v: Value): Value {
  const [n] = v.shape;
  return n < 2 ? v : g.concat([g.slice(v, 0, 1, n), g.slice(v, 0, 0, 1)], 0);
}

type MixedNorm = 'SwitchableNorm2d' | 'BatchChannelNorm2d' | 'CrossNorm2d' | 'EvoNorm2dS0' | 'EvoNorm2dB0';

/** Normalisations that mix several, mix samples, or have an activation in them. */
export const mixedNormalisation: Pick<Record<LayerType, LayerRule>, MixedNorm> = {
  SwitchableNorm2d: layer({
    doc: 'Learns how much of instance, layer and batch normalisation to use, for the mean and for the variance.',
    formula: 'y = (x − Σ wₖ·μₖ) / √(Σ w′ₖ·σₖ² + ε) · γ + β, w and w′ softmaxes of three',
    shapes: same,
    reference: 'Luo et al. 2018, Differentiable Learning-to-Normalize via Switchable Normalization',
    args: { eps, momentum },
    params: ([, channels]) => ({ ...scaleAndShift([channels]), mean_weight: fixedStart([3], 1), var_weight: fixedStart([3], 1) }),
    buffers: ([, channels]) => runningStatistics(channels),
    build: (context, x, args) => {
      needsImage(x);
      return switchable(context, x, args);
    },
  }),
  BatchChannelNorm2d: layer({
    doc: 'Weighs batch normalisation against layer normalisation, by a number that each channel learns.',
    formula: 'y = (ι·BN(x) + (1 − ι)·LN(x)) · γ + β',
    shapes: same,
    reference: 'Khaled et al. 2023, Batch Channel Normalization for Image Classification',
    args: { eps, momentum },
    params: ([, channels]) => ({ ...scaleAndShift([channels]), iota: fixedStart([channels], 1) }),
    buffers: ([, channels]) => runningStatistics(channels),
    build: (context, x, args) => {
      needsImage(x);
      const { g, params } = context;
      context.show('iota', params.iota);
      const iota = alongChannels(context, x, params.iota);
      const byBatch = batchNorm(context, x, { ...args, track_running_stats: true }, {});
      const { centred, variance } = momentsOver(context, x, [1, 2, 3]);
      const byLayer = g.div(centred, g.sqrt(g.add(variance, args.eps)));
      return scaledAndShifted(context, g.add(g.mul(byBatch, iota), g.mul(byLayer, g.sub(1, iota))));
    },
  }),
  CrossNorm2d: layer({
    doc: 'In training, in some steps, gives every sample the channel means and deviations of another one of the batch: makes style matter less. In evaluation it hands its input on.',
    formula: 'y = (x_a − μ_a) / σ_a · σ_b + μ_b',
    shapes: same,
    reference: 'Tang et al. 2021, CrossNorm and SelfNorm for Generalization under Distribution Shifts',
    args: { p: share.default(0.5).describe('Share of the steps in which samples are crossed.'), eps },
    build: (context, x, { p, eps: epsilon }) => {
      needsImage(x);
      const { g, training } = context;
      if (!training) return g.identity(x);
      const { mean, centred, variance } = momentsOver(context, x, [2, 3]);
      const deviation = g.sqrt(g.add(variance, epsilon));
      // The order of the samples is random already: the next one is as good as any.
      const crossed = g.add(g.mul(g.div(centred, deviation), nextSample(context, deviation)), nextSample(context, mean));
      return g.where(g.less(context.uniform([1]), context.scalar('p', p)), crossed, x);
    },
  }),
  EvoNorm2dS0: layer({
    doc: 'Normalisation and activation in one, found by search; looks at one sample.',
    formula: 'y = x·σ(v·x) / √(Var_group[x] + ε) · γ + β',
    shapes: same,
    reference: 'Liu et al. 2020, Evolving Normalization-Activation Layers',
    args: { num_groups: size.default(32).describe('Number of groups; it divides the number of channels.'), eps },
    params: ([, channels]) => ({ ...scaleAndShift([channels]), v: fixedStart([channels], 1) }),
    build: (context, x, { num_groups, eps: epsilon }) => {
      needsImage(x);
      const { g, params } = context;
      const { variance } = groupMoments(context, x, num_groups);
      context.show('group_var', g.flat(variance));
      const gated = g.mul(x, g.sigmoid(g.mul(x, alongChannels(context, x, params.v))));
      const grouped = g.reshape(gated, [x.shape[0], num_groups, product(x.shape) / (x.shape[0] * num_groups)]);
      return scaledAndShifted(context, g.reshape(g.div(grouped, g.sqrt(g.add(variance, epsilon))), x.shape));
    },
  }),
  EvoNorm2dB0: layer({
    doc: 'Normalisation and activation in one, found by search; over the batch, with running statistics for evaluation.',
    formula: 'y = x / max(√(Var_batch[x] + ε), v·x + √(Var_instance[x] + ε)) · γ + β',
    shapes: same,
    reference: 'Liu et al. 2020, Evolving Normalization-Activation Layers',
    args: { eps, momentum, affine },
    params: ([, channels], args) => ({ ...scaleAndShift([channels], args.affine), v: fixedStart([channels], 1) }),
    buffers: ([, channels]) => ({ running_var: { shape: [channels], start: 1 } }),
    build: (context, x, args) => {
      needsImage(x);
      const { g, training, params, buffers } = context;
      let variance = alongChannels(context, x, buffers.running_var);
      if (training) {
        variance = momentsOver(context, x, [0, 2, 3]).variance;
        context.show('batch_var', g.flat(variance));
        track(context, g.constant(args.momentum), { running_var: g.flat(variance) });
      }
      const root = (v: Value) => g.sqrt(g.add(v, args.eps));
      const instance = root(momentsOver(context, x, [2, 3]).variance);
      const other = g.add(g.mul(x, alongChannels(context, x, params.v)), instance);
      return scaledAndShifted(context, g.div(x, g.max(other, root(variance))));
    },
  }),
};
