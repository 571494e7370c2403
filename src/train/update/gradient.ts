import type { Graph, Value } from '../../graph/graph';
import type { Spec } from '../../model/spec';
import type { Feeding } from '../objective/feeding';

/** Of all trained parameters in one vector, and its L2 norm. */
export interface Gradient {
  gradient: Value;
  norm: Value;
}

/** Of a gradient in one part or more, which are not put together for the norm. */
export const withNorm = (g: Graph, parts: readonly Value[]): Gradient => ({
  gradient: g.concat(parts, 0),
  norm: g.sqrt(parts.map((part) => g.sumSquare(part)).reduce((sum, part) => g.add(sum, part))),
});

/** First by norm, then by value, as PyTorch's clip_grad_norm_ and clip_grad_value_ do. */
export function clip(g: Graph, { gradient, norm }: Gradient, { train: { clip_grad_norm, clip_grad_value } }: Spec, feeding: Feeding): Value {
  let clipped = gradient;
  if (clip_grad_norm !== undefined) clipped = g.mul(clipped, g.min(g.div(feeding.scalar('clip_grad_norm', clip_grad_norm), g.add(norm, 1e-6)), 1));
  if (clip_grad_value !== undefined) {
    const limit = feeding.scalar('clip_grad_value', clip_grad_value);
    clipped = g.max(g.min(clipped, limit), g.neg(limit));
  }
  return clipped;
}

/** Half of γ = 0.55, which Neelakantan et al. 2015 found for the variance σ² = η / (1 + t)^γ, t counted from 0. */
const ANNEALING = 0.275;

/** The standard deviation of the noise on gradients at a step, counted from 1. */
export const gradientNoiseAt = (step: number, { regularize }: Spec): number => regularize.gradient_noise / step ** ANNEALING;
