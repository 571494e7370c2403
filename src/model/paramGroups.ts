import { readArguments } from './arguments';
import { checkOverlaps, checkPatterns } from './layerPatterns';
import { OPTIMIZERS, type OptimizerName } from './optimizers';
import type { Problems } from './problems';
import { PARAM_GROUP } from './schema';
import type { LayerSpec, ParamGroup, TrainSpec } from './spec';
import { inWords, isNothing, type MapEntry, type MapTree } from './tree';

/** `param_groups: [{layers: "conv*", lr: 0.0001}]`: what differs is held against the optimizer's own table. */
export function readParamGroups(entry: MapEntry | undefined, optimizer: OptimizerName | undefined, problems: Problems): ParamGroup[] {
  if (!entry || isNothing(entry.value)) return [];
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  const groups = items.map((item) => {
    if (item.kind === 'map') return readGroup(item, optimizer, problems);
    problems.error('bad-value', `A group is a map, for example \`{layers: "conv*", lr: 0.0001}\`, got ${inWords(item)}.`, item.range);
    return undefined;
  });
  return groups.filter((group) => group !== undefined);
}

function readGroup(map: MapTree, optimizer: OptimizerName | undefined, problems: Problems): ParamGroup | undefined {
  const owner = { name: 'param_groups', kind: 'argument', range: map.range } as const;
  const read = readArguments(map, PARAM_GROUP.args, owner, problems);
  if (!read || !optimizer) return undefined;
  const { layers, ...args } = Object.fromEntries(Object.entries(read.args).filter(([, value]) => value !== undefined));
  const table = OPTIMIZERS[optimizer].args;
  const own = Object.keys(args).filter((key) => Object.hasOwn(table, key));
  for (const key of Object.keys(args))
    if (!own.includes(key))
      problems.error('unknown-argument', `\`${optimizer}\` has no argument \`${key}\` that could differ here.`, keyRange(map, key));
  const entries = map.entries.filter(({ key }) => own.includes(key));
  const partial = Object.fromEntries(own.map((key) => [key, table[key]]));
  const checked = readArguments({ ...map, entries }, partial, { ...owner, name: optimizer }, problems);
  return checked && { layers: layers as string[], args: checked.args, range: map.range };
}

const keyRange = (map: MapTree, key: string) => map.entries.find((entry) => entry.key === key)!.keyRange;

/** Patterns must mean layers that there are, and no layer can be in two groups. */
export function checkNamedLayers(model: readonly LayerSpec[], groups: readonly ParamGroup[], train: TrainSpec | undefined, problems: Problems): void {
  for (const { layers, range } of groups) checkPatterns(layers, range, model, problems);
  checkOverlaps(
    groups.map(({ layers, range }) => ({ patterns: layers, range })),
    model,
    problems,
  );
  for (const stage of train?.unfreeze ?? []) if (stage) checkPatterns(stage.layers, train!.ranges.unfreeze, model, problems);
}
