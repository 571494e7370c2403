import { formatCount, formatNumber, formatPercent } from '../../base/format';
import type { ClassFacts, NumberFacts } from '../../data/facts';
import { product } from '../../graph/shape';
import { LOSSES } from '../../model/losses';
import { actingLayers } from '../../model/ends';
import type { RuleId } from '../finding';
import { harm } from '../harm';
import { NORMALISATIONS } from '../layerKinds';
import type { Found, Rule } from '../rule';
import type { Subject } from '../subject';
import { findUnrelatedLabels } from './unrelatedLabels';

/** Sound data has an RMS of 1 after z-scoring and at most a few before; unscaled data that failed had 87 and more. */
const LARGE_RMS = 5;
/** The first layer's step grows with the square of a sample's norm; from a tenth of one on its bias learns a hundred times as fast. */
const SMALL_NORM = 0.1;
const FAR_MEAN = 10;
const FAR_STDS = 100;

interface Trouble {
  what: string;
  quantity: string;
  value: number;
  healthy: string;
  /** A normalisation behind the first weights undoes it. */
  isUndone: boolean;
}

function inputTrouble(subject: Subject): Trouble | undefined {
  const { inputs, sampleShape } = subject.facts!;
  const { rms, mean, min, max, stdRatio } = inputs;
  const std = Math.sqrt(Math.max(0, rms ** 2 - mean ** 2));
  const norm = rms * Math.sqrt(product(sampleShape));
  const range = `${formatNumber(min, 3)} to ${formatNumber(max, 3)}`;
  if (stdRatio > FAR_STDS)
    return {
      what: `vary on scales that are ${formatNumber(stdRatio, 3)} times apart (${range}): the largest features drown the others`,
      quantity: 'largest over smallest std of a feature',
      value: stdRatio,
      healthy: `below ${FAR_STDS}`,
      isUndone: false,
    };
  if (rms > LARGE_RMS)
    return {
      what: `have an RMS of ${formatNumber(rms, 3)} (${range}), where weights start for one of about 1`,
      quantity: 'RMS of the inputs',
      value: rms,
      healthy: `about 1, below ${LARGE_RMS}`,
      isUndone: true,
    };
  if (std > 0 && Math.abs(mean) > FAR_MEAN * std)
    return {
      what: `lie at ${formatNumber(mean, 3)} ± ${formatNumber(std, 2)}: what they have in common outweighs by far what tells them apart`,
      quantity: '|mean| / std of the inputs',
      value: Math.abs(mean) / std,
      healthy: `below ${FAR_MEAN}`,
      isUndone: true,
    };
  if (rms > 0 && norm < SMALL_NORM)
    return {
      what: `are tiny: a sample has a norm of ${formatNumber(norm, 2)} (${range}), and the first layer's gradients shrink with it`,
      quantity: 'norm of a typical sample',
      value: norm,
      healthy: `above ${SMALL_NORM}`,
      isUndone: true,
    };
  return undefined;
}

function findInputs(subject: Subject): Found | undefined {
  if (!subject.facts) return undefined;
  const [first, second] = actingLayers(subject.spec.model);
  // Tokens measure nothing: an Embedding looks them up.
  if (first?.type === 'Embedding') return undefined;
  const trouble = inputTrouble(subject);
  if (!trouble || !first || NORMALISATIONS.has(first.type)) return undefined;
  if (trouble.isUndone && second && NORMALISATIONS.has(second.type)) return undefined;
  const { what, quantity, value, healthy } = trouble;
  return {
    level: harm(subject, 'warning'),
    place: subject.atData(subject.spec.data.ranges.normalize ? 'normalize' : subject.spec.data.file === undefined ? 'source' : 'file'),
    also: [subject.at(first.name)],
    message: `The inputs that \`${first.name}\` gets ${what}.`,
    evidence: { quantity, value, healthy },
    fixes: [{ kind: 'normalise-inputs', how: 'zscore' }],
  };
}

/** Outputs start near 0 with a std of about 1; Adam brings them on by about `lr` times the width of the last layer in a step. */
const LARGE_TARGETS = 10;
const TINY_VARIANCE = 1e-4;

function findTargets(subject: Subject): Found | undefined {
  const { facts, spec } = subject;
  if (facts?.targets.kind !== 'number' || LOSSES[spec.loss.name].score !== 'r2') return undefined;
  const { rms, mean, variance, min, max } = facts.targets;
  const std = Math.sqrt(variance);
  const isTiny = variance > 0 && variance < TINY_VARIANCE;
  const isFar = std > 0 && Math.abs(mean) > FAR_MEAN * std;
  if (rms <= LARGE_TARGETS && !isTiny && !isFar) return undefined;
  const evidence =
    rms > LARGE_TARGETS
      ? { quantity: 'RMS of the targets', value: rms, healthy: `about 1, below ${LARGE_TARGETS}` }
      : isTiny
        ? { quantity: 'variance of the targets', value: variance, healthy: `about 1, above ${formatNumber(TINY_VARIANCE)}` }
        : { quantity: '|mean| / std of the targets', value: Math.abs(mean) / std, healthy: `below ${FAR_MEAN}` };
  return {
    level: harm(subject, 'warning'),
    place: subject.atData(spec.data.ranges.normalize_target ? 'normalize_target' : spec.data.target === undefined ? 'file' : 'target'),
    message:
      `The targets go from ${formatNumber(min, 3)} to ${formatNumber(max, 3)} (mean ${formatNumber(mean, 3)}, std ${formatNumber(std, 3)}), while a model starts with outputs near 0 that vary by about 1: ` +
      (rms > LARGE_TARGETS || isFar ? 'most of training goes into getting there.' : 'what there is to learn is lost in its noise.'),
    evidence,
    fixes: [{ kind: 'normalise-target', how: 'zscore' }],
  };
}

const IMBALANCE = 10;
/** Of one side of a yes or no. */
const RARE = 1 / (IMBALANCE + 1);
/** Beyond that a list of weights is no edit that anybody wants to read. */
const MOST_WEIGHTS = 100;

const round3 = (value: number): number => Number(value.toPrecision(3));

function findImbalance(subject: Subject): Found | undefined {
  const { facts, spec } = subject;
  if (!facts || spec.loss.args.weight !== undefined || spec.loss.args.pos_weight !== undefined) return undefined;
  const { targets } = facts;
  if (targets.kind === 'class') return imbalanceOfClasses(subject, targets);
  return LOSSES[spec.loss.name].score === 'r2' ? undefined : imbalanceOfSides(subject, targets);
}

/** A score that is only in reach when at least half of the rarest class is right too. */
const showsRarest = (subject: Subject, share: number): boolean => (subject.score() ?? 0) > 1 - share / 2;

function imbalanceOfClasses(subject: Subject, { counts, names }: ClassFacts): Found | undefined {
  const present = counts.filter((count) => count > 0);
  const [least, most] = [Math.min(...present), Math.max(...present)];
  if (present.length < 2 || most <= IMBALANCE * least) return undefined;
  const total = present.reduce((a, b) => a + b, 0);
  const nameOf = (count: number) => `\`${names?.[counts.indexOf(count)] ?? counts.indexOf(count)}\``;
  const weights = counts.map((count) => (count > 0 ? round3(total / (present.length * count)) : 1));
  return {
    level: showsRarest(subject, least / total) ? 'hint' : 'warning',
    place: subject.atSection('loss'),
    message: `Class ${nameOf(most)} has ${formatCount(most)} samples, class ${nameOf(least)} ${formatCount(least)}: always answering ${nameOf(most)} is right in ${formatPercent(most / total)}, so accuracy and loss hardly show the rare class.`,
    evidence: {
      quantity: 'largest class over smallest',
      value: most / least,
      healthy: `below ${IMBALANCE}`,
      more: { 'largest share': most / total },
    },
    fixes: counts.length <= MOST_WEIGHTS ? [{ kind: 'set-loss-argument', argument: 'weight', value: weights }] : [],
  };
}

function imbalanceOfSides(subject: Subject, { mean, columns, distinct }: NumberFacts): Found | undefined {
  const rare = Math.min(mean, 1 - mean);
  if (distinct !== 2 || rare <= 0 || rare >= RARE) return undefined;
  const side = mean < 0.5 ? '1' : '0';
  return {
    // Of many labels for one sample most are rare by nature.
    level: columns > 1 || showsRarest(subject, rare) ? 'hint' : 'warning',
    place: subject.atSection('loss'),
    message: `${formatPercent(rare)} of the targets are ${side}: always answering ${mean < 0.5 ? '0' : '1'} is right in ${formatPercent(1 - rare)}, so accuracy and loss hardly show the others.`,
    evidence: { quantity: `share of ${side}`, value: rare, healthy: `above ${formatNumber(RARE, 2)}` },
    fixes:
      subject.spec.loss.name === 'BCEWithLogitsLoss'
        ? [{ kind: 'set-loss-argument', argument: 'pos_weight', value: [round3((1 - mean) / mean)] }]
        : [],
  };
}

const OVERLAP = 0.05;
/** Data that repeats itself shares about as much between its splits as within one. */
const BEYOND_REPEATS = 3;
/** Fewer are chance. */
const FEWEST_SHARED = 3;

function findOverlap(subject: Subject): Found | undefined {
  const { facts, spec } = subject;
  if (!facts?.validation) return undefined;
  const { overlap, repeated, samples } = facts.validation;
  const shared = Math.round(overlap * samples);
  if (overlap <= OVERLAP || overlap <= BEYOND_REPEATS * repeated || shared < FEWEST_SHARED) return undefined;
  return {
    level: overlap > 0.5 ? 'error' : 'warning',
    place: subject.atData(spec.data.validation === undefined ? 'file' : 'validation'),
    message: `${formatCount(shared)} of ${formatCount(samples)} validation samples (${formatPercent(overlap, 0)}) are in the training split too: the validation score tells what was memorised, not what was learned.`,
    evidence: {
      quantity: 'validation samples seen in training',
      value: overlap,
      healthy: `below ${formatPercent(OVERLAP, 0)}`,
      more: { 'repeated within training': repeated },
    },
    fixes: [{ kind: 'split-validation', share: 0.2 }],
  };
}

export const data: Pick<
  Record<RuleId, Rule>,
  'input-not-normalized' | 'target-not-normalized' | 'class-imbalance' | 'validation-overlaps-train' | 'labels-uncorrelated'
> = {
  'input-not-normalized': {
    title: 'Inputs are not normalised',
    from: 'file',
    because:
      'Inits expect inputs of mean 0 and a spread of 1: larger ones drive the first activations into saturation and the first loss up, small ones get small gradients. Features of unlike scale, or far from 0, stretch the loss into a narrow valley, in which no single `lr` fits all weights.',
    formula: '∂ℓ/∂W₁ = δ·xᵀ;  condition number of E[x·xᵀ] = (largest / smallest spread)²',
    reference: 'LeCun et al. 1998, Efficient BackProp, 4.3',
    healthy: 'inputs are of about unit scale',
    follows: [],
    check: findInputs,
  },
  'target-not-normalized': {
    title: 'Targets are not normalised',
    from: 'file',
    because:
      'A model starts with outputs near 0 that vary by about 1. Targets far away cost it most of the training to get there, with errors and gradients to match; targets that hardly vary are lost in the noise of its outputs.',
    formula: 'ℓ₀ ≈ E[y²], to be brought down to below Var[y]',
    reference: 'LeCun et al. 1998, Efficient BackProp, 4.5',
    healthy: 'targets are of about unit scale',
    follows: [],
    check: findTargets,
  },
  'class-imbalance': {
    title: 'Classes are unbalanced',
    from: 'file',
    because:
      'The loss is a mean over samples, so a class with a tenth of them has a tenth of the say. The model does well by ignoring it, and the accuracy does not show that. Weights that are inverse to the counts give every class the same say.',
    formula: 'w_c = n / (C · n_c)',
    reference: 'He & Garcia 2009, Learning from Imbalanced Data',
    healthy: 'no class is rare',
    follows: [],
    check: findImbalance,
  },
  'validation-overlaps-train': {
    title: 'Validation data is in training',
    from: 'file',
    because:
      'Validation estimates the error on data that was not trained on. Samples in both splits are predicted from memory, and overfitting does not show.',
    formula: '|{validation} ∩ {training}| / |{validation}|',
    reference: 'Kapoor & Narayanan 2023, Leakage and the Reproducibility Crisis in Machine-Learning-Based Science',
    healthy: 'validation data is not in training',
    follows: [],
    check: findOverlap,
  },
  'labels-uncorrelated': {
    title: 'Targets do not follow from inputs',
    from: 'training',
    because:
      'A network can memorise any labels, but predicts new samples only where inputs tell something about them. Where neighbours, a linear model and the network are all no better than guessing, the targets are most likely shuffled, shifted by a row, or of other data.',
    formula: 'score ≤ score of guessing + 2·√(p(1 − p)/n)',
    reference: 'Zhang et al. 2017, Understanding Deep Learning Requires Rethinking Generalization',
    healthy: 'inputs tell something about the targets',
    follows: [],
    check: findUnrelatedLabels,
  },
};
