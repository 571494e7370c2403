import { formatNumber, formatSetting } from '../../base/format';
import { LOSSES } from '../../model/losses';
import type { RuleId } from '../finding';
import { harm } from '../harm';
import { drawnOf, idealDeviation } from '../initScale';
import { NORMALISATIONS, RECTIFIERS } from '../layerKinds';
import type { Found, Rule } from '../rule';
import type { Subject, WeightedLayer } from '../subject';

/** Where the init of a layer is written: at the layer, else at the top; the layer where it is not. */
const placeOf = (subject: Subject, { name, entry, weight }: WeightedLayer) =>
  weight.init.name === 'default' && !entry.init ? subject.at(name) : { layer: name, range: entry.init ? entry.init.range : subject.spec.init.range };

const isAlike = (layer: WeightedLayer) => drawnOf(layer.weight)?.std === 0;

/** Weights without a spread, in a layer whose units a later layer tells apart no better. */
function findSymmetry(subject: Subject): Found | undefined {
  const weighted = subject.weighted();
  const stuck = weighted.filter((layer, i) => i < weighted.length - 1 && layer.weight.shape[0] > 1 && isAlike(layer));
  if (stuck.length === 0 || subject.observed.from > 0) return undefined;
  const [first] = stuck;
  // Units get different gradients only where the layer behind them weighs them differently.
  const isForever = isAlike(weighted[weighted.indexOf(first) + 1]);
  const { mean } = drawnOf(first.weight)!;
  return {
    level: !isForever ? harm(subject, 'warning') : subject.isDoingWell() ? 'warning' : 'error',
    place: placeOf(subject, first),
    also: stuck.slice(1).map(({ name }) => subject.at(name)),
    message:
      `All weights of ${named(stuck)} start at ${formatNumber(mean)}: the units of a layer compute the same` +
      (isForever ? ', get the same gradient and stay equal for ever, as if there were one.' : ' until the layer behind tells them apart.'),
    evidence: { quantity: `std of \`${first.weight.name}\` at the start`, value: 0, healthy: formatNumber(idealOf(subject, first), 2) },
    fixes: [{ kind: 'match-init' }],
  };
}

const idealOf = (subject: Subject, { name, fanIn }: WeightedLayer) =>
  idealDeviation(
    fanIn,
    subject.after(name).some(({ type }) => RECTIFIERS.has(type)),
  );

/** A signal that the weights' scale shrinks or grows by this factor on its way through all layers does not train from its start. */
const FADED = 1e-3;
const BLOWN_UP = 100;

/** Weights off the scale that keeps a signal's size; one layer's factor is small, that over depth is not. */
function findScale(subject: Subject): Found | undefined {
  if (subject.observed.from > 0) return undefined;
  const factors = subject.weighted().flatMap((layer, i, all) => {
    const drawn = drawnOf(layer.weight);
    // A normalisation behind a layer makes its scale not matter; the last layer's only sets how large the outputs start.
    const isFree = i === all.length - 1 || subject.after(layer.name).some(({ type }) => NORMALISATIONS.has(type));
    if (!drawn || drawn.std === 0 || isFree) return [];
    return [{ layer, drawn, factor: Math.hypot(drawn.std, drawn.mean) / idealOf(subject, layer) }];
  });
  const shifted = factors.filter(({ drawn }) => Math.abs(drawn.mean) > drawn.std);
  if (shifted.length > 0) return shiftedMean(subject, shifted);
  const total = factors.reduce((product, { factor }) => product * factor, 1);
  if (factors.length === 0 || (total > FADED && total < BLOWN_UP)) return undefined;
  const worst = factors.filter(({ factor }) => (total < 1 ? factor < 0.7 : factor > 1.4));
  const [{ layer, drawn }] = worst;
  return {
    level: harm(subject, 'warning'),
    place: placeOf(subject, layer),
    also: worst.slice(1).map((other) => subject.at(other.layer.name)),
    message:
      `The weights of ${named(worst.map((other) => other.layer))} start with a standard deviation of ${formatNumber(drawn.std, 2)} where ` +
      `${formatNumber(idealOf(subject, layer), 2)} would keep the signal's size: through ${factors.length} layers it ${total < 1 ? 'shrinks' : 'grows'} to ${formatNumber(total, 2)} of itself.`,
    evidence: {
      quantity: `signal behind ${factors.length} layers / signal before`,
      value: total,
      healthy: `${formatSetting(FADED)} to ${BLOWN_UP}`,
      more: Object.fromEntries(factors.map((other) => [`std of \`${other.layer.weight.name}\` / fitting std`, other.factor])),
    },
    fixes: [{ kind: 'match-init' }, { kind: 'insert-normalisation', layers: worst.map((other) => other.layer.name) }],
  };
}

function shiftedMean(subject: Subject, shifted: { layer: WeightedLayer; drawn: { mean: number; std: number } }[]): Found {
  const [{ layer, drawn }] = shifted;
  return {
    level: harm(subject, 'warning'),
    place: placeOf(subject, layer),
    also: shifted.slice(1).map((other) => subject.at(other.layer.name)),
    message:
      `The weights of ${named(shifted.map((other) => other.layer))} start around ${formatNumber(drawn.mean, 2)}, further from 0 than they spread (${formatNumber(drawn.std, 2)}): ` +
      `all units of a layer see the same sum, ${drawn.mean < 0 ? 'a negative one for positive inputs, which a rectifier cuts off' : 'which grows from layer to layer'}.`,
    evidence: {
      quantity: `|mean| / std of \`${layer.weight.name}\` at the start`,
      value: Math.abs(drawn.mean) / drawn.std,
      healthy: 'below 1, usually 0',
    },
    fixes: [{ kind: 'match-init' }],
  };
}

/** A first loss far above what guessing costs. */
function findFirstLoss(subject: Subject): Found | undefined {
  const { losses, from, noSkillLoss } = subject.observed;
  const [first] = losses;
  if (!first || from > 0 || !noSkillLoss || noSkillLoss < 1e-12) return undefined;
  const isClasses = LOSSES[subject.spec.loss.name].score !== 'r2';
  // A start that fits its width gives logits of a deviation of about 1, which cost less than 1 beyond guessing.
  const limit = isClasses ? 3 * noSkillLoss + 2 : 10 * noSkillLoss;
  const value = first.loss ?? Infinity;
  if (value <= limit || subject.isDoingWell()) return undefined;
  const last = subject.weighted().at(-1);
  return {
    level: 'warning',
    place: last ? subject.at(last.name) : subject.atSection('model'),
    message:
      `The first loss is ${first.loss === null ? 'no number' : formatNumber(first.loss, 3)}; guessing costs ${formatNumber(noSkillLoss, 3)}. ` +
      `The outputs start far too large, and the first steps only undo that.`,
    evidence: { quantity: 'first loss', value: first.loss, healthy: `below ${formatNumber(limit, 3)}`, more: { 'loss of guessing': noSkillLoss } },
    fixes: [{ kind: 'match-init' }, { kind: 'normalise-inputs', how: 'zscore' }, { kind: 'clip-gradient-norm', norm: 1 }],
  };
}

const named = (layers: readonly { name: string }[]) =>
  layers.length <= 2 ? layers.map(({ name }) => `\`${name}\``).join(' and ') : `\`${layers[0].name}\` and ${layers.length - 1} more layers`;

/** How training starts. */
export const initialisation: Pick<Record<RuleId, Rule>, 'symmetric-init' | 'poor-init-scale' | 'initial-loss-too-high'> = {
  'symmetric-init': {
    title: 'Units that start alike',
    from: 'file',
    because:
      'Units of a layer that start with the same weights compute the same, get the same gradient, and take the same step: they never become different. ' +
      'Random weights are what breaks that symmetry.',
    formula: 'wᵢ = wⱼ  ⇒  ∂L/∂wᵢ = ∂L/∂wⱼ',
    reference: 'Goodfellow, Bengio & Courville 2016, Deep Learning, section 8.4',
    healthy: 'units start different from each other',
    follows: [],
    check: findSymmetry,
  },
  'poor-init-scale': {
    title: 'Weights that start at a poor scale',
    from: 'file',
    because:
      'A layer multiplies the size of its signal by about √fan_in · std(w), and of the gradient on its way back likewise. ' +
      'Off from the fitting scale by the same factor in every layer, both fade away or blow up exponentially with depth.',
    formula: 'std(w) = √(2 / fan_in) before rectifiers, √(1 / fan_in) before tanh',
    reference: 'Glorot & Bengio 2010; He et al. 2015, Delving Deep into Rectifiers',
    healthy: 'weights start at a scale that keeps the signal’s size',
    follows: [],
    check: findScale,
  },
  'initial-loss-too-high': {
    title: 'First loss too high',
    from: 'training',
    because:
      'Before any step a network knows nothing, so its loss should be that of guessing: ln C for C equal classes, the variance of the target for a squared error. ' +
      'Far above it the outputs are large and wrong, because inputs, targets or weights are badly scaled.',
    formula: 'L₀ ≈ ln C, or L₀ ≈ var(y)',
    reference: 'Karpathy 2019, A Recipe for Training Neural Networks',
    healthy: 'the first loss is about what guessing costs',
    follows: [
      'input-not-normalized',
      'target-not-normalized',
      'output-activation-mismatch',
      'loss-reduction-sum',
      'loss-mismatch',
      'poor-init-scale',
      'symmetric-init',
      'excess-dropout',
    ],
    check: findFirstLoss,
  },
};
