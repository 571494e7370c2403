import { formatNumber, formatPercent, formatSetting } from '../../base/format';
import { rateAt } from '../../model/schedulers';
import { BANDS } from '../bands';
import type { RuleId } from '../finding';
import type { FixRequest } from '../fix';
import type { Found, Rule } from '../rule';
import { deviation, mean, median } from '../../base/series';
import type { Subject } from '../subject';

/** ‖ΔW‖ / ‖W‖ of a step in sound early training lies between 10^−3.4 and 10^−1.8; this is its middle. */
const USUAL = 3e-3;
/** A tenth of a weight at each step: after ten steps nothing of what it was is left. */
const TOO_FAST = BANDS.updateRatio.high;

/** The update ratio of the typical weight at each early sample. */
function updateRatios(subject: Subject): { step: number; ratio: number }[] {
  const trained = subject.weighted().filter(({ weight }) => weight.trained);
  return subject.early().flatMap(({ step, params }) => {
    const ratios = trained.flatMap(({ weight }) => params[weight.name]?.update_ratio ?? []);
    const ratio = median(ratios);
    return ratio === undefined ? [] : [{ step, ratio }];
  });
}

const series = (subject: Subject) =>
  subject.samples.map(({ step, params }) => ({
    step,
    value: median(subject.weighted().flatMap(({ weight }) => params[weight.name]?.update_ratio ?? [])) ?? null,
  }));

/** The `lr` that would have moved the weights as sound training does, to one digit. */
function lrFor(subject: Subject, ratio: number): number {
  const lr = subject.spec.optimizer.args.lr as number;
  return Number(((lr * USUAL) / ratio).toPrecision(1));
}

const isAdaptive = ({ spec }: Subject) => spec.optimizer.name.startsWith('Adam');

function findTooHigh(subject: Subject): Found | undefined {
  const { losses, noSkillLoss } = subject.observed;
  const ratios = updateRatios(subject);
  const recent = subject.recentLoss();
  if (ratios.length === 0 || recent === undefined || losses.length < 2 || subject.isDoingWell()) return undefined;
  const ratio = Math.max(...ratios.map((sample) => sample.ratio));
  // What is not to be exceeded: the first loss, or guessing where it is higher.
  const start = Math.max(losses[0].loss ?? Infinity, noSkillLoss ?? 0);
  const worst = Math.max(...losses.slice(1).map(({ loss }) => loss ?? Infinity));
  const isThrown = worst > 3 * start;
  // Sound runs too stay at guessing for a while before they find the first feature.
  const isLate = subject.done > 50 && subject.progress > 0.3;
  const learnsNothing = isLate && noSkillLoss !== undefined && recent > 0.9 * noSkillLoss;
  // Sound runs reach half a weight in their first step at the most.
  const isBehind = ratio > 6 * TOO_FAST && subject.progress > 0.5;
  if (!(ratio > TOO_FAST && (isThrown || learnsNothing || isBehind)) && !(ratio > TOO_FAST / 4 && worst > 10 * start)) return undefined;
  const lr = lrFor(subject, ratio);
  const { args } = subject.spec.optimizer;
  const fixes: FixRequest[] = [
    { kind: 'set-learning-rate', lr },
    ...(isAdaptive(subject) ? [] : [{ kind: 'use-adam', lr: 0.001 } as const]),
    { kind: 'clip-gradient-norm', norm: 1 },
  ];
  return {
    level: learnsNothing || worst === Infinity ? 'error' : 'warning',
    place: subject.atRate(),
    message:
      `\`lr: ${formatSetting(args.lr as number)}\` changes the typical weight by ${formatPercent(ratio, ratio < 0.1 ? 1 : 0)} of itself in one step (healthy: about 0.1 to 1 %), ` +
      (isThrown
        ? `and threw the loss from ${formatNumber(losses[0].loss, 3)} up to ${worst === Infinity ? 'what is no number any more' : formatNumber(worst, 3)}.`
        : `and the loss stays at ${formatNumber(recent, 3)}; guessing costs ${formatNumber(noSkillLoss, 3)}.`),
    evidence: {
      quantity: 'median over layers of ‖ΔW‖ / ‖W‖',
      value: ratio,
      healthy: `${formatSetting(4e-4)} to ${formatSetting(0.016)}`,
      more: { 'first loss': losses[0].loss, 'largest loss': worst === Infinity ? null : worst },
      series: series(subject),
    },
    fixes,
  };
}

/** A weight that moves less than this of itself in the whole run ends as it started. */
const LEAST_WAY = 0.05;
/** Where not even this moves the weights it is the gradient that is too small. */
const MOST_RATE = 10;

function findTooLow(subject: Subject): Found | undefined {
  const { steps } = subject.observed;
  const { optimizer, schedulers } = subject.spec;
  const samples = subject.early();
  if (samples.length === 0 || steps === 0 || subject.isDoingWell() || (subject.learned() ?? 0) > 0.5) return undefined;
  const rate = (step: number) => rateAt(step, optimizer.args.lr as number, schedulers);
  // Of a whole run, also where this model took over in the middle: what is left of one may be short, and its rate at the end of a schedule.
  const planned = mean(Array.from({ length: 50 }, (_, i) => rate(1 + Math.floor((i * steps) / 50)))) * steps;
  // The layer that moves most, at the rate of the plan's other steps.
  const ways = subject.weighted().flatMap(({ weight, name }) => {
    if (!weight.trained) return [];
    const perRate = samples.flatMap(({ step, params }) => {
      const ratio = params[weight.name]?.update_ratio;
      return ratio === null || ratio === undefined || rate(step) === 0 ? [] : [ratio / rate(step)];
    });
    const typical = median(perRate);
    return typical === undefined ? [] : [{ name, way: typical * planned }];
  });
  if (ways.length === 0) return undefined;
  const furthest = ways.reduce((a, b) => (b.way > a.way ? b : a));
  if (furthest.way > LEAST_WAY) return undefined;
  const ratio = furthest.way / steps;
  const lr = lrFor(subject, ratio || USUAL);
  return {
    level: 'warning',
    place: subject.atRate(),
    message:
      `At \`lr: ${formatSetting(optimizer.args.lr as number)}\` no weight moves by more than ${formatNumber(100 * furthest.way, 2)} % of itself in all ${steps} steps ` +
      `(${formatNumber(ratio, 2)} a step; healthy: about 0.001): the model ends as it started.`,
    evidence: {
      quantity: 'Σ ‖ΔW‖ / ‖W‖ over the planned steps, of the layer that moves most',
      value: furthest.way,
      healthy: `above ${formatSetting(LEAST_WAY)}`,
      more: Object.fromEntries(ways.map(({ name, way }) => [name, way])),
      series: series(subject),
    },
    fixes: [
      ...(lr <= MOST_RATE ? [{ kind: 'set-learning-rate', lr } as const] : []),
      ...(isAdaptive(subject) ? [] : [{ kind: 'use-adam', lr: 0.001 } as const]),
    ],
  };
}

/** Mean losses of tenths of the steps so far. */
const tenths = (subject: Subject): number[] =>
  Array.from({ length: 10 }, (_, i) => subject.meanLoss(i / 10, (i + 1) / 10)).filter((loss): loss is number => loss !== undefined);

function findDiverging(subject: Subject): Found | undefined {
  const { losses, noSkillLoss } = subject.observed;
  if (losses.length < 20 || noSkillLoss === undefined) return undefined;
  const means = tenths(subject);
  const now = means[means.length - 1];
  const best = Math.min(...means);
  // Worse than guessing although it was better: no noise of batches does that to the mean of a tenth of the run.
  if (!(now > 2 * best && now > 1.2 * noSkillLoss)) return undefined;
  return {
    level: now === Infinity ? 'error' : 'warning',
    place: subject.atRate(),
    message: `The training loss rises: ${formatNumber(now, 3)} now, ${formatNumber(best, 3)} at its best; guessing costs ${formatNumber(noSkillLoss, 3)}.`,
    evidence: {
      quantity: 'mean loss of the last tenth of the steps',
      value: now === Infinity ? null : now,
      healthy: `below ${formatNumber(Math.max(2 * best, 1.2 * noSkillLoss), 3)}`,
      series: losses.map(({ step, loss }) => ({ step, value: loss })),
    },
    fixes: [
      { kind: 'set-learning-rate', lr: (subject.spec.optimizer.args.lr as number) / 10 },
      { kind: 'clip-gradient-norm', norm: 1 },
    ],
  };
}

/** Share of the loss of guessing: in sound runs, of batches of 8 and more, jumps stay below 0.3 of it. */
const WILD = 0.5;

function findOscillating(subject: Subject): Found | undefined {
  const { losses, noSkillLoss, step, from } = subject.observed;
  if (subject.done < 50 || subject.progress < 0.3 || losses.length < 40 || !noSkillLoss || subject.isDoingWell()) return undefined;
  const half = losses.filter((point) => point.step > from + (step - from) / 2).map(({ loss }) => loss);
  if (half.some((loss) => loss === null) || half.length < 20) return undefined;
  // From step to step, so that a trend does not count.
  const swings = half.slice(1).map((loss, i) => loss! - half[i]!);
  const swing = deviation(swings) / Math.SQRT2;
  if (swing < WILD * noSkillLoss) return undefined;
  return {
    level: 'warning',
    place: subject.atRate(),
    message: `The loss jumps by about ${formatNumber(swing, 2)} from step to step; guessing costs ${formatNumber(noSkillLoss, 3)}.`,
    evidence: {
      quantity: 'std of the loss from step to step',
      value: swing,
      healthy: `below ${formatNumber(WILD * noSkillLoss, 2)}`,
      series: losses.map((point) => ({ step: point.step, value: point.loss })),
    },
    fixes: [
      { kind: 'set-learning-rate', lr: (subject.spec.optimizer.args.lr as number) / 10 },
      ...(isAdaptive(subject) ? [] : [{ kind: 'use-adam', lr: 0.001 } as const]),
      { kind: 'set-batch-size', size: 4 * subject.spec.train.batch_size },
    ],
  };
}

/** The size of the steps. */
export const rate: Pick<Record<RuleId, Rule>, 'lr-too-high' | 'lr-too-low' | 'loss-diverging' | 'oscillating-loss'> = {
  'lr-too-high': {
    title: 'Learning rate too high',
    from: 'training',
    because:
      'The gradient says which way is down only close by. Steps beyond that distance land higher up on the other side, ' +
      'throw weights far from where they began, and leave dead units and large outputs behind.',
    formula: 'lr < 2 / λ_max(∇²L);  ‖ΔW‖ / ‖W‖ ≈ 10⁻³',
    reference: 'LeCun et al. 1998, Efficient BackProp; Bottou 2012, Stochastic Gradient Descent Tricks',
    healthy: 'steps are not too large',
    follows: [
      'input-not-normalized',
      'target-not-normalized',
      'poor-init-scale',
      'symmetric-init',
      'loss-reduction-sum',
      'output-activation-mismatch',
      'missing-nonlinearity',
      'vanishing-gradient',
      'over-regularized',
      'excess-dropout',
      'labels-uncorrelated',
    ],
    check: findTooHigh,
  },
  'lr-too-low': {
    title: 'Learning rate too low',
    from: 'training',
    because:
      'The way that weights go in a run is at most the sum of its steps. Where that is a few percent of their size, the model ends as random as it started.',
    formula: '‖W_T − W₀‖ / ‖W₀‖ ≤ Σ ‖ΔW_t‖ / ‖W_t‖',
    reference: 'Bengio 2012, Practical recommendations for gradient-based training of deep architectures',
    healthy: 'steps are not too small',
    follows: [
      'non-finite',
      'symmetric-init',
      'poor-init-scale',
      'output-activation-mismatch',
      'output-width-mismatch',
      'zero-gradient',
      'dead-relu',
      'vanishing-gradient',
      'saturated-activation',
      'frozen-layer',
      'input-not-normalized',
    ],
    check: findTooLow,
  },
  'loss-diverging': {
    title: 'Loss that rises',
    from: 'training',
    because:
      'Training lowers the loss on the data it trains on. Where that loss rises for long, the steps are too large for the place they start from.',
    formula: 'L(w − lr·∇L) > L(w)',
    reference: 'Goodfellow, Bengio & Courville 2016, Deep Learning, section 8.3',
    healthy: 'the training loss falls',
    follows: [
      'non-finite',
      'poor-init-scale',
      'input-not-normalized',
      'target-not-normalized',
      'loss-reduction-sum',
      'lr-too-high',
      'exploding-gradient',
      'exploding-activations',
    ],
    check: findDiverging,
  },
  'oscillating-loss': {
    title: 'Loss that jumps',
    from: 'training',
    because: 'Batches differ, and so do their losses; but jumps beyond that are steps from one wall of the valley to the other.',
    formula: 'std(L_t − L_{t−1}) / √2 ≪ L of guessing',
    reference: 'Goodfellow, Bengio & Courville 2016, Deep Learning, section 8.3',
    healthy: 'the loss does not jump',
    follows: [
      'non-finite',
      'poor-init-scale',
      'input-not-normalized',
      'target-not-normalized',
      'loss-reduction-sum',
      'lr-too-high',
      'lr-too-low',
      'batch-too-small',
      'excess-dropout',
      'exploding-gradient',
      'exploding-activations',
      'loss-diverging',
    ],
    check: findOscillating,
  },
};
