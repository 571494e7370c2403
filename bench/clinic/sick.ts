import { afterActivations, optimizerOf, withActivation, withModel, withRate, withRecipe, withTrain, withWidth } from './healthy';
import { flat, hiddenWeighted, isActivation, isNorm, isWeighted, layer, type Layer, linear, mapLayers, mlp, type Patient } from './recipe';
import { random, type Rows, type Samples } from './samples';
import { isOverfit } from './train';
import type { Variation } from './variations';

// Each says which diagnoses are right, as generously as the public clinic does: a cause, or what shows it best.
const RATE_TOO_HIGH = [
  'lr-too-high',
  'loss-diverging',
  'oscillating-loss',
  'non-finite',
  'exploding-gradient',
  'exploding-activations',
  'zero-gradient',
  'dead-relu',
  'saturated-activation',
];
const RATE_TOO_LOW = ['lr-too-low', 'loss-plateau', 'undertrained', 'underfitting'];
const EXPLODING = [
  'exploding-gradient',
  'exploding-activations',
  'poor-init-scale',
  'initial-loss-too-high',
  'non-finite',
  'loss-diverging',
  'saturated-activation',
];
const SYMMETRIC = ['symmetric-init', 'zero-gradient', 'poor-init-scale'];
const DROPOUT = ['excess-dropout', 'underfitting', 'over-regularized', 'train-eval-mismatch'];
const REGULARIZED = ['over-regularized', 'underfitting'];

const sick = (accepted: readonly string[], apply: Variation['apply'], kind: Variation['kind'] = 'sick'): Variation => ({ kind, apply, accepted });

const widthOf = ({ recipe }: Patient) => hiddenWeighted(recipe.model)[0]?.args.out_features as number | undefined;
const outputOf = ({ recipe }: Patient) => flat(recipe.model).filter(isWeighted).at(-1)!.args.out_features as number;
/** A stack of fully connected layers and nothing else, the output's own activation neither. */
const isPlain = (base: Patient) =>
  base.recipe.model.every((entry) => entry.type === 'Linear' || isActivation(entry)) &&
  hiddenWeighted(base.recipe.model).length > 0 &&
  endsInWeights(base);
const isClassifier = ({ recipe }: Patient) => recipe.loss === 'CrossEntropyLoss';
const isRegression = ({ recipe }: Patient) => recipe.loss === 'MSELoss' || recipe.loss === 'L1Loss';
const endsInWeights = ({ recipe }: Patient) => isWeighted(recipe.model.at(-1)!);
const has = ({ recipe }: Patient, test: (entry: Layer) => boolean) => flat(recipe.model).some(test);
const when = (test: boolean, make: () => Patient | undefined) => (test ? make() : undefined);

const withSamples = (patient: Patient, change: Partial<Samples>): Patient => ({ ...patient, samples: { ...patient.samples, ...change } });
const mapRows = ({ train, validation, ...rest }: Samples, map: (rows: Rows) => Rows): Samples => ({
  ...rest,
  train: map(train),
  validation: map(validation),
});
const rows = ({ x, y }: Rows, chosen: readonly number[]): Rows => ({ x: chosen.map((i) => x[i]), y: chosen.map((i) => y[i]) });
const every = <T>(list: readonly T[]) => list.map((_, i) => i);

/** Deep and plain, in the place of the model's own layers. */
const deep = (base: Patient, depth: number, width: number, activation: string) =>
  when(isPlain(base), () => withModel(base, mlp(Array<number>(depth).fill(width), activation, outputOf(base))));
const append = (base: Patient, entry: Layer) => withModel(base, [...base.recipe.model, entry]);
const times = (base: Patient, factor: number) => withTrain(base, { steps: Math.max(2, Math.round(base.recipe.train.steps * factor)) });
const withoutNormalisation = (base: Patient) => withRecipe(base, { data: { ...base.recipe.data, normalize: 'none' } });
const scaleInputs = (base: Patient, scale: (value: number, feature: number) => number) => ({
  ...withoutNormalisation(base),
  samples: mapRows(base.samples, ({ x, y }) => ({ x: x.map((row) => row.map(scale)), y })),
});

/** The same labels in another order. */
function permuted({ x, y }: Rows, name: string): Rows {
  const order = random(name).permutation(y.length);
  return { x, y: y.map((_, i) => y[order[i]]) };
}

/** Few samples of which a fifth has a wrong target, and long training. */
function memorised(base: Patient): Patient | undefined {
  const { samples } = base;
  const few = rows(samples.train, every(samples.train.x).slice(0, Math.max(40, Math.round(samples.train.x.length / 12))));
  const wrong = permuted(few, 'wrong');
  const train = { x: few.x, y: few.y.map((target, i) => (i % 5 ? target : wrong.y[i])) };
  const batch_size = Math.min(16, base.recipe.train.batch_size);
  const wide = withWidth(withTrain(base, { batch_size, steps: Math.min(1500, base.recipe.train.steps * 4) }), 2);
  return wide && withSamples(wide, { train });
}

/** One of `few` samples in thirty of the second class, drawn so close to the others that naming the first always is right almost always. */
function imbalanced(base: Patient): Patient | undefined {
  const { samples } = base;
  if (!samples.isClass || !isClassifier(base)) return undefined;
  const noise = random('imbalanced');
  const blur = ({ x, y }: Rows): Rows => ({ x: x.map((row) => row.map((value) => value + 6 * noise.normal() * Math.max(0.2, Math.abs(value)))), y });
  const thin = (part: Rows) => {
    const rare = every(part.x).filter((i) => part.y[i][0] !== 0);
    const common = every(part.x).filter((i) => part.y[i][0] === 0);
    const kept = rare.slice(0, Math.max(2, Math.round(common.length / 30)));
    return blur(rows(part, [...common, ...kept]));
  };
  return { ...base, samples: mapRows(samples, thin) };
}

/** Class indices as numbers to predict. */
const labelsAsNumbers = (base: Patient) =>
  when(base.samples.isClass && isPlain(base) && isClassifier(base), () => ({
    recipe: { ...base.recipe, loss: 'MSELoss', model: [...base.recipe.model.slice(0, -1), linear(1)] },
    samples: { ...base.samples, isClass: false },
  }));

const initAt = (base: Patient, pick: (weighted: readonly Layer[]) => Layer | undefined, init: unknown) => {
  const chosen = pick(flat(base.recipe.model).filter(isWeighted));
  return (
    chosen &&
    withModel(
      base,
      mapLayers(base.recipe.model, (entry) => (entry === chosen ? { ...entry, args: { ...entry.args, init } } : entry)),
    )
  );
};

export const SICK: Record<string, Variation> = {
  'vanishing-sigmoid-6': sick(['vanishing-gradient'], (base) => deep(withRecipe(base, { init: 'xavier_uniform' }), 6, 20, 'Sigmoid')),
  'vanishing-sigmoid-8': sick(['vanishing-gradient'], (base) => deep(withRecipe(base, { init: 'xavier_normal' }), 8, 32, 'Sigmoid')),
  'vanishing-sigmoid-12': sick(['vanishing-gradient'], (base) => deep(withRecipe(base, { init: undefined }), 12, 24, 'Sigmoid')),
  'vanishing-small-init-relu': sick(['vanishing-gradient', 'poor-init-scale'], (base) =>
    deep(withRecipe(base, { init: { normal: { std: 0.03 } } }), 7, 32, 'ReLU'),
  ),
  'vanishing-small-init-tanh': sick(['vanishing-gradient', 'poor-init-scale'], (base) =>
    deep(withRecipe(base, { init: { normal: { std: 0.02 } } }), 8, 24, 'Tanh'),
  ),
  'vanishing-small-init-conv': sick(['vanishing-gradient', 'poor-init-scale'], (base) =>
    when(has(base, ({ type }) => type === 'Conv2d') && !has(base, isNorm), () => withRecipe(base, { init: { normal: { std: 0.005 } } })),
  ),
  'exploding-init-deep': sick(EXPLODING, (base) => deep(withRecipe(base, { init: { normal: { std: 0.7 } } }), 8, 40, 'ReLU')),
  'exploding-init': sick(EXPLODING, (base) =>
    when(!has(base, isNorm) && hiddenWeighted(base.recipe.model).length > 1, () => withRecipe(base, { init: { normal: { std: 1.5 } } })),
  ),
  'large-output-init': sick([...EXPLODING, 'lr-too-high'], (base) =>
    when(hiddenWeighted(base.recipe.model).length > 0, () => initAt(base, (weighted) => weighted.at(-1), { normal: { std: 8 } })),
  ),
  'dead-relu': sick(['dead-relu', 'zero-gradient', 'poor-init-scale'], (base) => {
    const rectified = isPlain(base) && (widthOf(base) ?? 0) >= 16 && withActivation(base, 'ReLU');
    const recipe = { init: { normal: { mean: -0.4, std: 0.1 } }, data: { ...base.recipe.data, normalize: 'minmax' } };
    return rectified || (isPlain(base) && has(base, ({ type }) => type === 'ReLU')) ? withRecipe(rectified || base, recipe) : undefined;
  }),
  'zero-init': sick(SYMMETRIC, (base) => when(hiddenWeighted(base.recipe.model).length > 0, () => withRecipe(base, { init: 'zeros' }))),
  'constant-init': sick(SYMMETRIC, (base) =>
    when(hiddenWeighted(base.recipe.model).length > 0, () => withRecipe(base, { init: { constant: 0.05 } })),
  ),
  'one-layer-constant': sick(SYMMETRIC, (base) =>
    when(hiddenWeighted(base.recipe.model).length > 1, () => initAt(base, (weighted) => weighted.at(-2), { constant: 0.1 })),
  ),
  'lr-much-too-high': sick(RATE_TOO_HIGH, (base) => withRate(base, 300)),
  'lr-too-high': sick(RATE_TOO_HIGH, (base) => withRate(base, 50)),
  'lr-too-low': sick(RATE_TOO_LOW, (base) => withRate(base, 1e-3)),
  'lr-rather-low': sick(RATE_TOO_LOW, (base) => withRate(base, 1e-2)),
  'lr-decays-at-once': sick(RATE_TOO_LOW, (base) => withRecipe(base, { scheduler: { StepLR: { step_size: 4, gamma: 0.3 } } })),
  'clipped-to-nothing': sick(RATE_TOO_LOW, (base) => when('SGD' in base.recipe.optimizer, () => withTrain(base, { clip_grad_norm: 0.0002 }))),
  oscillation: sick(RATE_TOO_HIGH, (base) => withRecipe(base, { optimizer: { SGD: { lr: 0.5, momentum: 0.99 } } })),
  undertrained: sick(RATE_TOO_LOW, (base) => times(base, 1 / 20)),
  'loss-sum': sick(['loss-reduction-sum', ...RATE_TOO_HIGH], (base) =>
    when(typeof base.recipe.loss === 'string', () => withRecipe(base, { loss: { [base.recipe.loss as string]: { reduction: 'sum' } } })),
  ),
  'tiny-batch-batchnorm': sick(['batch-too-small', 'train-eval-mismatch', 'oscillating-loss', 'lr-too-high'], (base) => {
    const model = mapLayers(base.recipe.model, (entry) => (isPlain(base) && isActivation(entry) ? [layer('BatchNorm1d'), entry] : entry));
    return when(isPlain(base) || has(base, ({ type }) => type.startsWith('BatchNorm')), () => withTrain(withModel(base, model), { batch_size: 2 }));
  }),
  'slow-running-statistics': sick(['train-eval-mismatch'], (base) =>
    when(
      has(base, ({ type }) => type.startsWith('BatchNorm')),
      () =>
        times(
          withModel(
            base,
            mapLayers(base.recipe.model, (entry) =>
              entry.type.startsWith('BatchNorm') ? { ...entry, args: { ...entry.args, momentum: 0.001 } } : entry,
            ),
          ),
          0.5,
        ),
    ),
  ),
  'softmax-before-cross-entropy': sick(['output-activation-mismatch', 'loss-mismatch'], (base) =>
    when(isClassifier(base) && endsInWeights(base), () => append(base, layer('Softmax'))),
  ),
  'relu-before-cross-entropy': sick(['output-activation-mismatch', 'dead-relu', 'zero-gradient'], (base) =>
    when(isClassifier(base) && endsInWeights(base), () => append(base, layer('ReLU'))),
  ),
  'sigmoid-before-logits-loss': sick(['output-activation-mismatch', 'loss-mismatch'], (base) =>
    when(base.recipe.loss === 'BCEWithLogitsLoss', () => append(base, layer('Sigmoid'))),
  ),
  'relu-on-regression': sick(['output-activation-mismatch', 'dead-relu', 'zero-gradient'], (base) =>
    when(isRegression(base) && endsInWeights(base), () => append(base, layer('ReLU'))),
  ),
  'sigmoid-on-regression': sick(['output-activation-mismatch', 'target-not-normalized'], (base) =>
    when(isRegression(base) && endsInWeights(base), () => append(base, layer('Sigmoid'))),
  ),
  'tanh-on-large-target': sick(['output-activation-mismatch', 'target-not-normalized'], (base) =>
    when(isRegression(base) && endsInWeights(base), () => withRecipe(append(base, layer('Tanh')), { data: { normalize: 'zscore' } })),
  ),
  'softmax-on-one-output': sick(['output-activation-mismatch', 'zero-gradient', 'output-width-mismatch'], (base) =>
    when(isRegression(base) && outputOf(base) === 1 && endsInWeights(base), () => append(base, layer('Softmax'))),
  ),
  'missing-nonlinearity': sick(['missing-nonlinearity'], (base) =>
    when(isPlain(base) && hiddenWeighted(base.recipe.model).length > 1, () =>
      withModel(
        base,
        base.recipe.model.filter((entry) => !isActivation(entry)),
      ),
    ),
  ),
  'linear-model': sick(['underfitting', 'loss-plateau', 'missing-nonlinearity'], (base) =>
    when(isPlain(base), () => withModel(base, [linear(outputOf(base))])),
  ),
  'too-narrow': sick(['underfitting', 'loss-plateau', 'dead-relu', 'zero-gradient'], (base) => withWidth(base, 0.001, 1)),
  'two-units': sick(['underfitting', 'loss-plateau', 'dead-relu', 'zero-gradient'], (base) => withWidth(base, 0.001, 2)),
  overfit: { ...sick(['overfitting'], memorised), shows: isOverfit },
  'weight-decay': sick(REGULARIZED, (base) => {
    const [name, args] = optimizerOf(base.recipe);
    return withRecipe(base, { optimizer: { [name]: { ...args, weight_decay: name === 'AdamW' ? Number((0.5 / args.lr).toPrecision(2)) : 1 } } });
  }),
  'heavy-l2': sick(REGULARIZED, (base) => withRecipe(base, { regularize: { l2: 0.5 } })),
  'heavy-l1': sick(REGULARIZED, (base) => withRecipe(base, { regularize: { l1: 0.1 } })),
  'excess-dropout': sick(DROPOUT, (base) => afterActivations(base, () => layer('Dropout', { p: 0.92 }))),
  'dropout-on-inputs': sick(DROPOUT, (base) => withModel(base, [layer('Dropout', { p: 0.9 }), ...base.recipe.model])),
  'saturated-inputs': sick(['input-not-normalized', 'saturated-activation'], (base) => {
    const curved = isPlain(base) ? (withActivation(base, 'Tanh') ?? base) : undefined;
    return curved && scaleInputs(curved, (value) => value * 50 + 100);
  }),
  'raw-inputs': sick(['input-not-normalized', 'initial-loss-too-high', 'dead-relu', 'saturated-activation'], (base) =>
    scaleInputs(base, (value, feature) => (value + 3) * 10 ** (feature % 4)),
  ),
  'raw-targets': sick(['target-not-normalized', 'initial-loss-too-high', 'lr-too-low', 'undertrained'], (base) =>
    when(isRegression(base) && base.recipe.data.normalize_target !== undefined, () => ({
      recipe: { ...base.recipe, data: { normalize: 'zscore' } },
      samples: mapRows(base.samples, ({ x, y }) => ({ x, y: y.map((row) => row.map((value) => 100 * value + 800)) })),
    })),
  ),
  'labels-as-numbers': sick(['loss-mismatch', 'output-width-mismatch', 'label-shape-or-range'], labelsAsNumbers, 'remarkable'),
  'surplus-outputs': sick(
    ['output-width-mismatch'],
    (base) => when(isClassifier(base) && endsInWeights(base), () => withModel(base, [...base.recipe.model.slice(0, -1), linear(outputOf(base) * 3)])),
    'remarkable',
  ),
  'labels-of-1-and-2': sick(
    ['label-shape-or-range', 'loss-mismatch', 'loss-diverging'],
    (base) =>
      when(base.recipe.loss === 'BCEWithLogitsLoss', () => ({
        ...base,
        samples: mapRows(base.samples, ({ x, y }) => ({ x, y: y.map((row) => row.map((value) => value + 1)) })),
      })),
    'misleading',
  ),
  'labels-uncorrelated': sick(['labels-uncorrelated', 'overfitting', 'loss-plateau', 'underfitting'], (base) => ({
    ...base,
    samples: { ...base.samples, train: permuted(base.samples.train, 'a'), validation: permuted(base.samples.validation, 'b') },
  })),
  'class-imbalance': sick(['class-imbalance', 'underfitting', 'loss-plateau'], imbalanced, 'misleading'),
  'validation-overlaps-train': sick(
    ['validation-overlaps-train'],
    ({ recipe, samples }) => ({ recipe, samples: { ...samples, validation: rows(samples.train, every(samples.validation.x)) } }),
    'misleading',
  ),
  'half-of-validation-is-train': sick(
    ['validation-overlaps-train'],
    ({ recipe, samples }) => {
      const { train, validation } = samples;
      const pick = (of: 'x' | 'y') => validation[of].map((row, i) => (i % 2 ? train[of][i] : row));
      return { recipe, samples: { ...samples, validation: { x: pick('x'), y: pick('y') } } };
    },
    'misleading',
  ),
  'frozen-layers': sick(['frozen-layer', 'underfitting'], (base) => {
    const hidden = hiddenWeighted(base.recipe.model);
    const frozen = mapLayers(base.recipe.model, (entry) => (hidden.includes(entry) ? { ...entry, args: { ...entry.args, freeze: true } } : entry));
    return when(hidden.length > 0, () => withModel(base, frozen));
  }),
};
