import type { ProblemLevel, SourceRange } from '../model/problem';
import type { Fix } from './fix';

export const RULE_IDS = [
  'vanishing-gradient',
  'exploding-gradient',
  'exploding-activations',
  'dead-relu',
  'zero-gradient',
  'saturated-activation',
  'non-finite',
  'symmetric-init',
  'poor-init-scale',
  'initial-loss-too-high',
  'lr-too-high',
  'lr-too-low',
  'loss-diverging',
  'oscillating-loss',
  'loss-plateau',
  'undertrained',
  'overfitting',
  'underfitting',
  'over-regularized',
  'excess-dropout',
  'input-not-normalized',
  'target-not-normalized',
  'output-activation-mismatch',
  'output-width-mismatch',
  'missing-nonlinearity',
  'loss-mismatch',
  'loss-reduction-sum',
  'label-shape-or-range',
  'labels-uncorrelated',
  'class-imbalance',
  'batch-too-small',
  'train-eval-mismatch',
  'frozen-layer',
  'bias-before-batchnorm',
  'validation-overlaps-train',
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** A place in the model file. */
export interface Place {
  /** The layer that is meant; absent where it is a key of the file. */
  layer?: string;
  range: SourceRange;
}

/** The numbers that decided. */
export interface Evidence {
  /** As the field calls it: `‖∇W linear1‖ / ‖∇W linear4‖`. */
  quantity: string;
  value: number | null;
  /** What a healthy run has, in words: `above 0.008`. */
  healthy: string;
  /** Further numbers by what they are. */
  more?: Record<string, number | string | null>;
  /** The value over the run, as far as it is kept. */
  series?: { step: number; value: number | null }[];
}

/** What is wrong, where, how it is known, and what to do. Plain data. */
export interface Finding {
  rule: RuleId;
  /** error: the run cannot learn; warning: it is being hurt; hint: worth knowing, never an alarm. */
  level: ProblemLevel;
  place: Place;
  /** Further places where the same shows. */
  also: Place[];
  /** Steps done when it was first found; 0: before training. */
  step: number;
  /** One or two sentences that name the layer and the numbers. */
  message: string;
  evidence: Evidence;
  /** The finding that this one follows from. */
  cause?: RuleId;
  /** Best first. */
  fixes: Fix[];
}
