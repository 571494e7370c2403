import type { LayerStats, ParamStats, TensorStats } from '../../src/train/protocol';
import type { StatsSnapshot } from '../../src/view/protocol';

/** Of a healthy tensor, but for what is given. */
export const tensor = (change: Partial<TensorStats> = {}): TensorStats => {
  return { mean: 0, std: 1, min: -3, max: 3, l2: 1, zero_fraction: 0, non_finite: 0, ...change };
};

/** What a layer with a weight and its activation tell at a sampled step. */
export interface Told {
  /** L2 norm of the weight's gradient. */
  weight?: number;
  /** L2 norm of the gradient at the output. */
  output?: number;
  /** ‖ΔW‖ / ‖W‖. */
  ratio?: number;
  /** Standard deviation of the output. */
  std?: number;
  /** Share of zeros in the weight's gradient. */
  zeros?: number;
  /** L2 norm of the weight. */
  norm?: number;
  nonFinite?: number;
}

/** A sample of `linear1`, `linear2`, … in order; `others` are further layers. */
export function sample(step: number, linear: readonly Told[], others: Record<string, Partial<LayerStats>> = {}): StatsSnapshot {
  const layers: Record<string, LayerStats> = {};
  const params: Record<string, ParamStats> = {};
  linear.forEach(({ weight = 1, output = 1, ratio = 3e-3, std = 1, zeros = 0, norm = 1, nonFinite = 0 }, i) => {
    layers[`linear${i + 1}`] = { activation: tensor({ std, non_finite: nonFinite }), gradient: tensor({ l2: output }) };
    params[`linear${i + 1}.weight`] = {
      weight: tensor({ l2: norm }),
      gradient: tensor({ l2: weight, zero_fraction: zeros }),
      update_l2: ratio * norm,
      update_ratio: ratio,
    };
  });
  for (const [name, stats] of Object.entries(others)) layers[name] = { activation: tensor(), gradient: tensor(), ...stats };
  return { step, layers, params };
}

/** The same at steps 1, 10, 20 … */
export const samples = (count: number, make: (i: number) => StatsSnapshot): StatsSnapshot[] =>
  Array.from({ length: count }, (_, i) => ({ ...make(i), step: Math.max(1, 10 * i) }));

/** A line of losses from one to another. */
export const falling = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** The same loss with a little noise that repeats itself. */
export const flat = (loss: number, count: number): number[] => Array.from({ length: count }, (_, i) => loss * (1 + 0.01 * Math.sin(i * 2.3)));
