import type { Parameter } from '../model/build';
import { isAmong, type LayerNames, layerNames } from '../model/layerPatterns';
import { cyclesMomentum, momentumAt } from '../model/schedulers';
import type { ParamGroup, Spec } from '../model/spec';

type Args = Spec['optimizer']['args'];

/** The optimizer's arguments at a step, or those of a group: schedulers may set its momentum (or β₁). */
export function argsAt(step: number, { optimizer, schedulers }: Spec, group?: ParamGroup): Args {
  const args: Args = { ...optimizer.args, ...group?.args };
  const momentum = momentumAt(step, schedulers);
  if (momentum === undefined) return args;
  return args.betas ? { ...args, betas: [momentum, (args.betas as number[])[1]] } : { ...args, momentum };
}

/** Arguments that the update is built for: a number that is 0 leaves its term out, so it must be 0 for all layers and at all steps. */
export function builtArgs({ optimizer, schedulers, paramGroups }: Spec): Args {
  const args = { ...optimizer.args };
  for (const group of paramGroups) for (const [key, value] of Object.entries(group.args)) if (args[key] === 0) args[key] = value;
  // Of which only counts that it is not 0.
  if (args.momentum === 0 && schedulers.some(cyclesMomentum)) args.momentum = 1;
  return args;
}

/** Finds the group of `param_groups` that a parameter is in. */
export function groupFinder({ model, paramGroups }: Spec): (parameter: Pick<Parameter, 'layer'>) => ParamGroup | undefined {
  if (paramGroups.length === 0) return () => undefined;
  const names: LayerNames = layerNames(model);
  return ({ layer }) => paramGroups.find(({ layers }) => isAmong(layers, layer, names));
}
