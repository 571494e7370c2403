import { formatNumber, formatPercent, formatSetting } from '../../base/format';
import type { StatsSnapshot } from '../../view/protocol';
import { BANDS } from '../bands';
import type { RuleId } from '../finding';
import type { FixRequest } from '../fix';
import { type Flow, gradientFlow, leastOf } from '../flow';
import { RECTIFIERS, SQUASHING } from '../layerKinds';
import type { Found, Rule } from '../rule';
import { statsOf, type Subject } from '../subject';

const { low: VANISHED, high: EXPLODED } = BANDS.gradientOfLast;
/** Of early samples: the very first gradient is one batch's at random weights. */
const FEWEST = 3;
/** Within this of the last layer's, training has found a way around. */
const RECOVERED = 1e-2;

function findVanishing(subject: Subject): Found | undefined {
  const early = gradientFlow(subject, subject.early());
  const recent = gradientFlow(subject, subject.recent());
  // It lies in how the model is made: before the first update already. Later on a step too large can do the same.
  const first = gradientFlow(subject, subject.samples.slice(0, 1));
  // Layers that get exactly nothing are dead, not starved: the gradient does not fade on its way to them.
  if (!early || !first || first.least > RECOVERED || early.slope <= 0 || early.least === 0 || early.least > VANISHED) return undefined;
  // That it gets through later does not give back the steps it has cost: what counts is whether the model has learned.
  const hasRecovered = recent !== undefined && recent.least > RECOVERED && (subject.learned() ?? 0) > 0.5;
  if (subject.early().length < FEWEST || hasRecovered || subject.isDoingWell()) return undefined;
  const starved = early.layers.filter((flow) => leastOf(flow) < RECOVERED).map(({ layer }) => layer);
  const [lowest] = starved;
  const last = early.layers[early.layers.length - 1].layer;
  const measure = early.layers[0].weight <= (early.layers[0].output ?? Infinity) ? 'weight' : 'output';
  return {
    level: early.least < 1e-6 ? 'error' : 'warning',
    place: subject.at(lowest.name),
    also: starved.slice(1).map(({ name }) => subject.at(name)),
    message:
      `The gradient ${measure === 'weight' ? 'of' : 'at the output of'} \`${lowest.name}\` is ${formatNumber(early.least, 2)} of that of \`${last.name}\` (healthy: above ${formatSetting(8e-3)}): ` +
      `it shrinks ${formatNumber(10 ** early.slope, 2)}-fold from layer to layer, and ${starved.length === 1 ? 'this layer hardly learns' : `the first ${starved.length} layers hardly learn`}.`,
    evidence: {
      quantity: measure === 'weight' ? `‖∇W ${lowest.name}‖ / ‖∇W ${last.name}‖` : `‖∂L/∂y ${lowest.name}‖ / ‖∂L/∂y ${last.name}‖`,
      value: early.least,
      healthy: `above ${formatSetting(8e-3)}`,
      more: byLayer(early, measure),
      series: seriesOf(subject, measure),
    },
    fixes: fixesOf(
      subject,
      starved.map(({ name }) => name),
    ),
  };
}

function findExploding(subject: Subject): Found | undefined {
  const flow = gradientFlow(subject, subject.early());
  if (!flow || subject.isDoingWell() || flow.slope >= 0) return undefined;
  const [first] = flow.layers;
  // Both measures: a wide input alone makes the weights' gradient of the first layer large.
  const ratio = Math.min(first.weight, first.output ?? first.weight);
  if (ratio < EXPLODED) return undefined;
  const last = flow.layers[flow.layers.length - 1].layer;
  return {
    level: 'warning',
    place: subject.at(first.layer.name),
    message:
      `The gradient of \`${first.layer.name}\` is ${formatNumber(ratio, 2)} times that of \`${last.name}\` (healthy: below ${EXPLODED}): ` +
      `it grows ${formatNumber(10 ** -flow.slope, 2)}-fold from layer to layer on its way back.`,
    evidence: {
      quantity: `‖∇W ${first.layer.name}‖ / ‖∇W ${last.name}‖`,
      value: ratio,
      healthy: `below ${EXPLODED}`,
      more: byLayer(flow, 'weight'),
      series: seriesOf(subject, 'weight'),
    },
    fixes: [
      { kind: 'match-init' },
      {
        kind: 'insert-normalisation',
        layers: subject
          .weighted()
          .slice(0, -1)
          .map(({ name }) => name),
      },
      { kind: 'clip-gradient-norm', norm: 1 },
    ],
  };
}

/** Growth of the typical activation from the first to the last hidden layer beyond which the outputs drown the target. */
const GROWN = 100;

function findActivations(subject: Subject): Found | undefined {
  if (subject.isDoingWell()) return undefined;
  const [first, ...rest] = subject.weighted();
  const size = (name: string, samples: readonly StatsSnapshot[]) =>
    subject.ofLayer(name, ({ activation: { mean, std } }) => (mean === null || std === null ? null : Math.hypot(mean, std)), samples);
  const samples = subject.recent();
  const start = first && size(first.name, subject.samples.slice(0, 1));
  if (!start) return undefined;
  // Against what comes in where that is larger: large inputs are their own trouble.
  const base = Math.max(start, subject.facts?.inputs.rms ?? 1, 1);
  const grown = [first, ...rest].find(({ name }) => (size(name, samples) ?? 0) > GROWN * base);
  if (!grown) return undefined;
  const value = size(grown.name, samples)!;
  return {
    level: 'warning',
    place: subject.at(grown.name),
    message: `The outputs of \`${grown.name}\` have grown to ${formatNumber(value, 2)} (root mean square), ${formatNumber(value / base, 2)} times the size of what the first layer gives.`,
    evidence: {
      quantity: `RMS of the output of \`${grown.name}\``,
      value: Number.isFinite(value) ? value : null,
      healthy: `below ${formatNumber(GROWN * base, 2)}`,
      series: subject.samples.map(({ step, layers }) => ({ step, value: statsOf(layers, grown.name)?.activation.std ?? null })),
    },
    fixes: [
      { kind: 'match-init' },
      {
        kind: 'insert-normalisation',
        layers: subject
          .weighted()
          .slice(0, -1)
          .map(({ name }) => name),
      },
      { kind: 'clip-gradient-norm', norm: 1 },
    ],
  };
}

/** Steps in a row, at sampled ones, after which a gradient of nothing but zeros is no chance. */
const ZERO_SAMPLES = 3;

function findZero(subject: Subject): Found | undefined {
  const samples = subject.recent();
  if (samples.length < ZERO_SAMPLES || subject.isDoingWell()) return undefined;
  const trained = subject.weighted().filter(({ weight }) => weight.trained);
  const share = ({ params }: StatsSnapshot, name: string) => params[name]?.gradient.zero_fraction ?? 0;
  const stuck = trained.filter(({ weight }) => samples.every((sample) => share(sample, weight.name) >= 0.999));
  if (stuck.length === 0) return undefined;
  const [first] = stuck;
  const isAll = stuck.length === trained.length;
  return {
    level: isAll ? 'error' : 'warning',
    place: subject.at(first.name),
    also: stuck.slice(1).map(({ name }) => subject.at(name)),
    message: isAll
      ? 'No weight of the model gets a gradient: the loss does not depend on any of them any more.'
      : `${stuck.length === 1 ? `The weights of \`${first.name}\` get` : `The weights of ${stuck.length} layers, from \`${first.name}\` on, get`} a gradient of exactly zero: they do not learn.`,
    evidence: {
      quantity: `share of zeros in ∇W of \`${first.name}\``,
      value: share(samples[samples.length - 1], first.weight.name),
      healthy: `below ${formatPercent(0.999)}`,
      series: subject.samples.map((sample) => ({ step: sample.step, value: share(sample, first.weight.name) })),
    },
    fixes: fixesOf(
      subject,
      stuck.map(({ name }) => name),
    ),
  };
}

function findNonFinite(subject: Subject): Found | undefined {
  const { losses, layers } = subject.observed;
  const isBroken = ({ layers: stats, params }: StatsSnapshot) =>
    Object.values(stats).some(({ activation }) => activation.non_finite > 0) || Object.values(params).some(({ weight }) => weight.non_finite > 0);
  const sample = subject.samples.find(isBroken);
  const point = losses.find(({ loss }) => loss === null);
  if (!sample && !point) return undefined;
  const step = Math.min(sample?.step ?? Infinity, point?.step ?? Infinity);
  const culprit = sample && layers.find(({ name }) => (statsOf(sample.layers, name)?.activation.non_finite ?? 0) > 0);
  const weights = sample && subject.weighted().find(({ weight }) => (sample.params[weight.name]?.weight.non_finite ?? 0) > 0);
  const at = weights ?? culprit;
  const what = weights
    ? `the weights of \`${weights.name}\` are the first that are no numbers any more`
    : culprit
      ? `the outputs of \`${culprit.name}\` are the first that are no numbers any more`
      : 'the loss is no number any more';
  return {
    level: 'error',
    place: at ? subject.at(at.name) : subject.atRate(),
    message: `At step ${step} ${what} (NaN or infinite). From there on nothing can be learned.`,
    evidence: {
      quantity: 'first step that is not finite',
      value: step,
      healthy: 'none',
      series: losses.map(({ step: s, loss }) => ({ step: s, value: loss })),
    },
    fixes: [
      { kind: 'set-learning-rate', lr: (subject.spec.optimizer.args.lr as number) / 10 },
      { kind: 'clip-gradient-norm', norm: 1 },
      { kind: 'match-init' },
    ],
  };
}

function byLayer({ layers }: Flow, measure: 'weight' | 'output'): Record<string, number> {
  return Object.fromEntries(layers.map((flow) => [flow.layer.name, flow[measure] ?? flow.weight]));
}

function seriesOf(subject: Subject, measure: 'weight' | 'output') {
  const trained = subject.weighted().filter(({ weight }) => weight.trained);
  const [first, last] = [trained[0], trained[trained.length - 1]];
  const size = ({ layers, params }: StatsSnapshot, { name, weight }: typeof first) =>
    measure === 'weight' ? params[weight.name]?.gradient.l2 : layers[name]?.gradient?.l2;
  return subject.samples.map((sample) => {
    const [of, to] = [size(sample, first), size(sample, last)];
    return { step: sample.step, value: typeof of === 'number' && to ? of / to : null };
  });
}

/** What was found to work, in that order: rectifiers in place of squashing activations, normalisation, an init that fits. */
function fixesOf(subject: Subject, layers: readonly string[]): FixRequest[] {
  const squashing = subject.observed.layers.filter(({ type }, i, all) => SQUASHING.has(type) && i < all.length - 1).map(({ name }) => name);
  const rectifiers = subject.observed.layers.filter(({ type }) => RECTIFIERS.has(type));
  const hidden = subject
    .weighted()
    .slice(0, -1)
    .map(({ name }) => name);
  return [
    ...(squashing.length > 0 ? [{ kind: 'change-activation', layers: squashing, to: 'ReLU' } as const] : []),
    { kind: 'match-init' },
    { kind: 'insert-normalisation', layers: hidden.length > 0 ? hidden : layers },
    ...(squashing.length === 0 && rectifiers.some(({ type }) => type === 'ReLU')
      ? [{ kind: 'change-activation', layers: rectifiers.filter(({ type }) => type === 'ReLU').map(({ name }) => name), to: 'LeakyReLU' } as const]
      : []),
  ];
}

/** Gradients and activations on their way through the model. */
export const gradients: Pick<
  Record<RuleId, Rule>,
  'vanishing-gradient' | 'exploding-gradient' | 'exploding-activations' | 'zero-gradient' | 'non-finite'
> = {
  'vanishing-gradient': {
    title: 'Vanishing gradient',
    from: 'training',
    because:
      'On its way back every layer multiplies the gradient by its weights and by its activation’s slope (at most 1/4 for a sigmoid). ' +
      'Below 1 per layer it dies exponentially with depth, so that the first layers stay as random as they started.',
    formula: '∂L/∂x₀ = ∂L/∂x_D · ∏ W_l · φ′(z_l)',
    reference: 'Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks',
    healthy: 'gradients reach the first layer',
    follows: ['symmetric-init', 'batch-too-small', 'poor-init-scale', 'input-not-normalized', 'over-regularized'],
    check: findVanishing,
  },
  'exploding-gradient': {
    title: 'Exploding gradient',
    from: 'training',
    because:
      'Where every layer multiplies the gradient by more than 1 it grows exponentially on its way back, and one step throws the first layers far off.',
    formula: '∂L/∂x₀ = ∂L/∂x_D · ∏ W_l · φ′(z_l)',
    reference: 'Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks',
    healthy: 'gradients do not grow on their way back',
    follows: ['poor-init-scale', 'input-not-normalized', 'target-not-normalized', 'lr-too-high', 'loss-reduction-sum'],
    check: findExploding,
  },
  'exploding-activations': {
    title: 'Exploding activations',
    from: 'training',
    because: 'Outputs that grow from layer to layer, or from step to step, drown the target: the loss is then a matter of their size alone.',
    formula: 'std(x_D) = std(x₀) · ∏ √(fan_in · var(W_l))',
    reference: 'Glorot & Bengio 2010; He et al. 2015, Delving Deep into Rectifiers',
    healthy: 'activations keep their size through the layers',
    follows: [
      'poor-init-scale',
      'input-not-normalized',
      'target-not-normalized',
      'lr-too-high',
      'loss-reduction-sum',
      'symmetric-init',
      'exploding-gradient',
    ],
    check: findActivations,
  },
  'zero-gradient': {
    title: 'Gradient of zero',
    from: 'training',
    because: 'A weight whose gradient is exactly zero does not move. All of a layer’s at once mean that the way from it to the loss is cut.',
    formula: 'w ← w − lr · 0',
    reference: 'Zhang et al. 2021, AutoTrainer; Lu et al. 2019, Dying ReLU and Initialization',
    healthy: 'every layer gets a gradient',
    follows: [
      'symmetric-init',
      'output-activation-mismatch',
      'output-width-mismatch',
      'poor-init-scale',
      'input-not-normalized',
      'lr-too-high',
      'dead-relu',
      'non-finite',
      'over-regularized',
      'saturated-activation',
      'vanishing-gradient',
    ],
    check: findZero,
  },
  'non-finite': {
    title: 'No number any more',
    from: 'training',
    because:
      'A value too large for float32 becomes infinite, and the next difference or division of such values is NaN; it spreads to every weight in one step.',
    formula: '∞ − ∞ = NaN',
    reference: 'IEEE 754; Goodfellow, Bengio & Courville 2016, Deep Learning, section 4.1',
    healthy: 'all numbers are finite',
    follows: [
      'poor-init-scale',
      'input-not-normalized',
      'target-not-normalized',
      'output-activation-mismatch',
      'label-shape-or-range',
      'loss-reduction-sum',
      'lr-too-high',
    ],
    check: findNonFinite,
  },
};
