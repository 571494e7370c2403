import { roundForPeople } from '../../model/writeYaml';
import { ACTIVATIONS, DROPOUTS, NORMALISATIONS } from '../layerKinds';
import { changed, counted, type FixRules, goesOn, restarts, typesOf } from './fixRule';
import type { ModelFile, Standing } from './modelFile';

/** Below it the statistics of a batch say too little of a channel (Wu & He 2018, Group Normalization). */
const SMALL_BATCH = 8;

export const layerFixes: FixRules<
  | 'insert-normalisation'
  | 'change-activation'
  | 'remove-layers'
  | 'set-layer-argument'
  | 'set-dropout'
  | 'insert-dropout'
  | 'insert-activation'
  | 'append-output-activation'
  | 'widen'
  | 'unfreeze'
> = {
  'insert-normalisation': {
    needsRestart: goesOn,
    write: ({ layers }, file) => {
      const last = weightedIn(file).at(-1);
      const inserted = file.standing(layers).flatMap((standing) => {
        const item =
          standing === last || behind(standing).some(({ type }) => NORMALISATIONS.has(type)) ? undefined : normalisationFor(standing, file);
        return item === undefined ? [] : [{ standing, item }];
      });
      for (const { standing, item } of inserted) file.insertAfter(standing, item);
      const types = new Set(inserted.map(({ item }) => (typeof item === 'string' ? item : Object.keys(item)[0])));
      return inserted.length ? `${[...types].join(', ')} after ${counted(inserted.map(({ standing }) => standing))}` : undefined;
    },
  },
  'change-activation': {
    needsRestart: goesOn,
    write: ({ layers, to }, file) => {
      const chosen = file.standing(layers).filter(({ entry }) => ACTIVATIONS.has(entry.type) && entry.type !== to);
      for (const standing of chosen) file.changeType(standing, to);
      return chosen.length ? `${typesOf(chosen)} → ${to} ${chosen.length === 1 ? `(${chosen[0].entry.name})` : `in ${counted(chosen)}`}` : undefined;
    },
  },
  'remove-layers': {
    needsRestart: goesOn,
    write: ({ layers }, file) => {
      const chosen = file.standing(layers);
      for (const { list, index } of chosen) file.draft.remove([...list, index]);
      return chosen.length
        ? `remove ${typesOf(chosen)} (${chosen.length > 3 ? counted(chosen) : chosen.map(({ entry }) => entry.name).join(', ')})`
        : undefined;
    },
  },
  'set-layer-argument': {
    needsRestart: ({ argument }) => ['out_features', 'out_channels', 'kernel_size'].includes(argument),
    write: ({ layer, argument, value }, file) => {
      const [standing] = file.standing([layer]);
      if (!standing) return undefined;
      const { freeze, args } = standing.entry;
      const before = argument === 'freeze' ? freeze : args[argument];
      if (before === value) return undefined;
      file.setArgument(standing, argument, value);
      return `${changed(argument, before, value)} (${standing.entry.name})`;
    },
  },
  'set-dropout': {
    needsRestart: goesOn,
    write: ({ layers, p }, file) => {
      const share = roundForPeople(p);
      const chosen = file.standing(layers).filter(({ entry }) => DROPOUTS.has(entry.type) && entry.args.p !== share);
      for (const standing of chosen) file.setArgument(standing, 'p', share);
      const before = new Set(chosen.map(({ entry }) => entry.args.p));
      return chosen.length ? `Dropout ${changed('p', [...before].join(', '), share)} in ${counted(chosen)}` : undefined;
    },
  },
  'insert-dropout': {
    needsRestart: goesOn,
    write: ({ p }, file) => {
      const item = { Dropout: roundForPeople(p) };
      const last = weightedIn(file).at(-1);
      const isVector = ({ entry }: Standing) => (file.outputOf(entry)?.length ?? 1) === 1;
      const isHidden = (standing: Standing) => !last || file.all.indexOf(standing) < file.all.indexOf(last);
      const hidden = file.all.filter((standing) => ACTIVATIONS.has(standing.entry.type) && isVector(standing) && isHidden(standing));
      const chosen = hidden.filter((standing) => standing.siblings[standing.index + 1]?.type !== 'Dropout');
      for (const standing of chosen) file.insertAfter(standing, item);
      if (hidden.length > 0) return chosen.length ? `${changed('Dropout', undefined, item.Dropout)} after ${counted(chosen)}` : undefined;
      if (!last || last.siblings[last.index - 1]?.type === 'Dropout') return undefined;
      file.insertAfter({ list: last.list, index: last.index - 1 }, item);
      return `${changed('Dropout', undefined, item.Dropout)} before ${last.entry.name}`;
    },
  },
  'insert-activation': {
    needsRestart: goesOn,
    write: ({ after, type }, file) => {
      const chosen = file.standing(after).filter((standing) => !behind(standing).some((next) => ACTIVATIONS.has(next.type)));
      // Behind a normalisation, which is made for what goes into an activation.
      for (const standing of chosen) {
        const isNormalised = NORMALISATIONS.has(standing.siblings[standing.index + 1]?.type);
        file.insertAfter({ list: standing.list, index: standing.index + (isNormalised ? 1 : 0) }, type);
      }
      return chosen.length ? `${type} after ${counted(chosen)}` : undefined;
    },
  },
  'append-output-activation': {
    needsRestart: goesOn,
    write: ({ type }, file) => {
      const { model } = file.spec;
      if (model.at(-1)?.type === type) return undefined;
      file.insertAfter({ list: ['model'], index: model.length - 1 }, type);
      return `${type} as the last layer`;
    },
  },
  widen: {
    needsRestart: restarts,
    write: ({ layers, factor }, file) => {
      const chosen = file.standing(layers).filter(({ entry }) => WIDTHS[entry.type]);
      const widths = chosen.map(({ entry }) => entry.args[WIDTHS[entry.type]] as number);
      const wider = widths.map((width) => Math.round(width * factor));
      chosen.forEach((standing, i) => file.setArgument(standing, WIDTHS[standing.entry.type], wider[i]));
      if (chosen.length === 0) return undefined;
      const argument = WIDTHS[chosen[0].entry.type];
      const isOne = new Set(widths).size === 1;
      return isOne
        ? `${changed(argument, widths[0], wider[0])} (${counted(chosen)})`
        : `${argument} × ${roundForPeople(factor)} in ${counted(chosen)}`;
    },
  },
  unfreeze: {
    needsRestart: goesOn,
    write: ({ layers }, file) => {
      const chosen = file.standing(layers).filter(({ entry }) => entry.freeze);
      for (const standing of chosen) file.removeArgument(standing, 'freeze');
      return chosen.length ? `unfreeze ${counted(chosen)}` : undefined;
    },
  },
};

/** The argument that says how many units a layer has. */
const WIDTHS: Record<string, string> = { Linear: 'out_features', Conv1d: 'out_channels', Conv2d: 'out_channels' };

const weightedIn = (file: ModelFile): Standing[] => file.all.filter(({ entry }) => WIDTHS[entry.type]);

/** What follows in the list up to the next layer with a weight. */
function behind({ siblings, index }: Standing) {
  const rest = siblings.slice(index + 1);
  const next = rest.findIndex(({ type, branches }) => WIDTHS[type] || branches.length > 0);
  return next < 0 ? rest : rest.slice(0, next);
}

function normalisationFor({ entry }: Standing, file: ModelFile): string | Record<string, number[]> | undefined {
  const output = file.outputOf(entry);
  if (!output || !WIDTHS[entry.type]) return undefined;
  const isChannelled = entry.type !== 'Linear';
  if (file.spec.train.batch_size < SMALL_BATCH) return isChannelled ? { LayerNorm: [...output] } : 'LayerNorm';
  if (isChannelled) return output.length === 3 ? 'BatchNorm2d' : 'BatchNorm1d';
  // Of several vectors a sample, the features come last, where BatchNorm does not look.
  return output.length === 1 ? 'BatchNorm1d' : 'LayerNorm';
}
