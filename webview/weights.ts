import type { ParamStats } from '../src/train/protocol';

/**
 * The parameter that stands for a layer: `<layer>.weight`, or that of the largest norm. Parameters belong to the longest layer name they
 * start with, as copies are called `linear1.0` and their weights `linear1.0.weight`.
 */
export function mainParams(layers: readonly string[], params: Readonly<Record<string, ParamStats>>): Map<string, string> {
  const known = new Set(layers);
  const main = new Map<string, string>();
  for (const name of Object.keys(params)) {
    const owner = ownerOf(name, known);
    if (owner === undefined) continue;
    const current = main.get(owner);
    if (current === undefined || (current !== `${owner}.weight` && outranks(name, current, owner, params))) main.set(owner, name);
  }
  return main;
}

function ownerOf(param: string, layers: ReadonlySet<string>): string | undefined {
  for (let dot = param.lastIndexOf('.'); dot > 0; dot = param.lastIndexOf('.', dot - 1)) {
    const prefix = param.slice(0, dot);
    if (layers.has(prefix)) return prefix;
  }
  return undefined;
}

function outranks(name: string, current: string, owner: string, params: Readonly<Record<string, ParamStats>>): boolean {
  return name === `${owner}.weight` || (params[name].weight.l2 ?? 0) > (params[current].weight.l2 ?? 0);
}
