import { takesArgument } from '../../model/draft';
import { LOSSES, type LossName } from '../../model/losses';
import { isEqual } from '../../model/valueDifference';
import { isList, roundForPeople } from '../../model/writeYaml';
import { changed, type FixRules, goesOn, restarts } from './fixRule';

export const dataFixes: FixRules<'normalise-inputs' | 'normalise-target' | 'use-loss' | 'set-loss-argument' | 'split-validation'> = {
  'normalise-inputs': {
    needsRestart: restarts,
    write: ({ how }, file) => {
      const { normalize, ranges } = file.spec.data;
      if (normalize === how) return undefined;
      file.draft.set(['data', 'normalize'], how);
      return changed('normalize', ranges.normalize && normalize, how);
    },
  },
  'normalise-target': {
    needsRestart: restarts,
    write: ({ how }, file) => {
      const { normalize_target, ranges } = file.spec.data;
      if (normalize_target === how || LOSSES[file.spec.loss.name].score !== 'r2') return undefined;
      file.draft.set(['data', 'normalize_target'], how);
      return changed('normalize_target', ranges.normalize_target && normalize_target, how);
    },
  },
  'use-loss': {
    needsRestart: restarts,
    write: ({ name }, file) => {
      const { loss, regularize } = file.spec;
      if (loss.name === name || !isLoss(name)) return undefined;
      file.draft.choose(['loss'], name, (argument) => takesArgument(['loss'], name, argument));
      const section = file.draft.node(['regularize']);
      if (regularize.label_smoothing !== undefined && !takesArgument(['loss'], name, 'label_smoothing'))
        file.draft.remove(section?.kind === 'map' && section.entries.length === 1 ? ['regularize'] : ['regularize', 'label_smoothing']);
      return changed('loss', loss.name, name);
    },
  },
  'set-loss-argument': {
    needsRestart: goesOn,
    write: ({ argument, value }, file) => {
      const { loss } = file.spec;
      const after =
        typeof value === 'number' ? roundForPeople(value) : typeof value !== 'string' && isList(value) ? value.map(roundForPeople) : value;
      if (isEqual(loss.args[argument], after) || !takesArgument(['loss'], loss.name, argument)) return undefined;
      file.draft.set(['loss', loss.name, argument], after);
      return changed(argument, loss.argRanges[argument] && loss.args[argument], after);
    },
  },
  'split-validation': {
    needsRestart: restarts,
    write: ({ share }, file) => {
      const { validation } = file.spec.data;
      const after = roundForPeople(share);
      // A file that brings its own validation split is split already.
      const isFixed = validation === undefined && file.facts?.validation !== undefined;
      if (isFixed || validation === after) return undefined;
      file.draft.set(['data', 'validation'], after);
      return changed('validation', validation, after);
    },
  },
};

const isLoss = (name: string): name is LossName => Object.hasOwn(LOSSES, name);
