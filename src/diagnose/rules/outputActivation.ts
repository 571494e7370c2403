import { formatNumber, formatSetting } from '../../base/format';
import type { LayerSpec } from '../../model/spec';
import { actingFromEnd } from '../../model/ends';
import type { FixRequest } from '../fix';
import { harm } from '../harm';
import { outputRange } from '../../model/outputRange';
import type { Found } from '../rule';
import type { Subject } from '../subject';

/** Containers join values of whatever range. */
const isContainer = ({ branches, type }: LayerSpec): boolean => branches.length > 0 || ['Add', 'Concat', 'Mul'].includes(type);

/** The end of the model against what its loss takes. */
export function findOutputActivation(subject: Subject): Found | undefined {
  const [last, before] = actingFromEnd(subject.spec.model);
  if (!last || isContainer(last)) return undefined;
  if (isConstant(subject, last)) return constantOutput(subject, last);
  switch (subject.spec.loss.name) {
    case 'CrossEntropyLoss':
    case 'FocalLoss':
      return beforeCrossEntropy(subject, last);
    case 'NLLLoss':
      return last.type === 'LogSoftmax' ? before && beforeCrossEntropy(subject, before) : beforeLikelihood(subject, last);
    case 'BCEWithLogitsLoss':
      return beforeLogits(subject, last);
    case 'BCELoss':
      if (last.type === 'Sigmoid') return before && beforeLogits(subject, before);
      return last.type === 'Softmax' ? undefined : beforeProbabilities(subject, last);
    case 'MSELoss':
    case 'L1Loss':
    case 'SmoothL1Loss':
    case 'HuberLoss':
      return beforeNumbers(subject, last);
    // Margins, distances and rates: nothing is known of what must not stand before them.
    case 'MultiMarginLoss':
    case 'HingeLoss':
    case 'KLDivLoss':
    case 'GaussianNLLLoss':
    case 'PoissonNLLLoss':
    case 'TripletMarginLoss':
    case 'ContrastiveLoss':
    case 'CosineEmbeddingLoss':
      return undefined;
  }
}

interface Words {
  level: Found['level'];
  message: string;
  quantity: string;
  value: number | null;
  healthy: string;
  more?: Found['evidence']['more'];
  fixes: FixRequest[];
}

const found = (subject: Subject, last: LayerSpec, { level, message, fixes, ...evidence }: Words): Found => ({
  level,
  place: subject.at(last.name),
  message,
  evidence,
  fixes,
});

const remove = ({ name }: LayerSpec): FixRequest => ({ kind: 'remove-layers', layers: [name] });
const replace = ({ name }: LayerSpec, to: 'Sigmoid' | 'LogSoftmax'): FixRequest => ({ kind: 'change-activation', layers: [name], to });
const append = (type: 'Sigmoid' | 'LogSoftmax'): FixRequest => ({ kind: 'append-output-activation', type });

/** Shares of one thing are 1, whatever goes in. */
function isConstant(subject: Subject, { type, name, args }: LayerSpec): boolean {
  const output = subject.observed.layers.find((layer) => layer.name === name || layer.name.startsWith(`${name}.`))?.output;
  if (!output || (type !== 'Softmax' && type !== 'LogSoftmax')) return false;
  const dim = args.dim as number;
  return output[dim < 0 ? dim + output.length : dim - 1] === 1;
}

function constantOutput(subject: Subject, last: LayerSpec): Found {
  const value = last.type === 'Softmax' ? 1 : 0;
  return found(subject, last, {
    level: 'error',
    message: `\`${last.name}\` spreads shares over one unit, so the model puts out ${value} for every input and no gradient gets through.`,
    quantity: `units that \`${last.name}\` spreads over`,
    value: 1,
    healthy: '2 or more',
    fixes: subject.spec.loss.name === 'BCELoss' ? [replace(last, 'Sigmoid')] : [remove(last)],
  });
}

/** The loss takes a softmax itself; logits in a narrow range keep it from being sure. */
function beforeCrossEntropy(subject: Subject, last: LayerSpec): Found | undefined {
  const { name } = subject.spec.loss;
  if (last.type === 'LogSoftmax')
    return found(subject, last, {
      level: 'hint',
      message: `\`${name}\` takes the log-softmax itself; \`${last.name}\` before it changes nothing.`,
      quantity: 'softmaxes before the likelihood',
      value: 2,
      healthy: '1',
      fixes: [remove(last)],
    });
  const classes = subject.facts?.targets.kind === 'class' ? subject.facts.targets.counts.length : 2;
  const range = outputRange(last);
  if (range && Number.isFinite(range.high)) {
    const least = Math.log(1 + (classes - 1) * Math.exp(range.low - range.high));
    const isProbability = last.type !== 'Tanh';
    return found(subject, last, {
      level: isProbability ? 'warning' : harm(subject, 'warning'),
      message:
        `\`${last.name}\` keeps what \`${name}\` takes for logits between ${formatSetting(range.low)} and ${formatSetting(range.high)}` +
        `${name === 'CrossEntropyLoss' && isProbability ? ', but that loss applies softmax itself' : ''}: the loss cannot fall below ${formatNumber(least, 3)} (guessing costs ${formatNumber(Math.log(classes), 3)}), and gradients are small.`,
      quantity: 'least loss in reach',
      value: least,
      healthy: '0',
      fixes: [remove(last)],
    });
  }
  if (last.type !== 'ReLU') return undefined;
  return found(subject, last, {
    level: harm(subject, 'warning'),
    message: `\`${last.name}\` cuts off negative logits: a class can only be ruled out by raising all others, and units that are never positive learn nothing.`,
    quantity: 'least logit',
    value: 0,
    healthy: 'no limit',
    fixes: [remove(last)],
  });
}

/** −x_y has no lower bound unless x are log-probabilities. */
function beforeLikelihood(subject: Subject, last: LayerSpec): Found {
  const isSoftmax = last.type === 'Softmax';
  return found(subject, last, {
    level: isSoftmax ? 'warning' : 'error',
    message: isSoftmax
      ? `\`NLLLoss\` takes log-probabilities, but \`${last.name}\` gives probabilities: without the logarithm wrong answers hardly cost more than right ones.`
      : `\`NLLLoss\` takes log-probabilities, but the model ends in \`${last.name}\`: the loss is minus the output and falls without end, whatever is learned.`,
    quantity: 'LogSoftmax at the end',
    value: 0,
    healthy: '1',
    fixes: isSoftmax ? [replace(last, 'LogSoftmax')] : [{ kind: 'use-loss', name: 'CrossEntropyLoss' }, append('LogSoftmax')],
  });
}

/** Logits on one side of 0 say the same class always. */
function beforeLogits(subject: Subject, last: LayerSpec): Found | undefined {
  const range = outputRange(last);
  if (!range || range.low < -1) return undefined;
  const { name } = subject.spec.loss;
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const [low, high] = [sigmoid(range.low), sigmoid(range.high)];
  const isTwice = last.type === 'Sigmoid' || last.type === 'Softmax';
  return found(subject, last, {
    level: isTwice ? 'error' : harm(subject, 'warning'),
    message:
      `\`${last.name}\` gives ${formatSetting(range.low)} ${range.high < Infinity ? `to ${formatSetting(range.high)}` : 'or more'}, of which ` +
      `${name === 'BCELoss' ? 'the sigmoid after it' : `\`${name}\``} makes probabilities of ${formatNumber(low, 2)} to ${formatNumber(high, 2)}` +
      `${low >= 0.5 ? ': no sample can be told to be negative' : ''}.`,
    quantity: 'least probability in reach',
    value: low,
    healthy: '0',
    more: { 'largest probability in reach': high },
    fixes: [remove(last)],
  });
}

function beforeProbabilities(subject: Subject, last: LayerSpec): Found {
  const range = outputRange(last);
  return found(subject, last, {
    level: 'error',
    message: `\`BCELoss\` takes probabilities from 0 to 1, but the model ends in \`${last.name}\`, which gives others too: outside the loss is cut off and has no gradient.`,
    quantity: 'largest output',
    value: range && Number.isFinite(range.high) ? range.high : null,
    healthy: 'a Sigmoid at the end: 0 to 1',
    fixes: range ? [replace(last, 'Sigmoid')] : [{ kind: 'use-loss', name: 'BCEWithLogitsLoss' }, append('Sigmoid')],
  });
}

/** Of the width of what can be reached, or of the targets where that has no end: this much beyond it is noise. */
const SLACK = 0.02;

/** To a thousandth of the spread: a mean that normalisation has made 0 is not quite. */
const round = (mean: number, std: number): number => (std > 0 ? Math.round((1000 * mean) / std) * (std / 1000) : mean);

function beforeNumbers(subject: Subject, last: LayerSpec): Found | undefined {
  const targets = subject.facts?.targets;
  const range = outputRange(last);
  if (targets?.kind !== 'number' || !range) return undefined;
  const { min, max, mean, variance } = targets;
  const { low, high } = range;
  const slack = SLACK * (Number.isFinite(high - low) ? high - low : max - min);
  if (min >= low - slack && max <= high + slack) return undefined;
  const std = Math.sqrt(variance);
  // Beyond one standard deviation from the mean lies about a sixth of the targets on each side.
  const isMany = mean - std < low - slack || mean + std > high + slack;
  const isMost = mean < low - slack || mean > high + slack;
  const limits =
    high === Infinity
      ? `${formatSetting(low)} or more`
      : low === -Infinity
        ? `${formatSetting(high)} or less`
        : `${formatSetting(low)} to ${formatSetting(high)}`;
  const isWithin0And1 = low <= 0 && high >= 1;
  return found(subject, last, {
    level: isMost ? 'error' : isMany ? 'warning' : harm(subject, 'warning'),
    message: `\`${last.name}\` ends the model in ${limits}, but the targets go from ${formatNumber(min, 3)} to ${formatNumber(max, 3)} (mean ${formatSetting(round(mean, std))}): what lies outside cannot be reached.`,
    quantity: min < low - slack ? 'least target' : 'largest target',
    value: min < low - slack ? min : max,
    healthy: limits,
    more: { 'mean target': mean },
    fixes: [remove(last), ...(isWithin0And1 ? [{ kind: 'normalise-target', how: 'minmax' } as const] : [])],
  });
}
