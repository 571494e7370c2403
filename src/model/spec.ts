import type { AugmentationName } from './augmentations';
import type { LossName } from './losses';
import type { EntryType } from './vocabulary';
import type { SourceRange } from './problem';
import type { OptimizerName, WrapperName } from './optimizers';
import type { SchedulerName } from './schedulers';

/** A key's value with the place it stands at. */
export interface Located<T> {
  value: T;
  range: SourceRange;
}

/** `{Name: arguments}` of a registry, validated, defaults filled in. */
export interface Choice<Name extends string, Args = Record<string, unknown>> {
  name: Name;
  args: Args;
  /** The whole value. */
  range: SourceRange;
  /** Where each written argument's value stands. */
  argRanges: Record<string, SourceRange>;
}

export type InitName =
  | 'default'
  | 'xavier_uniform'
  | 'xavier_normal'
  | 'kaiming_uniform'
  | 'kaiming_normal'
  | 'orthogonal'
  | 'normal'
  | 'uniform'
  | 'trunc_normal'
  | 'constant'
  | 'zeros'
  | 'fixup'
  | 'weights';

/** One entry of the model: a layer, a container or a join. */
export interface LayerSpec {
  type: EntryType;
  /** Unique in the model; the user's or `<type in lower case><ordinal>`. */
  name: string;
  /** Arguments of the type's own record, validated, defaults filled in (not `name`, `init`, `freeze`). */
  args: Record<string, unknown>;
  init?: Choice<InitName>;
  freeze: boolean;
  /** The whole entry; its first line is "the layer's line". */
  range: SourceRange;
  /** The word that names the type. */
  typeRange: SourceRange;
  argRanges: Record<string, SourceRange>;
  /** Of containers: Residual [layers, shortcut?], Parallel its branches, Repeat [layers]. Empty for others. */
  branches: LayerSpec[][];
}

export type Task = 'classification' | 'regression' | 'multilabel' | 'sequence';
export type Normalize = 'none' | 'zscore' | 'minmax';
export const GENERATOR_NAMES = [
  'spirals',
  'moons',
  'circles',
  'blobs',
  'xor',
  'checkerboard',
  'gaussian-quantiles',
  'sine',
  'friedman1',
  'glyphs',
  'shapes',
  'copy',
  'reverse',
  'parity',
  'char-text',
] as const;
export type GeneratorName = (typeof GENERATOR_NAMES)[number];

/** The easiest samples come first: by their own loss, or by a column of a table (the smaller, the easier). */
export interface CurriculumSpec {
  by: string;
  /** Epochs until all are there. */
  pace: number;
}

export interface DataSpec {
  /** Exactly one of `file` and `source`. */
  file?: string;
  source?: GeneratorName;
  /** Of a .idx or .npy file: the one with its labels, and behind it the one of the validation file's. */
  labels?: string | string[];
  target?: string | string[];
  shape?: number[];
  task?: Task;
  /** A share in (0, 1) or a file. Absent: no validation split. */
  validation?: number | string;
  /** A file of N×N numbers that says which nodes of a sample are joined. */
  adjacency?: string;
  normalize: Normalize;
  normalize_target: Normalize;
  /** In their order; of the training split alone. */
  augment: Choice<AugmentationName>[];
  curriculum?: CurriculumSpec;
  /** Of generators. */
  samples: number;
  noise: number;
  classes?: number;
  seed: number;
  range: SourceRange;
  /** Ranges by key (`file`, `target`, …), for errors of the readers. */
  ranges: Record<string, SourceRange>;
}

export const MONITORS = ['val_loss', 'val_accuracy', 'val_r2', 'train_loss'] as const;

/** Training ends once this many evaluations (`patience`) in a row were no better than the best one by more than `min_delta`. */
export interface EarlyStoppingSpec {
  patience: number;
  /** The figure of an evaluation that counts: losses are better the lower, scores the higher. */
  monitor: (typeof MONITORS)[number];
  min_delta: number;
}

/** Layers by patterns of their names. */
export interface Meant {
  layers: string[];
}

/** Those layers stay as they are until so many epochs are over. */
export interface UnfreezeSpec extends Meant {
  epoch: number;
}

/** The share `amount` of all weights is 0 in the end, after so many rounds, one every `every` steps. */
export interface PruneSpec {
  amount: number;
  every: number;
  rounds: number;
}

export const PRECISIONS = ['float32', 'float16'] as const;

/** Arguments of the optimizer that are others for some layers. */
export interface ParamGroup extends Meant {
  args: Record<string, unknown>;
  range: SourceRange;
}

export interface TrainSpec {
  batch_size: number;
  /** Exactly one of the two is set. */
  epochs?: number;
  steps?: number;
  seed: number;
  shuffle: boolean;
  drop_last: boolean;
  clip_grad_norm?: number;
  clip_grad_value?: number;
  early_stopping?: EarlyStoppingSpec;
  overfit_batch: boolean;
  unfreeze?: UnfreezeSpec[];
  precision: (typeof PRECISIONS)[number];
  /** Decay of the moving average of the weights. */
  ema?: number;
  prune?: PruneSpec;
  ranges: Record<string, SourceRange>;
}

/** Half of the loss is that of samples moved by at most `epsilon` in every number. */
export interface AdversarialSpec {
  epsilon: number;
  method: 'fgsm' | 'pgd';
  /** Of pgd. */
  steps?: number;
}

/** Moved by `epsilon` in the worst direction, a sample is to be predicted as before. */
export interface VatSpec {
  epsilon: number;
}

/** The predictions of another model count `alpha`, the targets 1 − `alpha`. */
export interface DistillSpec {
  /** A model file or the folder of a run. */
  teacher: string;
  weights?: string;
  temperature: number;
  alpha: number;
}

export interface RegularizeSpec {
  l1: number;
  l2: number;
  /** The length that the rows of a weight may have after a step. */
  max_norm?: number;
  /** Already moved into the loss's arguments by the parser; kept here for display. */
  label_smoothing?: number;
  /** α of Beta(α, α); 0: off. */
  mixup: number;
  cutmix: number;
  manifold_mixup: number;
  adversarial?: AdversarialSpec;
  vat?: VatSpec;
  jacobian: number;
  distill?: DistillSpec;
  ranges: Record<string, SourceRange>;
  /** Standard deviations. */
  gradient_noise: number;
  weight_noise: number;
}

/** A model file, understood: every value validated and located. */
export interface Spec {
  name: string;
  data: DataSpec;
  model: LayerSpec[];
  init: Choice<InitName>;
  loss: Choice<LossName>;
  /** The one that makes the steps; what stands around it is in `wrappers`. */
  optimizer: Choice<OptimizerName>;
  /** Outermost first, each name once at most. */
  wrappers: Choice<WrapperName>[];
  /** Run one after the other; empty: constant rate. */
  schedulers: Choice<SchedulerName>[];
  paramGroups: ParamGroup[];
  regularize: RegularizeSpec;
  train: TrainSpec;
  /** Of the top-level keys. */
  ranges: Record<string, SourceRange>;
}

/** Every entry in source order, containers before their content. */
export function* walkLayers(entries: readonly LayerSpec[]): Generator<LayerSpec> {
  for (const entry of entries) {
    yield entry;
    for (const branch of entry.branches) yield* walkLayers(branch);
  }
}
