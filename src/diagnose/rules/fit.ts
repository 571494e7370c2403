import { formatNumber, formatPercent, formatSetting } from '../../base/format';
import type { RuleId } from '../finding';
import type { FixRequest } from '../fix';
import { DROPOUTS, NOISES } from '../layerKinds';
import type { Found, Rule } from '../rule';
import { deviation, mean } from '../../base/series';
import { scoreOf, type Subject } from '../subject';

/** What keeps a model from learning anything, whatever else it may show. */
const ROOTS: RuleId[] = [
  'non-finite',
  'label-shape-or-range',
  'output-activation-mismatch',
  'output-width-mismatch',
  'missing-nonlinearity',
  'loss-mismatch',
  'loss-reduction-sum',
  'symmetric-init',
  'poor-init-scale',
  'input-not-normalized',
  'target-not-normalized',
  'over-regularized',
  'excess-dropout',
  'frozen-layer',
  'lr-too-high',
  'lr-too-low',
  'dead-relu',
  'vanishing-gradient',
  'saturated-activation',
  'zero-gradient',
  'exploding-gradient',
  'exploding-activations',
  'labels-uncorrelated',
  'train-eval-mismatch',
  'batch-too-small',
];

const lossSeries = (subject: Subject) => subject.observed.losses.map(({ step, loss }) => ({ step, value: loss }));
const hiddenOf = (subject: Subject) =>
  subject
    .weighted()
    .slice(0, -1)
    .map(({ name }) => name);

function findPlateau(subject: Subject): Found | undefined {
  const { noSkillLoss, losses } = subject.observed;
  // Sound runs stay there for a while too before they find the first feature.
  if (!noSkillLoss || subject.done < 50 || subject.progress < 0.5 || losses.length < 20) return undefined;
  const loss = subject.meanLoss(0.7, 1)!;
  const before = subject.meanLoss(0.4, 0.7)!;
  const isThere = Math.abs(loss / noSkillLoss - 1) < 0.06 && (subject.learned() ?? 0) < 0.05;
  if (!isThere || before - loss > 0.05 * noSkillLoss || subject.isDoingWell()) return undefined;
  return {
    level: 'warning',
    place: subject.atSection('model'),
    message: `The loss stays at ${formatNumber(loss, 3)}, which is what guessing without a look at the inputs costs (${formatNumber(noSkillLoss, 3)}): the model has learned nothing.`,
    evidence: {
      quantity: 'mean loss of the last third / loss of guessing',
      value: loss / noSkillLoss,
      healthy: 'well below 1',
      series: lossSeries(subject),
    },
    fixes: [
      { kind: 'match-init' },
      { kind: 'insert-normalisation', layers: hiddenOf(subject) },
      { kind: 'set-learning-rate', lr: (subject.spec.optimizer.args.lr as number) * 10 },
    ],
  };
}

/** Two quarters of a run are apart by more than their batches' noise explains, and by more than this share of what there was to learn. */
const STILL_FALLING = 0.03;

function findUndertrained(subject: Subject): Found | undefined {
  const { noSkillLoss, losses, evals, from, step } = subject.observed;
  if (!subject.isOver || !noSkillLoss || losses.length < 8 || subject.isDoingWell()) return undefined;
  const quarter = (i: number) =>
    losses
      .filter((point) => point.step > from + (i / 4) * (step - from) && point.step <= from + ((i + 1) / 4) * (step - from))
      .map(({ loss }) => loss ?? Infinity);
  const [third, last] = [quarter(2), quarter(3)];
  const fall = mean(third) - mean(last);
  const noise = Math.hypot(deviation(third) / Math.sqrt(third.length), deviation(last) / Math.sqrt(last.length));
  const isFar = mean(last) > 0.3 * noSkillLoss;
  const before = evals.filter((event) => event.step <= from + 0.75 * (step - from)).at(-1);
  const gainsNothing = (evals.at(-1)?.val_loss ?? 0) > (before?.val_loss ?? Infinity);
  if (!(isFar && !gainsNothing && fall > STILL_FALLING * Math.max(noSkillLoss, mean(last)) && fall > 2 * noise) || isOverfit(subject))
    return undefined;
  return {
    level: 'warning',
    place: subject.spec.train.ranges.steps ? subject.atTrain('steps') : subject.atTrain('epochs'),
    message: `The run ended while the loss was still falling: by ${formatNumber(fall, 2)} in its last quarter, to ${formatNumber(mean(last), 3)}. More steps would bring it further.`,
    evidence: {
      quantity: 'fall of the loss from the third to the last quarter of the steps',
      value: fall,
      healthy: `below ${formatNumber(STILL_FALLING * noSkillLoss, 2)}`,
      more: { 'loss of guessing': noSkillLoss },
      series: lossSeries(subject),
    },
    fixes: [
      { kind: 'train-longer', factor: 4 },
      { kind: 'set-learning-rate', lr: (subject.spec.optimizer.args.lr as number) * 3 },
    ],
  };
}

/** Share of the loss of guessing by which validation has to rise from its best: smaller rises come and go. */
const RISE = 0.15;

/** Evidence of learning by heart: validation lost much of what it had while training went on, or never had what training has. */
function overfit(subject: Subject) {
  const { noSkillLoss, evals } = subject.observed;
  const known = evals.filter(({ val_loss, train_loss }) => typeof val_loss === 'number' && typeof train_loss === 'number');
  if (!noSkillLoss || known.length < 3) return undefined;
  const last = known[known.length - 1];
  const [now, train] = [last.val_loss!, last.train_loss!];
  const best = known.reduce((a, b) => (b.val_loss! < a.val_loss! ? b : a));
  const rise = now - best.val_loss!;
  const hasRisen = rise > RISE * noSkillLoss && now > 0.5 * noSkillLoss && train < best.train_loss! && train < 0.5 * now;
  const hasGap = train < 0.1 * noSkillLoss && now > 0.6 * noSkillLoss;
  return { isOverfit: hasRisen || hasGap, now, train, best, rise, noSkillLoss };
}

const isOverfit = (subject: Subject): boolean => overfit(subject)?.isOverfit ?? false;

function findOverfitting(subject: Subject): Found | undefined {
  const found = overfit(subject);
  if (!found?.isOverfit) return undefined;
  const { now, train, best, rise, noSkillLoss } = found;
  // As good as anything on these data, and still better than guessing: a net too sure of itself, no more.
  if (subject.isDoingWell() && now < noSkillLoss) return undefined;
  const evals = subject.observed.evals;
  const patience = Math.max(3, Math.round(evals.length / 10));
  const { optimizer, regularize } = subject.spec;
  const decay = optimizer.name === 'AdamW' ? 0.3 : 0.003;
  const dropouts = subject.observed.layers.filter(({ type }) => DROPOUTS.has(type));
  const fixes: FixRequest[] = [
    { kind: 'early-stopping', patience },
    ...(dropouts.length === 0 ? [{ kind: 'insert-dropout', p: 0.5 } as const] : []),
    ...(((optimizer.args.weight_decay as number | undefined) ?? 0) < decay ? [{ kind: 'set-weight-decay', value: decay } as const] : []),
    ...(regularize.l2 === 0 ? [{ kind: 'set-penalty', name: 'l2', value: 1e-3 } as const] : []),
  ];
  return {
    level: 'warning',
    place: subject.atSection('model'),
    message:
      `Validation loss is ${formatNumber(now, 3)} while training loss is ${formatNumber(train, 3)}` +
      (rise > RISE * noSkillLoss ? `; it was best at step ${best.step} (${formatNumber(best.val_loss, 3)}) and rises since.` : '.') +
      ' The model learns its training samples by heart.',
    evidence: {
      quantity: 'rise of the validation loss from its best / loss of guessing',
      value: rise / noSkillLoss,
      healthy: `below ${formatSetting(RISE)}`,
      more: { 'best validation loss': best.val_loss!, 'at step': best.step, 'validation loss': now, 'training loss': train },
      series: evals.map(({ step, val_loss }) => ({ step, value: val_loss ?? null })),
    },
    fixes,
  };
}

/** Far below what methods reach that need no training: more than noise and taste explain. */
const BEHIND = 0.1;

function findUnderfitting(subject: Subject): Found | undefined {
  const signal = subject.facts?.signal;
  const last = subject.lastEval();
  const skill = subject.skill();
  if (!last || !skill || !signal || subject.progress < 0.5 || (subject.isFalling() && !subject.isOver) || isOverfit(subject)) return undefined;
  const trainScore = last.train_accuracy ?? last.train_r2 ?? -Infinity;
  const score = scoreOf(last) ?? -Infinity;
  const margin = Math.max(BEHIND, 3 * signal.standardError);
  // Better on the data it trains on, it does not carry over, which is another trouble.
  if (score > signal.score - margin || trainScore > signal.score + 0.02) return undefined;
  return {
    level: 'warning',
    place: subject.atSection('model'),
    message: `The model reaches ${shown(subject, score)} (${shown(subject, trainScore)} on its training data) where ${
      signal.method === 'neighbours' ? 'a vote of the nearest neighbours' : 'a linear fit'
    } reaches ${shown(subject, signal.score)}: it is too small, or something holds it back.`,
    evidence: {
      quantity: 'score',
      value: score,
      healthy: `above ${shown(subject, signal.score - margin)}`,
      more: { 'score on the training data': trainScore, [signal.method === 'neighbours' ? 'nearest neighbours' : 'linear fit']: signal.score },
      series: subject.observed.evals.map((event) => ({ step: event.step, value: scoreOf(event) ?? null })),
    },
    fixes: [
      { kind: 'widen', layers: hiddenOf(subject), factor: 4 },
      { kind: 'train-longer', factor: 4 },
      { kind: 'set-learning-rate', lr: (subject.spec.optimizer.args.lr as number) * 3 },
    ],
  };
}

const shown = (subject: Subject, score: number) =>
  subject.lastEval()?.train_accuracy === undefined ? `R² ${formatNumber(score, 2)}` : formatPercent(score);

function findMismatch(subject: Subject): Found | undefined {
  const { noSkillLoss, evals } = subject.observed;
  const differing = subject.observed.layers.filter(({ type }) => type.startsWith('BatchNorm') || NOISES.has(type));
  if (!noSkillLoss || differing.length === 0 || evals.length < 2) return undefined;
  const [last] = evals.slice(-1);
  // The mean of the last tenth is of somewhat older weights: that makes it larger, not smaller.
  const training = subject.meanLoss(0.9, 1);
  const evaluation = last.train_loss ?? Infinity;
  if (training === undefined || !Number.isFinite(training)) return undefined;
  if (!(evaluation > 1.5 * training + 0.2 * noSkillLoss)) return undefined;
  const normalisation = differing.find(({ type }) => type.startsWith('BatchNorm'));
  const at = normalisation ?? differing[0];
  const momentum = normalisation && (subject.entryOf(normalisation.name)?.args.momentum as number | undefined);
  return {
    level: 'warning',
    place: momentum === undefined ? subject.at(at.name) : subject.atArgument(at.name, 'momentum'),
    also: differing.filter(({ name, type }) => name !== at.name && type === at.type).map(({ name }) => subject.at(name)),
    message:
      `On the same training data the loss is ${formatNumber(training, 3)} in training and ${formatNumber(evaluation, 3)} in evaluation: ` +
      (normalisation
        ? `the running statistics of \`${at.name}\` are not those of its batches${momentum === undefined ? '' : ` (\`momentum: ${formatSetting(momentum)}\`)`}.`
        : `\`${at.name}\` makes two different models of it.`),
    evidence: {
      quantity: 'loss in evaluation / loss in training, of the training data',
      value: evaluation / training,
      healthy: 'at most about 1',
      series: evals.map(({ step, train_loss }) => ({ step, value: train_loss })),
    },
    fixes: [
      ...(normalisation && momentum !== undefined && momentum < 0.1
        ? differing
            .filter(({ type }) => type.startsWith('BatchNorm'))
            .slice(0, 1)
            .map(({ name }) => ({ kind: 'set-layer-argument', layer: name, argument: 'momentum', value: 0.1 }) as const)
        : []),
      { kind: 'set-batch-size', size: Math.max(32, subject.spec.train.batch_size * 2) },
    ],
  };
}

/** What a run makes of its data. */
export const fit: Pick<Record<RuleId, Rule>, 'loss-plateau' | 'undertrained' | 'overfitting' | 'underfitting' | 'train-eval-mismatch'> = {
  'loss-plateau': {
    title: 'Loss of guessing',
    from: 'training',
    because:
      'The best prediction that does not look at the inputs costs the entropy of the labels, or the variance of the targets. A loss that stays there has found nothing else.',
    formula: 'L ≈ −Σ p_c ln p_c, or L ≈ var(y)',
    reference: 'Zhang et al. 2021, AutoTrainer; Karpathy 2019, A Recipe for Training Neural Networks',
    healthy: 'the loss gets below that of guessing',
    follows: [...ROOTS, 'class-imbalance'],
    check: findPlateau,
  },
  undertrained: {
    title: 'Stopped too early',
    from: 'training',
    because: 'A loss that falls steadily at the last step has not reached what this model can do.',
    formula: 'mean L of the third quarter − mean L of the last > 0.03 · L of guessing',
    reference: 'Goodfellow, Bengio & Courville 2016, Deep Learning, section 7.8',
    healthy: 'training came to an end',
    follows: [...ROOTS, 'loss-diverging', 'oscillating-loss'],
    check: findUndertrained,
  },
  overfitting: {
    title: 'Overfitting',
    from: 'training',
    because:
      'With enough weights a model can learn its samples one by one. Training loss then goes on falling, while on samples it has not seen ' +
      'it gets surer of wrong answers and the validation loss rises.',
    formula: 'gap = L_val − L_train',
    reference: 'Prechelt 1998, Early Stopping — But When?; Srivastava et al. 2014, Dropout',
    healthy: 'what is learned holds for the validation data',
    follows: [
      'labels-uncorrelated',
      'validation-overlaps-train',
      'poor-init-scale',
      'input-not-normalized',
      'lr-too-high',
      'train-eval-mismatch',
      'loss-mismatch',
    ],
    check: findOverfitting,
  },
  underfitting: {
    title: 'Underfitting',
    from: 'training',
    because: 'A model that does worse than simple methods even on the data it trains on is too small for it, or is kept from learning.',
    formula: 'score < score of the nearest neighbours, or of a linear fit',
    reference: 'Goodfellow, Bengio & Courville 2016, Deep Learning, section 5.2',
    healthy: 'the model does as well as simple methods, or better',
    follows: [...ROOTS, 'loss-plateau', 'loss-diverging', 'oscillating-loss', 'undertrained', 'class-imbalance', 'initial-loss-too-high'],
    check: findUnderfitting,
  },
  'train-eval-mismatch': {
    title: 'Evaluation differs from training',
    from: 'training',
    because:
      'Batch normalisation uses the batch’s mean and variance in training and running averages in evaluation. ' +
      'Where those differ, through tiny batches or a momentum too small for the run, the evaluated model is another one than the trained.',
    formula: 'running ← (1 − momentum)·running + momentum·batch',
    reference: 'Ioffe 2017, Batch Renormalization; Wu & He 2018, Group Normalization',
    healthy: 'evaluation sees the model that was trained',
    follows: ['batch-too-small', 'excess-dropout', 'lr-too-high', 'non-finite', 'poor-init-scale', 'input-not-normalized'],
    check: findMismatch,
  },
};
