import type { Graph, Value } from '../../graph/graph';
import { shapeProblem } from '../../graph/graph';
import { formatShape, product } from '../../graph/shape';
import { flag, positive, real } from '../documented';
import type { BufferSpec, BuildContext, ParamSpec } from './layer';

/** Arguments that normalisations have in common. */
export const eps = positive.default(1e-5).describe('Added to the variance.');
export const affine = flag.default(true).describe('Learns γ and β.');
export const momentum = real.min(0).max(1).default(0.1).describe('Weight of the newest batch in the running averages.');

/** A parameter that keeps its own start whatever the init scheme. */
export const fixedStart = (shape: number[], constant: number): ParamSpec => ({ shape, kind: 'norm', start: { constant } });

/** γ and β of a normalisation. */
export const scaleAndShift = (shape: number[], isAffine = true): Record<string, ParamSpec> =>
  isAffine ? { weight: fixedStart(shape, 1), bias: fixedStart(shape, 0) } : {};

export const runningStatistics = (channels: number): Record<string, BufferSpec> => ({
  running_mean: { shape: [channels], start: 0 },
  running_var: { shape: [channels], start: 1 },
});

export function needsImage(x: Value): void {
  if (x.shape.length !== 4) shapeProblem(`expects (N, C, H, W), got ${formatShape(x.shape.slice(1))} a sample`);
}

/** A vector of channels against the dimension that counts them. */
export const alongChannels = ({ g }: BuildContext, x: Value, channels: Value): Value =>
  g.reshape(
    channels,
    x.shape.map((n, i) => (i === 1 ? n : 1)),
  );

/** All dimensions but some. */
export const axesBut = (x: Value, ...left: number[]): number[] => x.shape.map((_, i) => i).filter((i) => !left.includes(i));

/** Mean, biased variance and x − mean over dimensions, which stay as 1. */
export function momentsOver({ g }: BuildContext, x: Value, axes: readonly number[]): { mean: Value; centred: Value; variance: Value } {
  const mean = g.mean(x, axes, true);
  const centred = g.sub(x, mean);
  return { mean, centred, variance: g.div(g.sumSquare(centred, axes, true), product(axes.map((i) => x.shape[i]))) };
}

/** (x − E[x]) / √(Var[x] + ε) over dimensions: what LayerNorm does before γ and β. */
export function standardised(g: Graph, x: Value, axes: readonly number[], epsilon: number): Value {
  const centred = g.sub(x, g.mean(x, axes, true));
  return g.div(centred, g.sqrt(g.add(g.mean(g.square(centred), axes, true), epsilon)));
}

/** Multiplies by γ and adds β of the channels, where the layer has them, and shows them. */
export function scaledAndShifted(context: BuildContext, y: Value): Value {
  const { g, params } = context;
  if (!params.weight) return y;
  context.show('gamma', g.flat(params.weight));
  const scaled = g.mul(y, alongChannels(context, y, params.weight));
  if (!params.bias) return scaled;
  context.show('beta', g.flat(params.bias));
  return g.add(scaled, alongChannels(context, y, params.bias));
}

/** running ← (1 − share)·running + share·batch, shown. */
export function track(context: BuildContext, share: Value, batch: Record<string, Value>): void {
  const { g, buffers } = context;
  for (const [name, now] of Object.entries(batch)) {
    const next = g.add(g.mul(buffers[name], g.sub(1, share)), g.mul(now, share));
    context.update(name, next);
    context.show(name, next);
  }
}
