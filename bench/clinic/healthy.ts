import { flat, hiddenWeighted, isActivation, isNorm, layer, type Layer, mapLayers, type Patient, type Recipe } from './recipe';
import type { Variation } from './variations';

export const withRecipe = (patient: Patient, change: Partial<Recipe>): Patient => ({ ...patient, recipe: { ...patient.recipe, ...change } });
export const withModel = (patient: Patient, model: Layer[]): Patient => withRecipe(patient, { model });
export const withTrain = (patient: Patient, change: Record<string, unknown>): Patient =>
  withRecipe(patient, { train: { ...patient.recipe.train, ...change } });

export const optimizerOf = ({ optimizer }: Recipe) => Object.entries(optimizer)[0];

export function withRate(patient: Patient, factor: number): Patient {
  const [name, args] = optimizerOf(patient.recipe);
  return withRecipe(patient, { optimizer: { [name]: { ...args, lr: Number((args.lr * factor).toPrecision(3)) } } });
}

/** The hidden layers' widths by a factor; inside a `Residual` widths have to fit each other, and all change alike. */
export function withWidth(patient: Patient, factor: number, least = 1): Patient | undefined {
  const { model } = patient.recipe;
  const hidden = new Set(hiddenWeighted(model));
  if (hidden.size === 0) return undefined;
  const scaled = ({ args, ...rest }: Layer, key: string): Layer => ({
    ...rest,
    args: { ...args, [key]: Math.max(least, Math.round((args[key] as number) * factor)) },
  });
  return withModel(
    patient,
    mapLayers(model, (entry) => (!hidden.has(entry) ? entry : scaled(entry, entry.type === 'Linear' ? 'out_features' : 'out_channels'))),
  );
}

/** An activation in the place of every hidden one. The last layer is the output's, which keeps its own. */
export function withActivation(patient: Patient, type: string): Patient | undefined {
  const { model } = patient.recipe;
  const all = flat(model);
  const isHidden = (entry: Layer) => isActivation(entry) && entry !== all.at(-1);
  if (!all.some((entry) => isHidden(entry) && entry.type !== type)) return undefined;
  return withModel(
    patient,
    mapLayers(model, (entry) => (isHidden(entry) ? layer(type) : entry)),
  );
}

/** Something after every hidden activation. */
export const afterActivations = (patient: Patient, make: () => Layer): Patient | undefined => {
  const last = flat(patient.recipe.model).at(-1);
  const model = mapLayers(patient.recipe.model, (entry) => (isActivation(entry) && entry !== last ? [entry, make()] : entry));
  return flat(model).length > flat(patient.recipe.model).length ? withModel(patient, model) : undefined;
};

/** A normalisation after every hidden weighted layer; images get BatchNorm2d. */
function withNorm(patient: Patient, type: 'BatchNorm' | 'LayerNorm'): Patient | undefined {
  const { model } = patient.recipe;
  const hidden = hiddenWeighted(model);
  if (hidden.length === 0 || flat(model).some(isNorm)) return undefined;
  const norm = ({ type: of }: Layer) => layer(type === 'LayerNorm' ? 'LayerNorm' : of === 'Conv2d' ? 'BatchNorm2d' : 'BatchNorm1d');
  if (type === 'LayerNorm' && hidden.some(({ type: of }) => of === 'Conv2d')) return undefined;
  return withModel(
    patient,
    mapLayers(model, (entry) => (hidden.includes(entry) ? [entry, norm(entry)] : entry)),
  );
}

const usesRectifiers = ({ recipe }: Patient) => flat(recipe.model).some((entry) => isActivation(entry) && !['Tanh', 'Sigmoid'].includes(entry.type));

/** Adam in the place of SGD and the other way round, at rates that are usual for them. */
function withOtherOptimizer(patient: Patient): Patient {
  const [name, { lr }] = optimizerOf(patient.recipe);
  const optimizer: Recipe['optimizer'] =
    name === 'SGD'
      ? { Adam: { lr: Math.max(0.002, Number((lr / 10).toPrecision(1))) } }
      : { SGD: { lr: Math.min(0.1, Number((lr * 6).toPrecision(1))), momentum: 0.9 } };
  return withRecipe(patient, { optimizer });
}

const steps = (patient: Patient, factor: number) => Math.round(patient.recipe.train.steps * factor);
const batch = (patient: Patient, factor: number) =>
  withTrain(patient, {
    batch_size: Math.min(patient.samples.train.x.length, Math.max(4, Math.round(patient.recipe.train.batch_size * factor))),
    steps: steps(patient, factor < 1 ? 1.5 : 1),
  });

const change = (apply: Variation['apply']): Variation => ({ kind: 'sound', apply, accepted: [] });

/** What should make no difference that is worth a word. Those that turn out to are no cases. */
export const HEALTHY: Record<string, Variation> = {
  'healthy-seed': change((base) => withTrain(base, { seed: 7 })),
  'healthy-third-lr': change((base) => withTrain(withRate(base, 1 / 3), { steps: steps(base, 1.5) })),
  'healthy-half-lr': change((base) => withRate(base, 0.5)),
  'healthy-triple-lr': change((base) => withRate(base, 3)),
  'healthy-narrower': change((base) => withWidth(base, 0.5, 4)),
  'healthy-wider': change((base) => withWidth(base, 2)),
  'healthy-much-wider': change((base) => withWidth(base, 4)),
  'healthy-half-batch': change((base) => batch(base, 0.5)),
  'healthy-double-batch': change((base) => batch(base, 2)),
  'healthy-tanh': change((base) => withActivation(base, 'Tanh')),
  'healthy-relu': change((base) => withActivation(base, 'ReLU')),
  'healthy-elu': change((base) => withActivation(base, 'ELU')),
  'healthy-leaky-relu': change((base) => withActivation(base, 'LeakyReLU')),
  'healthy-other-optimizer': change(withOtherOptimizer),
  'healthy-no-momentum': change((base) => {
    const [name, { lr, momentum, ...rest }] = optimizerOf(base.recipe);
    return name === 'SGD' && momentum ? withRecipe(base, { optimizer: { SGD: { ...rest, lr: Number((lr * 5).toPrecision(2)) } } }) : undefined;
  }),
  'healthy-default-init': change((base) => (base.recipe.init ? withRecipe(base, { init: undefined }) : undefined)),
  'healthy-matched-init': change((base) =>
    base.recipe.init ? undefined : withRecipe(base, { init: usesRectifiers(base) ? 'kaiming_normal' : 'xavier_normal' }),
  ),
  'healthy-orthogonal-init': change((base) => withRecipe(base, { init: 'orthogonal' })),
  'healthy-zero-init': change((base) => (hiddenWeighted(base.recipe.model).length ? undefined : withRecipe(base, { init: 'zeros' }))),
  'healthy-batchnorm': change((base) => withNorm(base, 'BatchNorm')),
  'healthy-layernorm': change((base) => withNorm(base, 'LayerNorm')),
  'healthy-without-norm': change((base) =>
    flat(base.recipe.model).some(isNorm)
      ? withModel(
          base,
          mapLayers(base.recipe.model, (entry) => (isNorm(entry) ? [] : entry)),
        )
      : undefined,
  ),
  'healthy-mild-dropout': change((base) => afterActivations(base, () => layer('Dropout', { p: 0.2 }))),
  'healthy-weight-decay': change((base) => {
    const [name, args] = optimizerOf(base.recipe);
    return withRecipe(base, { optimizer: { [name]: { ...args, weight_decay: name === 'AdamW' ? 0.1 : 0.001 } } });
  }),
  'healthy-clipped': change((base) => withTrain(base, { clip_grad_norm: 1 })),
  'healthy-cosine': change((base) =>
    base.recipe.scheduler ? undefined : withRecipe(base, { scheduler: { CosineAnnealingLR: { T_max: base.recipe.train.steps } } }),
  ),
  'healthy-longer': change((base) => withTrain(base, { steps: steps(base, 3) })),
  'healthy-shorter': change((base) => withTrain(base, { steps: steps(base, 0.6) })),
  'healthy-minmax': change((base) =>
    base.recipe.data.normalize === 'zscore' ? withRecipe(base, { data: { ...base.recipe.data, normalize: 'minmax' } }) : undefined,
  ),
  'healthy-without-bias': change((base) => {
    const hidden = hiddenWeighted(base.recipe.model);
    const withoutBias = (entry: Layer) => ({ ...entry, args: { ...entry.args, bias: false } });
    return hidden.length === 0
      ? undefined
      : withModel(
          base,
          mapLayers(base.recipe.model, (entry) => (hidden.includes(entry) ? withoutBias(entry) : entry)),
        );
  }),
};
