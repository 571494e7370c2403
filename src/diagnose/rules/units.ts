import { formatPercent, formatSetting } from '../../base/format';
import type { StatsSnapshot } from '../../view/protocol';
import { BANDS } from '../bands';
import type { RuleId } from '../finding';
import { SQUASHING } from '../layerKinds';
import type { Found, Rule } from '../rule';
import type { Subject } from '../subject';

const { high: MOSTLY_DEAD, fromUnits: WIDE } = BANDS.deadShare;

/** Share of the units that were dead at every one of the samples: an upper bound, and a close one where the samples agree. */
function deadShare(layer: string, samples: readonly StatsSnapshot[]): number | undefined {
  const shares = samples.flatMap(({ layers }) => {
    const stats = layers[layer];
    return stats?.dead_units === undefined || !stats.units ? [] : [stats.dead_units / stats.units];
  });
  return shares.length ? Math.min(...shares) : undefined;
}

function findDead(subject: Subject): Found | undefined {
  const samples = subject.recent();
  if (samples.length < 3 || subject.isDoingWell()) return undefined;
  const rectifiers = subject.observed.layers.flatMap((layer) => {
    const [now, start] = [deadShare(layer.name, samples), deadShare(layer.name, subject.samples.slice(0, 1))];
    const units = samples[samples.length - 1].layers[layer.name]?.units;
    return now === undefined || start === undefined || units === undefined ? [] : [{ layer, now, start, units }];
  });
  const isDead = ({ now, start, units }: (typeof rectifiers)[number]) =>
    now === 1 || (now > MOSTLY_DEAD && (units >= WIDE ? now > 0.8 || now - start > 0.2 : now - start > 0.3));
  const dead = rectifiers.filter(isDead);
  if (dead.length === 0) return undefined;
  const all = dead.find(({ now }) => now === 1);
  // A net with mostly dead units that gets on with the rest is not hurt.
  if (!all && ((subject.learned() ?? 0) > 0.5 || subject.progress < 0.25 || subject.isFalling())) return undefined;
  const worst = all ?? dead.reduce((a, b) => (b.now > a.now ? b : a));
  return {
    level: all ? 'error' : 'warning',
    place: subject.at(worst.layer.name),
    also: dead.filter((other) => other !== worst).map(({ layer }) => subject.at(layer.name)),
    message: all
      ? `All ${worst.units} units of \`${worst.layer.name}\` are dead: they give 0 for every sample of the last ${samples.length} batches looked at, and so let no gradient through.`
      : `${formatPercent(worst.now, 0)} of the ${worst.units} units of \`${worst.layer.name}\` are dead, ${formatPercent(worst.start, 0)} at the start: they give 0 for every sample and get no gradient.`,
    evidence: {
      quantity: `share of dead units of \`${worst.layer.name}\``,
      value: worst.now,
      healthy: `below ${formatPercent(MOSTLY_DEAD, 0)} of ${WIDE} or more units`,
      more: { 'at the start': worst.start, units: worst.units },
      series: subject.samples.map((sample) => ({ step: sample.step, value: deadShare(worst.layer.name, [sample]) ?? null })),
    },
    fixes: [
      { kind: 'match-init' },
      { kind: 'change-activation', layers: rectifiers.map(({ layer }) => layer.name), to: 'LeakyReLU' },
      { kind: 'set-learning-rate', lr: (subject.spec.optimizer.args.lr as number) / 10 },
      {
        kind: 'insert-normalisation',
        layers: subject
          .weighted()
          .slice(0, -1)
          .map(({ name }) => name),
      },
    ],
  };
}

/** Share of a hidden layer in its flat part above which hardly any gradient passes: the slope there is below 0.06 of the largest. */
const SATURATED = 0.7;

function findSaturated(subject: Subject): Found | undefined {
  const samples = subject.recent();
  if (samples.length === 0 || subject.isDoingWell()) return undefined;
  const weighted = subject.weighted();
  const lastWeighted = subject.observed.layers.findIndex(({ name }) => name === weighted.at(-1)?.name);
  const hidden = subject.observed.layers.slice(0, Math.max(0, lastWeighted)).filter(({ type }) => SQUASHING.has(type));
  const shares = hidden.flatMap((layer) => {
    const share = subject.ofLayer(layer.name, (stats) => stats.saturated_fraction, samples);
    return share === undefined ? [] : [{ layer, share }];
  });
  const flat = shares.filter(({ share }) => share > SATURATED);
  if (flat.length === 0) return undefined;
  const [{ layer, share }] = flat;
  return {
    level: 'warning',
    place: subject.at(layer.name),
    also: flat.slice(1).map((other) => subject.at(other.layer.name)),
    message: `${formatPercent(share, 0)} of the outputs of \`${layer.name}\` lie where it is flat, so that hardly any gradient passes (healthy: below ${formatPercent(SATURATED, 0)}).`,
    evidence: {
      quantity: `saturated share of \`${layer.name}\``,
      value: share,
      healthy: `below ${formatSetting(SATURATED)}`,
      series: subject.samples.map(({ step, layers }) => ({ step, value: layers[layer.name]?.saturated_fraction ?? null })),
    },
    fixes: [
      { kind: 'match-init' },
      { kind: 'insert-normalisation', layers: weighted.slice(0, -1).map(({ name }) => name) },
      { kind: 'change-activation', layers: hidden.map(({ name }) => name), to: 'ReLU' },
    ],
  };
}

/** Units that have stopped to answer. */
export const units: Pick<Record<RuleId, Rule>, 'dead-relu' | 'saturated-activation'> = {
  'dead-relu': {
    title: 'Dead rectifiers',
    from: 'training',
    because:
      'A rectifier gives 0 and has slope 0 for a negative input. A unit whose input is negative for every sample gets no gradient, ' +
      'so nothing brings it back. A step that is too large or weights that start negative kill many at once.',
    formula: 'z < 0 for all samples  ⇒  ∂L/∂w = 0',
    reference: 'Lu et al. 2019, Dying ReLU and Initialization',
    healthy: 'rectifiers are alive',
    follows: [
      'poor-init-scale',
      'symmetric-init',
      'input-not-normalized',
      'target-not-normalized',
      'loss-reduction-sum',
      'lr-too-high',
      'over-regularized',
      'non-finite',
    ],
    check: findDead,
  },
  'saturated-activation': {
    title: 'Saturated activations',
    from: 'training',
    because: 'Tanh and sigmoid are flat where their input is large: their slope, and with it the gradient that passes, is next to nothing there.',
    formula: '|tanh z| > 0.97  ⇒  tanh′ z < 0.06',
    reference: 'LeCun et al. 1998, Efficient BackProp; Glorot & Bengio 2010',
    healthy: 'activations are not saturated',
    follows: [
      'input-not-normalized',
      'poor-init-scale',
      'target-not-normalized',
      'loss-reduction-sum',
      'lr-too-high',
      'vanishing-gradient',
      'non-finite',
    ],
    check: findSaturated,
  },
};
