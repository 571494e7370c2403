import { gainOf } from '../../model/inits';
import type { Choice, InitName, LayerSpec } from '../../model/spec';
import { idealDeviation } from '../initScale';
import { RECTIFIERS, SQUASHING } from '../layerKinds';
import { type FixRules, restarts } from './fixRule';
import type { ModelFile } from './modelFile';

export const initFixes: FixRules<'match-init'> = {
  'match-init': {
    needsRestart: restarts,
    write: (_, file) => {
      const { init } = file.spec;
      // Weights from a file were chosen for what they are.
      if (init.name === 'weights') return undefined;
      const isRectified = isMostlyRectified(file);
      const isMatched = matches(init, isRectified);
      const odd = file.all.filter(({ entry }) => entry.init && deviates(entry.init, entry, isRectified, file));
      if (!isMatched) file.draft.set(['init'], isRectified ? { kaiming_normal: { nonlinearity: 'relu' } } : 'xavier_uniform');
      for (const standing of odd) file.removeArgument(standing, 'init');
      if (isMatched && odd.length === 0) return undefined;
      const without = odd.length > 0 ? `without init in ${odd.map(({ entry }) => entry.name).join(', ')}` : '';
      return [isMatched ? '' : `init: ${isRectified ? 'kaiming_normal' : 'xavier_uniform'}`, without].filter(Boolean).join(', ');
    },
  },
};

function isMostlyRectified(file: ModelFile): boolean {
  const count = (types: ReadonlySet<string>) => file.all.filter(({ entry }) => types.has(entry.type)).length;
  const rectifiers = count(RECTIFIERS);
  return rectifiers > 0 && rectifiers >= count(SQUASHING);
}

/** Whether an init already keeps signals at their size: by its scheme, drawn normal or uniform. */
function matches({ name, args }: Choice<InitName>, isRectified: boolean): boolean {
  if (!isRectified)
    return (name === 'xavier_uniform' || name === 'xavier_normal') && (args.gain as number) >= 1 && (args.gain as number) <= gainOf('tanh', 0);
  const gain = gainOf(args.nonlinearity as string, args.a as number);
  return (name === 'kaiming_uniform' || name === 'kaiming_normal') && Math.abs(gain - Math.SQRT2) < 0.1;
}

/** A scale off by less trains fine. */
const TOLERATED = 2;

function deviates({ name, args }: Choice<InitName>, entry: LayerSpec, isRectified: boolean, file: ModelFile): boolean {
  const { mean, std, a, b } = args as Record<string, number>;
  switch (name) {
    case 'constant':
    case 'zeros':
      return true;
    case 'normal':
      return isOff(mean, std, entry, isRectified, file);
    case 'uniform':
      return isOff((a + b) / 2, (b - a) / Math.sqrt(12), entry, isRectified, file);
    default:
      return false;
  }
}

function isOff(mean: number, std: number, entry: LayerSpec, isRectified: boolean, file: ModelFile): boolean {
  const units = (entry.args.out_features ?? entry.args.out_channels) as number;
  const params = file.paramsOf(entry);
  if (params === undefined) return true;
  const ideal = idealDeviation(params / units - (entry.args.bias ? 1 : 0), isRectified);
  return Math.abs(mean) > ideal || std > ideal * TOLERATED || std < ideal / TOLERATED;
}
