import { takesArgument } from '../../model/draft';
import { DEFAULT_EPOCHS } from '../../model/schema';
import { optimizerPath } from '../../model/training';
import { roundForPeople } from '../../model/writeYaml';
import { changed, type FixRules, goesOn } from './fixRule';
import type { ModelFile } from './modelFile';

export const trainingFixes: FixRules<
  | 'set-learning-rate'
  | 'use-adam'
  | 'warm-up'
  | 'clip-gradient-norm'
  | 'set-batch-size'
  | 'set-weight-decay'
  | 'set-penalty'
  | 'early-stopping'
  | 'train-longer'
> = {
  'set-learning-rate': { needsRestart: goesOn, write: ({ lr }, file) => setOptimizer(file, 'lr', lr) },
  'use-adam': {
    needsRestart: goesOn,
    write: (request, file) => {
      const lr = roundForPeople(request.lr);
      const { name } = file.spec.optimizer;
      if (name !== 'SGD') return undefined;
      const path = optimizerPath(file.spec.wrappers);
      file.draft.choose(path, 'Adam', (argument) => takesArgument(path, 'Adam', argument), { lr });
      return `${name} → Adam, ${changed('lr', undefined, lr)}`;
    },
  },
  'warm-up': {
    needsRestart: goesOn,
    write: ({ steps }, file) => {
      const [first] = file.spec.schedulers;
      if (first?.name === 'LinearLR' && first.args.start_factor !== 1) return undefined;
      const warmUp = { LinearLR: { start_factor: 0.1, total_iters: Math.max(1, Math.round(steps)) } };
      const node = file.draft.node(['scheduler']);
      if (!first) file.draft.set(['scheduler'], warmUp);
      else if (node?.kind === 'list') file.draft.insert(['scheduler'], -1, warmUp);
      else file.draft.makeList(['scheduler'], warmUp);
      return `LinearLR: warm-up over ${warmUp.LinearLR.total_iters} steps`;
    },
  },
  'clip-gradient-norm': {
    needsRestart: goesOn,
    write: (request, file) => {
      const norm = roundForPeople(request.norm);
      const before = file.spec.train.clip_grad_norm;
      if (before !== undefined && before <= norm) return undefined;
      file.draft.set(['train', 'clip_grad_norm'], norm);
      return changed('clip_grad_norm', before, norm);
    },
  },
  'set-batch-size': {
    needsRestart: goesOn,
    write: ({ size }, file) => {
      const { batch_size, ranges } = file.spec.train;
      // More than there are cannot be trained with.
      const after = Math.min(size, file.facts?.samples ?? Infinity);
      if (after === batch_size || after < Math.min(size, batch_size)) return undefined;
      file.draft.set(['train', 'batch_size'], after);
      return changed('batch_size', ranges.batch_size && batch_size, after);
    },
  },
  'set-weight-decay': { needsRestart: goesOn, write: ({ value }, file) => setOptimizer(file, 'weight_decay', value) },
  'set-penalty': {
    needsRestart: goesOn,
    write: (request, file) => {
      const { name } = request;
      const value = roundForPeople(request.value);
      const before = file.spec.regularize[name];
      if (before === value) return undefined;
      const section = file.draft.node(['regularize']);
      if (value > 0) file.draft.set(['regularize', name], value);
      else file.draft.remove(section?.kind === 'map' && section.entries.length === 1 ? ['regularize'] : ['regularize', name]);
      if (value > 0) return changed(name, before || undefined, value);
      return `remove ${changed(name, undefined, before)}`;
    },
  },
  'early-stopping': {
    // Samples held back to validate on are no longer trained on.
    needsRestart: (_, { data }) => data.validation === undefined,
    write: ({ patience }, file) => {
      const { train, data } = file.spec;
      if ('early_stopping' in train.ranges) return undefined;
      file.draft.set(['train', 'early_stopping'], patience);
      const isSplit = data.validation !== undefined || file.facts?.validation !== undefined;
      if (!isSplit) file.draft.set(['data', 'validation'], VALIDATION_SHARE);
      return `${changed('early_stopping', undefined, patience)}${isSplit ? '' : `, ${changed('validation', undefined, VALIDATION_SHARE)}`}`;
    },
  },
  'train-longer': {
    needsRestart: goesOn,
    write: ({ factor }, file) => {
      const { steps, epochs = DEFAULT_EPOCHS } = file.spec.train;
      const [key, before] = steps === undefined ? ['epochs', epochs] : ['steps', steps];
      const after = Math.max(1, Math.round(before * factor));
      if (after === before) return undefined;
      file.draft.set(['train', key], after);
      return changed(key, before, after);
    },
  },
};

export const VALIDATION_SHARE = 0.2;

function setOptimizer(file: ModelFile, argument: 'lr' | 'weight_decay', value: number): string | undefined {
  const { name, args, argRanges } = file.spec.optimizer;
  const [before, after] = [args[argument], roundForPeople(value)];
  if (before === after) return undefined;
  file.draft.set([...optimizerPath(file.spec.wrappers), name, argument], after);
  return changed(argument, argument === 'lr' || argRanges[argument] ? before : undefined, after);
}
