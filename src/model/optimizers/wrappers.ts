import * as z from 'zod';
import { type Documented, positive, share, size } from '../documented';

export const WRAPPER_NAMES = ['Lookahead', 'SAM'] as const;
export type WrapperName = (typeof WRAPPER_NAMES)[number];

/** `Lookahead: {k, alpha, optimizer}` once validated. */
export interface LookaheadArgs {
  k: number;
  alpha: number;
}

export interface SamArgs {
  rho: number;
}

const optimizer = z.unknown().optional().describe('The optimizer that it stands around. Default: `AdamW: {lr: 0.001}`.');

/** What stands around an optimizer and changes where its gradient comes from, or what becomes of its steps. */
export const WRAPPERS: Record<WrapperName, Documented> = {
  Lookahead: {
    doc: 'Every k steps of the optimizer inside, slow weights go a part of the way to the weights, which start anew from there; momentum goes on. Steps and evaluations in between see the fast weights.',
    formula: 'every k steps: φ ← φ + α·(θ − φ);  θ ← φ',
    reference: 'Zhang et al. 2019, Lookahead Optimizer: k steps forward, 1 step back',
    args: {
      k: size.default(5).describe('Steps between two moves of the slow weights.'),
      alpha: share.default(0.5).describe('Share of the way that the slow weights go.'),
      optimizer,
    },
  },
  SAM: {
    doc: 'Sharpness-aware minimisation: the gradient is taken where the loss is highest nearby, so that the weights come to rest in flat places. Two passes a step; what is reported (loss, gradients, norm) is of the first, clipping is of the second. Penalties are part of both.',
    formula: 'g = ∇L(θ + ρ·∇L(θ) / (‖∇L(θ)‖₂ + 1e-12))',
    reference: 'Foret et al. 2021, Sharpness-Aware Minimization for Efficiently Improving Generalization',
    args: { rho: positive.default(0.05).describe('ρ: how far away the loss is looked at.'), optimizer },
  },
};
