import { formatCount, formatNumber, formatPercent } from '../../base/format';
import { product } from '../../graph/shape';
import { LOSSES } from '../../model/losses';
import type { RuleId } from '../finding';
import { harm } from '../harm';
import { median } from '../../base/series';
import type { Found, Rule } from '../rule';
import type { Subject } from '../subject';
import { findOutputActivation } from './outputActivation';

/** Shape of what the model puts out for one sample. */
const outputOf = (subject: Subject): number[] | undefined =>
  subject.observed.layers.find(({ name }) => name === subject.spec.model.at(-1)?.name)?.output;

const isRegression = ({ spec }: Subject): boolean => LOSSES[spec.loss.name].score === 'r2';
const isBinary = ({ spec }: Subject): boolean => spec.loss.name === 'BCELoss' || spec.loss.name === 'BCEWithLogitsLoss';

function findWidth(subject: Subject): Found | undefined {
  const { spec, facts } = subject;
  const output = outputOf(subject);
  const targets = facts?.targets;
  if (!output || !targets) return undefined;
  const last = subject.weighted().at(-1);
  const place = last ? subject.atArgument(last.name, last.type === 'Linear' ? 'out_features' : 'out_channels') : subject.atSection('model');
  const asMany = (value: number) =>
    last?.type === 'Linear' ? [{ kind: 'set-layer-argument', layer: last.entry.name, argument: 'out_features', value } as const] : [];
  if (targets.kind === 'number') {
    const outputs = product(output);
    if (outputs === targets.columns) return undefined;
    return {
      level: 'error',
      place,
      message: `The model puts out ${formatCount(outputs)} numbers a sample, but the data has ${formatCount(targets.columns)} to predict.`,
      evidence: { quantity: 'outputs', value: outputs, healthy: formatCount(targets.columns) },
      fixes: asMany(targets.columns),
    };
  }
  const outputs = output[spec.data.task === 'sequence' ? output.length - 1 : 0];
  const classes = targets.counts.length;
  if (outputs === 1)
    return {
      level: 'error',
      place,
      message: `With one output \`${spec.loss.name}\` is always 0, whatever the model says. It needs one output for each class.`,
      evidence: { quantity: 'outputs', value: 1, healthy: 'one for each class' },
      fixes: classes > 1 ? asMany(classes) : [],
    };
  if (outputs === classes) return undefined;
  return {
    level: outputs < classes ? 'error' : outputs > 2 * classes ? harm(subject, 'warning') : 'hint',
    place,
    message:
      outputs < classes
        ? `The model puts out ${formatCount(outputs)} classes, but the data has ${formatCount(classes)}.`
        : `The model puts out ${formatCount(outputs)} classes, but the data has ${formatCount(classes)}: the others never are the answer, and guessing begins at ln ${outputs} = ${formatNumber(Math.log(outputs), 3)} in place of ${formatNumber(Math.log(classes), 3)}.`,
    evidence: { quantity: 'outputs', value: outputs, healthy: formatCount(classes) },
    fixes: asMany(classes),
  };
}

/** Class numbers: each of them many times, from 0 or 1 on without a gap. */
function classesAmongNumbers({ facts }: Subject): number | undefined {
  const targets = facts?.targets;
  if (targets?.kind !== 'number' || targets.columns !== 1 || !targets.isInteger) return undefined;
  const { distinct, min, max } = targets;
  const isCounted = (min === 0 || min === 1) && max - min + 1 === distinct;
  return isCounted && distinct >= 2 && distinct <= 20 && facts!.samples >= 10 * distinct ? distinct : undefined;
}

/** Samples of the typical class, of as many classes: numbers to predict look like this, not kinds of things. */
const FEW_OF_A_CLASS = 3;
const MANY_CLASSES = 30;

function findLoss(subject: Subject): Found | undefined {
  const { spec, facts } = subject;
  const place = subject.atSection('loss');
  if (facts?.targets.kind === 'class') {
    const present = facts.targets.counts.filter((count) => count > 0);
    const typical = median(present) ?? 0;
    if (facts.targets.names || present.length < MANY_CLASSES || typical > FEW_OF_A_CLASS) return undefined;
    return {
      level: harm(subject, 'warning'),
      place,
      message: `\`${spec.loss.name}\` takes ${formatCount(present.length)} different numbers for classes, of which the typical one has ${formatCount(typical)} samples. Are they amounts to predict? Then MSELoss with one output knows that 41 is close to 42.`,
      evidence: { quantity: 'samples of the typical class', value: typical, healthy: 'above 10' },
      fixes: [],
    };
  }
  const classes = isRegression(subject) ? classesAmongNumbers(subject) : undefined;
  if (classes === undefined) return undefined;
  return {
    level: harm(subject, 'warning'),
    place,
    message:
      classes === 2
        ? `The targets are ${formatNumber((facts!.targets as { min: number }).min)} or ${formatNumber((facts!.targets as { max: number }).max)} and nothing between: a class. \`${spec.loss.name}\` hardly corrects a sure mistake; BCEWithLogitsLoss does.`
        : `The targets are ${classes} different whole numbers. If they number classes, \`${spec.loss.name}\` takes class 3 for three times class 1; CrossEntropyLoss with ${classes} outputs does not.`,
    evidence: { quantity: 'different targets', value: classes, healthy: 'above 20 for amounts' },
    fixes: classes === 2 && (facts!.targets as { min: number }).min === 0 ? [{ kind: 'use-loss', name: 'BCEWithLogitsLoss' }] : [],
  };
}

/** Its step does not depend on the scale of the gradient. */
const isScaleFree = ({ spec }: Subject): boolean => spec.optimizer.name.startsWith('Adam');

function findSum(subject: Subject): Found | undefined {
  const { spec, facts } = subject;
  const size = Math.min(spec.train.batch_size, facts?.samples ?? Infinity);
  if (spec.loss.args.reduction !== 'sum' || size <= 1) return undefined;
  // The loss of no skill is not known of a sum, so the score alone tells how it went.
  const { signal } = facts ?? {};
  const score = subject.score();
  const isWell =
    score !== undefined && signal && score >= signal.score - 2 * signal.standardError && score > signal.noSkill + 2 * signal.standardError;
  return {
    level: isWell || isScaleFree(subject) ? 'hint' : 'warning',
    place: { range: spec.loss.argRanges.reduction ?? spec.loss.range },
    message: `\`reduction: sum\` adds up the loss of ${formatCount(size)} samples: gradients, and with them the step of an \`lr\`, are ${formatCount(size)} times those of the mean${isScaleFree(subject) ? `; \`${spec.optimizer.name}\` evens that out, but clipping and penalties do not` : ''}.`,
    evidence: { quantity: 'samples that a gradient adds up', value: size, healthy: '1 (`reduction: mean`)' },
    fixes: [{ kind: 'set-loss-argument', argument: 'reduction', value: 'mean' }],
  };
}

function findLabels(subject: Subject): Found | undefined {
  const { spec, facts } = subject;
  const targets = facts?.targets;
  const place = subject.atData(spec.data.file === undefined ? 'source' : spec.data.target === undefined ? 'file' : 'target');
  if (targets?.kind === 'number') {
    if (!isBinary(subject) || (targets.min >= 0 && targets.max <= 1)) return undefined;
    return {
      level: 'error',
      place,
      message: `\`${spec.loss.name}\` takes targets from 0 to 1, but these go from ${formatNumber(targets.min, 3)} to ${formatNumber(targets.max, 3)}: the loss falls without end.`,
      evidence: {
        quantity: targets.min < 0 ? 'least target' : 'largest target',
        value: targets.min < 0 ? targets.min : targets.max,
        healthy: '0 to 1',
      },
      fixes: [...(targets.distinct > 2 ? [{ kind: 'use-loss', name: 'MSELoss' } as const] : []), { kind: 'normalise-target', how: 'minmax' }],
    };
  }
  if (!targets || targets.names || targets.counts.length < 3) return undefined;
  const missing = targets.counts.filter((count) => count === 0).length;
  if (missing === 0) return undefined;
  const startsAt = targets.counts.findIndex((count) => count > 0);
  return {
    level: 'hint',
    place,
    message:
      startsAt === missing
        ? `The class labels begin at ${startsAt}, not at 0: the model's first ${startsAt === 1 ? 'output is' : `${startsAt} outputs are`} never the answer.`
        : `${formatCount(missing)} of ${formatCount(targets.counts.length)} class labels never occur in the training split.`,
    evidence: { quantity: 'classes without a sample', value: missing, healthy: '0', more: { share: formatPercent(missing / targets.counts.length) } },
    fixes: [],
  };
}

const docs = (name: string) => `https://pytorch.org/docs/stable/generated/torch.nn.${name}.html`;

export const outputs: Pick<
  Record<RuleId, Rule>,
  'output-activation-mismatch' | 'output-width-mismatch' | 'loss-mismatch' | 'loss-reduction-sum' | 'label-shape-or-range'
> = {
  'output-activation-mismatch': {
    title: 'Output activation does not fit',
    from: 'file',
    because:
      'A loss takes what its formula says: logits, log-probabilities, probabilities or numbers. A last activation of another range keeps the model from the right answer: squashing twice leaves hardly any gradient, and targets outside of the range cannot be reached.',
    formula: 'softmax over outputs in [0, 1]: ℓ ≥ ln(1 + (C − 1)/e);  ŷ ∈ range(last activation) must hold every y',
    reference: docs('CrossEntropyLoss'),
    healthy: 'the last activation fits the loss',
    follows: [],
    check: findOutputActivation,
  },
  'output-width-mismatch': {
    title: 'Wrong number of outputs',
    from: 'file',
    because:
      'The model needs one output for each class, or for each number to predict. With one output a softmax is always 1, so its loss is 0 and nothing is learned; outputs beyond the classes only make the first loss higher.',
    formula: 'CrossEntropyLoss: outputs = classes;  MSELoss: outputs = numbers in a target',
    reference: docs('CrossEntropyLoss'),
    healthy: 'as many outputs as there are to predict',
    follows: [],
    check: findWidth,
  },
  'loss-mismatch': {
    title: 'Loss does not fit the targets',
    from: 'file',
    because:
      'A squared error takes class numbers for amounts: it says that class 2 lies between 1 and 3, and hardly corrects a sure mistake behind a sigmoid. A loss for classes takes every amount for a kind of its own, of which it sees one or two samples.',
    formula: '∂MSE/∂z = 2(σ(z) − y)·σ′(z) → 0 where σ(z) is sure and wrong;  ∂BCE/∂z = σ(z) − y',
    reference: 'Goodfellow et al. 2016, Deep Learning, 6.2.2',
    healthy: 'the loss fits the kind of targets',
    follows: [],
    check: findLoss,
  },
  'loss-reduction-sum': {
    title: 'Loss is summed over the batch',
    from: 'file',
    because:
      'A sum grows with the batch, and so do its gradients: an `lr` that is right for the mean is too large by the batch size, the short batch at the end of an epoch steps less, and clipping and penalties mean something else.',
    formula: '∇ Σᵢ ℓᵢ = N · ∇ (1/N) Σᵢ ℓᵢ',
    reference: docs('MSELoss'),
    healthy: 'the loss is a mean over the batch',
    follows: [],
    check: findSum,
  },
  'label-shape-or-range': {
    title: 'Targets out of range',
    from: 'file',
    because:
      'Cross-entropy compares two distributions. A target outside 0 to 1 is no probability: the loss then has no least value, and the output runs away. Class labels count from 0; a label that never occurs is an output that only has to be unlearned.',
    formula: '−[y·log p + (1 − y)·log(1 − p)] has a minimum only for 0 ≤ y ≤ 1',
    reference: docs('BCEWithLogitsLoss'),
    healthy: 'targets are in the range that the loss takes',
    follows: [],
    check: findLabels,
  },
};
