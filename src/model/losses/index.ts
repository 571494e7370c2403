import { classLosses } from './classes';
import type { LossRule } from './loss';
import { metricLosses } from './metric';
import { numberLosses } from './numbers';

export { type LossRule, type Score, targetShape } from './loss';
export { neighboursAlike } from './metric';

export const LOSS_NAMES = [
  'CrossEntropyLoss',
  'NLLLoss',
  'MultiMarginLoss',
  'FocalLoss',
  'BCEWithLogitsLoss',
  'BCELoss',
  'MSELoss',
  'L1Loss',
  'SmoothL1Loss',
  'HuberLoss',
  'HingeLoss',
  'KLDivLoss',
  'GaussianNLLLoss',
  'PoissonNLLLoss',
  'TripletMarginLoss',
  'ContrastiveLoss',
  'CosineEmbeddingLoss',
] as const;
export type LossName = (typeof LOSS_NAMES)[number];

/** All losses: a name without its record does not compile. */
export const LOSSES: Record<LossName, LossRule> = { ...classLosses, ...numberLosses, ...metricLosses };
