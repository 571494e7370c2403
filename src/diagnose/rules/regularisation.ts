import { formatNumber, formatPercent, formatSetting } from '../../base/format';
import type { RegularizeSpec } from '../../model/spec';
import type { RuleId } from '../finding';
import { harm } from '../harm';
import { DROPOUTS } from '../layerKinds';
import type { Found, Rule } from '../rule';
import type { Subject } from '../subject';

/** Whether the whole loss is of other samples and predictions too. */
const hasOtherParts = ({ adversarial, vat, jacobian, distill }: RegularizeSpec): boolean => Boolean(adversarial ?? vat ?? distill) || jacobian > 0;

/**
 * At the start, the penalty on the weights over the loss of guessing. Any weights that cost more than that are worse than none at all:
 * the minimum of loss + penalty then lies at smaller weights than a signal needs to pass.
 */
function findRegularized(subject: Subject): Found | undefined {
  const { noSkillLoss, losses, from, steps } = subject.observed;
  const { optimizer, regularize } = subject.spec;
  const [sample] = subject.samples;
  const [first] = losses;
  if (!sample || !first || !noSkillLoss || from > 0 || subject.isDoingWell()) return undefined;
  const decay = (optimizer.args.weight_decay as number | undefined) ?? 0;
  const squares = Object.values(sample.params).reduce((sum, { weight }) => sum + (weight.l2 ?? 0) ** 2, 0);
  // Beside the task loss there may be more than penalties on the weights; then only what the squares cost is known apart.
  const penalty = hasOtherParts(regularize) ? regularize.l2 * squares : (first.total_loss ?? 0) - (first.loss ?? 0);
  const isDecoupled = optimizer.name === 'AdamW';
  const total = penalty + (isDecoupled ? 0 : (decay / 2) * squares);
  if (total > 3 * noSkillLoss) {
    const name = penalty < total / 2 ? undefined : regularize.l1 > 0 && regularize.l2 === 0 ? 'l1' : 'l2';
    const value = name ? regularize[name] : decay;
    // A hundredth of the loss of guessing is felt and does not rule.
    const milder = Number(((value * 0.01 * noSkillLoss) / total).toPrecision(1));
    return {
      level: 'warning',
      place: name ? subject.atSection('regularize') : { range: optimizer.argRanges.weight_decay ?? optimizer.range },
      message: `The penalty of \`${name ?? 'weight_decay'}: ${formatSetting(value)}\` starts at ${formatNumber(total, 3)}, ${formatNumber(total / noSkillLoss, 2)} times what guessing costs: shrinking the weights pays more than learning.`,
      evidence: {
        quantity: 'penalty at the start / loss of guessing',
        value: total / noSkillLoss,
        healthy: 'below 1',
        series: losses.map((point) => ({
          step: point.step,
          value: point.total_loss === null || point.loss === null ? null : point.total_loss - point.loss,
        })),
      },
      fixes: name
        ? [
            { kind: 'set-penalty', name, value: milder },
            { kind: 'set-penalty', name, value: 0 },
          ]
        : [{ kind: 'set-weight-decay', value: milder }],
    };
  }
  const count = subject.weighted().reduce((sum, { weight }) => sum + weight.shape.reduce((a, b) => a * b, 1), 0);
  const size = Math.sqrt(squares / Math.max(1, count));
  const lr = optimizer.args.lr as number;
  // AdamW moves a weight by at most about lr a step and shrinks it by lr·λ of itself: it cannot stay above 1/λ.
  if (!isDecoupled || !(decay * size > 1) || lr * decay * steps < 1) return undefined;
  return {
    level: 'warning',
    place: { range: optimizer.argRanges.weight_decay ?? optimizer.range },
    message: `\`weight_decay: ${formatSetting(decay)}\` holds every weight below about ${formatNumber(1 / decay, 2)}; they start at ${formatNumber(size, 2)}, the size that a signal needs to pass.`,
    evidence: { quantity: 'weight_decay · RMS of the weights at the start', value: decay * size, healthy: 'below 1' },
    fixes: [{ kind: 'set-weight-decay', value: 0.01 }],
  };
}

/** Share of a signal's units that have to survive all dropout layers together, at the least: noise of 9 times its power is left at this. */
const LEAST_KEPT = 0.1;
const USUAL_DROPOUT = 0.2;

function findDropout(subject: Subject): Found | undefined {
  const layers = subject.observed.layers.flatMap((layer) => {
    const p = DROPOUTS.has(layer.type) ? subject.entryOf(layer.name)?.args.p : undefined;
    return typeof p === 'number' && p > 0 ? [{ name: layer.name, p }] : [];
  });
  const kept = layers.reduce((product, { p }) => product * (1 - p), 1);
  const worst = layers.reduce<(typeof layers)[number] | undefined>((a, b) => (!a || b.p > a.p ? b : a), undefined);
  if (!worst || (worst.p <= 0.8 && kept >= LEAST_KEPT)) return undefined;
  const strong = layers.filter(({ p }) => p >= 0.5);
  // Many weak ones add up as well.
  const lowered = (strong.length > 0 ? strong : layers.filter(({ p }) => p > USUAL_DROPOUT)).map(({ name }) => name);
  return {
    level: harm(subject, 'warning'),
    place: subject.atArgument(worst.name, 'p'),
    also: strong.filter(({ name }) => name !== worst.name).map(({ name }) => subject.atArgument(name, 'p')),
    message:
      `\`${worst.name}\` drops ${formatPercent(worst.p, 0)} of its inputs` +
      (layers.length > 1 ? `; through all ${layers.length} dropout layers ${formatPercent(kept, kept < 0.01 ? 1 : 0)} of a signal are left.` : '.') +
      ` What is left is scaled up ${formatNumber(1 / (1 - worst.p), 2)}-fold, noise included (usual: 0.2 to 0.5).`,
    evidence: { quantity: 'share kept through all dropout layers', value: kept, healthy: `above ${formatSetting(LEAST_KEPT)}` },
    fixes: [
      { kind: 'set-dropout', layers: lowered, p: USUAL_DROPOUT },
      { kind: 'remove-layers', layers: lowered },
    ],
  };
}

/** What holds a model back on purpose, and how much of it. */
export const regularisation: Pick<Record<RuleId, Rule>, 'over-regularized' | 'excess-dropout'> = {
  'over-regularized': {
    title: 'Regularized too strongly',
    from: 'training',
    because:
      'A penalty pulls every weight towards 0. Where it costs more than guessing does, the least total is reached by weights too small for any signal to pass.',
    formula: 'min L + λ‖w‖²  ⇒  ‖w‖² ≤ L_guess / λ',
    reference: 'Krogh & Hertz 1991, A Simple Weight Decay Can Improve Generalization; Loshchilov & Hutter 2019',
    healthy: 'penalties leave room to learn',
    follows: ['input-not-normalized', 'target-not-normalized', 'symmetric-init'],
    check: findRegularized,
  },
  'excess-dropout': {
    title: 'Too much dropout',
    from: 'file',
    because:
      'Dropout multiplies a signal by noise of the variance p / (1 − p), once in every such layer. Beyond a point only noise reaches the loss, and the gradient is noise too.',
    formula: 'var(mask) = p / (1 − p)',
    reference: 'Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting',
    healthy: 'dropout leaves the signal standing',
    follows: [],
    check: findDropout,
  },
};
