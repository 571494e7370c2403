import type { FixKind, FixRequest, RequestOf } from '../../../src/diagnose/fix';
import type { ObservedLayer } from '../../../src/diagnose/observed';
import { ACTIVATIONS, RECTIFIERS } from '../../../src/diagnose/layerKinds';
import { outlineModel } from '../../../src/model/outline';
import { type Spec, walkLayers } from '../../../src/model/spec';

/** A request of every kind that could make sense for a model. */
export function requestsFor(spec: Spec): FixRequest[] {
  const names = (isWanted: (type: string) => boolean) => [...walkLayers(spec.model)].filter(({ type }) => isWanted(type)).map(({ name }) => name);
  const weighted = names((type) => /^(Linear|Conv)/.test(type));
  const every: { [Kind in FixKind]: RequestOf<Kind>[] } = {
    'insert-normalisation': [{ kind: 'insert-normalisation', layers: weighted }],
    'change-activation': [
      { kind: 'change-activation', layers: names((type) => ACTIVATIONS.has(type)), to: 'Tanh' },
      { kind: 'change-activation', layers: names((type) => ACTIVATIONS.has(type)).slice(0, 1), to: 'LeakyReLU' },
      { kind: 'change-activation', layers: names((type) => type === 'Sigmoid' || type === 'LeakyReLU'), to: 'ReLU' },
    ],
    'match-init': [{ kind: 'match-init' }],
    'set-learning-rate': [{ kind: 'set-learning-rate', lr: 0.00312345 }],
    'use-adam': [{ kind: 'use-adam', lr: 0.001 }],
    'warm-up': [{ kind: 'warm-up', steps: 50 }],
    'clip-gradient-norm': [{ kind: 'clip-gradient-norm', norm: 1 }],
    'normalise-inputs': [{ kind: 'normalise-inputs', how: 'zscore' }],
    'normalise-target': [{ kind: 'normalise-target', how: 'zscore' }],
    'remove-layers': [
      { kind: 'remove-layers', layers: names((type) => RECTIFIERS.has(type) || type === 'Softmax' || type === 'Dropout') },
      { kind: 'remove-layers', layers: names((type) => ACTIVATIONS.has(type)).slice(-1) },
    ],
    'set-layer-argument': [{ kind: 'set-layer-argument', layer: weighted[0], argument: 'bias', value: false }],
    'set-dropout': [{ kind: 'set-dropout', layers: names((type) => type === 'Dropout'), p: 0.25 }],
    'insert-dropout': [{ kind: 'insert-dropout', p: 0.2 }],
    'insert-activation': [{ kind: 'insert-activation', after: weighted.slice(0, -1), type: 'ReLU' }],
    'append-output-activation': [{ kind: 'append-output-activation', type: 'LogSoftmax' }],
    'use-loss': [
      { kind: 'use-loss', name: 'MSELoss' },
      { kind: 'use-loss', name: 'CrossEntropyLoss' },
    ],
    'set-loss-argument': [
      { kind: 'set-loss-argument', argument: 'reduction', value: 'mean' },
      { kind: 'set-loss-argument', argument: 'weight', value: [0.5, 1.23456] },
    ],
    'set-batch-size': [{ kind: 'set-batch-size', size: 48 }],
    'set-weight-decay': [{ kind: 'set-weight-decay', value: 1e-5 }],
    'set-penalty': [
      { kind: 'set-penalty', name: 'l2', value: 0 },
      { kind: 'set-penalty', name: 'l1', value: 0.0001 },
    ],
    'early-stopping': [{ kind: 'early-stopping', patience: 5 }],
    'train-longer': [{ kind: 'train-longer', factor: 2 }],
    widen: [{ kind: 'widen', layers: weighted.slice(0, -1), factor: 4 }],
    unfreeze: [{ kind: 'unfreeze', layers: [...walkLayers(spec.model)].filter(({ freeze }) => freeze).map(({ name }) => name) }],
    'split-validation': [{ kind: 'split-validation', share: 0.25 }],
  };
  return Object.values(every).flat();
}

/** The layers as a run tells them; none where the shapes do not fit a sample. */
export const layersOf = (spec: Spec, sample: number[]): ObservedLayer[] => outlineModel(spec, sample).layers;
