import type { TextEdit } from '../model/textEdits';

export type { TextEdit };

/** A concrete edit of the model file, as small as it can be: comments and style stay. Edits do not overlap and ascend. */
export interface Fix {
  kind: FixKind;
  /** What it does, in the file's words: `lr: 0.6 → 0.002`. */
  title: string;
  edits: TextEdit[];
  /** It acts on how training starts (init, normalisation of the data): a run has to begin anew for it to help. */
  needsRestart: boolean;
}

/** What a rule asks for; `writeFix` makes the edit of it, or nothing where the file leaves no room for it. Layers by name. */
export type FixRequest =
  /** A normalisation before the activation that follows each of these weighted layers (BatchNorm1d/2d by shape; LayerNorm for small batches). */
  | { kind: 'insert-normalisation'; layers: readonly string[] }
  /** Other activations in the place of these layers. */
  | { kind: 'change-activation'; layers: readonly string[]; to: 'ReLU' | 'LeakyReLU' | 'GELU' | 'Tanh' | 'Sigmoid' | 'LogSoftmax' }
  /** The init that fits the activations in use (kaiming_normal for rectifiers, xavier_uniform for tanh and sigmoid), for the whole file. */
  | { kind: 'match-init' }
  | { kind: 'set-learning-rate'; lr: number }
  /** Adam in the place of SGD and the like, at `lr`. */
  | { kind: 'use-adam'; lr: number }
  | { kind: 'warm-up'; steps: number }
  | { kind: 'clip-gradient-norm'; norm: number }
  | { kind: 'normalise-inputs'; how: 'zscore' | 'minmax' }
  | { kind: 'normalise-target'; how: 'zscore' | 'minmax' }
  | { kind: 'remove-layers'; layers: readonly string[] }
  | { kind: 'set-layer-argument'; layer: string; argument: string; value: number | boolean }
  /** p of every Dropout given. */
  | { kind: 'set-dropout'; layers: readonly string[]; p: number }
  /** After the activations, or before the last layer. */
  | { kind: 'insert-dropout'; p: number }
  /** A nonlinearity after each of these layers. */
  | { kind: 'insert-activation'; after: readonly string[]; type: 'ReLU' | 'Tanh' | 'GELU' }
  /** An activation as the last layer. */
  | { kind: 'append-output-activation'; type: 'Sigmoid' | 'LogSoftmax' }
  | { kind: 'use-loss'; name: string }
  | { kind: 'set-loss-argument'; argument: string; value: string | number | readonly number[] }
  | { kind: 'set-batch-size'; size: number }
  | { kind: 'set-weight-decay'; value: number }
  /** l1 or l2 under `regularize`; 0 takes the key out. */
  | { kind: 'set-penalty'; name: 'l1' | 'l2'; value: number }
  | { kind: 'early-stopping'; patience: number }
  /** `steps` or `epochs`, whichever the file has, times a factor. */
  | { kind: 'train-longer'; factor: number }
  /** More units in each of these hidden layers. */
  | { kind: 'widen'; layers: readonly string[]; factor: number }
  | { kind: 'unfreeze'; layers: readonly string[] }
  /** A share of the training data to validate on, in the place of what there is. */
  | { kind: 'split-validation'; share: number };

export type FixKind = FixRequest['kind'];
export type RequestOf<Kind extends FixKind> = Extract<FixRequest, { kind: Kind }>;
