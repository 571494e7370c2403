import { formatCount } from '../../base/format';
import { product } from '../../graph/shape';
import { type LayerSpec, walkLayers } from '../../model/spec';
import { affinePairs } from '../affinePaths';
import type { RuleId } from '../finding';
import { harm } from '../harm';
import type { Found, Rule } from '../rule';
import type { Subject } from '../subject';

const quoted = (names: readonly string[]): string => {
  const shown = names.slice(0, 4).map((name) => `\`${name}\``);
  if (names.length > 4) return `${shown.join(', ')} and ${names.length - 4} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : shown[0];
};

/** The file's own activation is the one to put in; a rectifier where it has none. */
function activationOf({ spec }: Subject): 'ReLU' | 'Tanh' | 'GELU' {
  const types = [...walkLayers(spec.model)].map(({ type }) => type);
  return (['ReLU', 'GELU', 'Tanh'] as const).find((type) => types.includes(type)) ?? 'ReLU';
}

function findLinear(subject: Subject): Found | undefined {
  const { pairs, weighted } = affinePairs(subject.spec.model);
  if (pairs.length === 0) return undefined;
  // Only the first has none before it: the whole model is one matrix.
  const isWhole = pairs.length === weighted - 1;
  const [{ earlier, later }, ...others] = pairs;
  return {
    level: isWhole ? 'warning' : 'hint',
    place: subject.at(later),
    also: others.map((pair) => subject.at(pair.later)),
    message: isWhole
      ? `Nothing nonlinear stands between ${quoted([earlier, ...pairs.map((pair) => pair.later)])}: together they are one linear map, and the model can only draw straight lines.`
      : `Nothing nonlinear stands between ${quoted([earlier, later])}: together they are no more than one linear layer, unless a bottleneck is meant.`,
    evidence: {
      quantity: 'weighted layers without a nonlinearity before them',
      value: pairs.length + 1,
      healthy: '1, the first',
      more: { 'weighted layers': weighted },
    },
    fixes: [{ kind: 'insert-activation', after: [...new Set(pairs.map(({ after }) => after))], type: activationOf(subject) }],
  };
}

function findFrozen(subject: Subject): Found | undefined {
  const frozen = subject.weighted().filter(({ entry, weight }) => entry.freeze && weight.init.name !== 'weights');
  const entries = [...new Map(frozen.map(({ entry }) => [entry.name, entry])).values()];
  if (entries.length === 0) return undefined;
  const [first, ...others] = entries;
  const numbers = frozen.reduce((sum, { weight }) => sum + product(weight.shape), 0);
  return {
    level: harm(subject, 'warning'),
    place: subject.atArgument(first.name, 'freeze'),
    also: others.map(({ name }) => subject.atArgument(name, 'freeze')),
    message: `\`freeze\` keeps ${quoted(entries.map(({ name }) => name))} as ${entries.length > 1 ? 'they start' : 'it starts'}, at random: ${formatCount(numbers)} weights that never learn. Freezing is for weights that were loaded.`,
    evidence: { quantity: 'frozen weights that start at random', value: numbers, healthy: '0' },
    fixes: [{ kind: 'unfreeze', layers: entries.map(({ name }) => name) }],
  };
}

/** Layers with a bias right before a BatchNorm, in any run of layers. */
function biasedBeforeNorm(entries: readonly LayerSpec[]): LayerSpec[] {
  return entries.flatMap((entry, i) => {
    const next = entries.slice(i + 1).find(({ type }) => type !== 'Identity');
    const isSurplus = entry.args.bias === true && ['Linear', 'Conv1d', 'Conv2d'].includes(entry.type) && next?.type.startsWith('BatchNorm');
    return [...(isSurplus ? [entry] : []), ...entry.branches.flatMap(biasedBeforeNorm)];
  });
}

function findBias(subject: Subject): Found | undefined {
  const [first, ...others] = biasedBeforeNorm(subject.spec.model);
  if (!first) return undefined;
  const names = [first, ...others].map(({ name }) => name);
  return {
    level: 'hint',
    place: subject.atArgument(first.name, 'bias'),
    also: others.map(({ name }) => subject.atArgument(name, 'bias')),
    message: `The BatchNorm after ${quoted(names)} takes the mean away, and the bias with it. Harmless, but \`bias: false\` saves the parameters.`,
    evidence: { quantity: 'biases before a BatchNorm', value: names.length, healthy: '0' },
    fixes: names.map((layer) => ({ kind: 'set-layer-argument', layer, argument: 'bias', value: false }) as const),
  };
}

/** Below, the error of ResNet-50 rises: 24.8 % at 8 samples a device, 27.3 % at 4, 34.7 % at 2, after 23.6 % at 32. */
const FEWEST_OF_NORM = 8;
const SMALL = 2;
const USUAL = 32;

function findSmallBatch(subject: Subject): Found | undefined {
  const { facts, spec } = subject;
  if (!facts) return undefined;
  const size = Math.min(spec.train.batch_size, facts.samples);
  const norms = [...walkLayers(spec.model)].filter(({ type }) => type.startsWith('BatchNorm'));
  const isNormed = norms.length > 0;
  if (isNormed ? size >= FEWEST_OF_NORM : size > SMALL || facts.samples <= 100) return undefined;
  const fixes = facts.samples > size ? [{ kind: 'set-batch-size', size: Math.min(USUAL, facts.samples) } as const] : [];
  const samples = `${formatCount(size)} ${size === 1 ? 'sample' : 'samples'}`;
  return {
    level: !isNormed ? 'hint' : harm(subject, size === 1 ? 'error' : 'warning'),
    place: subject.atTrain('batch_size'),
    also: norms.map(({ name }) => subject.at(name)),
    message: isNormed
      ? `${quoted(norms.map(({ name }) => name))} ${norms.length > 1 ? 'take' : 'takes'} mean and variance from ${samples} a batch: too few to tell those of the data, which evaluation goes by.`
      : `Each step goes by ${samples} of ${formatCount(facts.samples)}: its direction is mostly chance, and an epoch takes ${formatCount(Math.ceil(facts.samples / size))} steps.`,
    evidence: { quantity: 'samples in a batch', value: size, healthy: isNormed ? `${FEWEST_OF_NORM} or more with BatchNorm` : `above ${SMALL}` },
    fixes,
  };
}

export const structure: Pick<Record<RuleId, Rule>, 'missing-nonlinearity' | 'frozen-layer' | 'bias-before-batchnorm' | 'batch-too-small'> = {
  'missing-nonlinearity': {
    title: 'No nonlinearity between layers',
    from: 'file',
    because:
      'Linear layers one after the other are one linear layer: the product of their matrices. However deep it is, such a model separates classes by straight lines and fits planes; the activation between layers is what makes depth count.',
    formula: 'W₂(W₁x + b₁) + b₂ = (W₂W₁)x + (W₂b₁ + b₂)',
    reference: 'Goodfellow et al. 2016, Deep Learning, 6.1',
    healthy: 'a nonlinearity stands between layers with weights',
    follows: [],
    check: findLinear,
  },
  'frozen-layer': {
    title: 'Frozen at random weights',
    from: 'file',
    because:
      'A frozen layer gets no updates. That keeps what a pre-trained layer knows; a layer that starts at random knows nothing, and everything after it has to make do with its random features.',
    formula: 'W(t) = W(0)',
    reference: 'Yosinski et al. 2014, How Transferable Are Features in Deep Neural Networks?',
    healthy: 'layers that start at random are trained',
    follows: [],
    check: findFrozen,
  },
  'bias-before-batchnorm': {
    title: 'Bias before BatchNorm',
    from: 'file',
    because: 'A batch normalisation subtracts the mean of each channel, so that a constant added before it is gone; its own bias takes that place.',
    formula: 'BN(Wx + b) = BN(Wx)',
    reference: 'Ioffe & Szegedy 2015, Batch Normalization, 3.2',
    healthy: 'no bias that a BatchNorm takes away',
    follows: [],
    check: findBias,
  },
  'batch-too-small': {
    title: 'Batch too small',
    from: 'file',
    because:
      'The noise of a gradient falls with the root of the batch size. A BatchNorm suffers more: it normalises by the mean and variance of the batch, whose noise goes into every activation, while evaluation goes by running averages.',
    formula: 'std of a batch’s mean = σ/√N; of its std about σ/√(2N)',
    reference: 'Wu & He 2018, Group Normalization, figure 1',
    healthy: 'the batch is large enough',
    follows: [],
    check: findSmallBatch,
  },
};
