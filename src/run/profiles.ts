import type { Distribution, ObservationEvent } from '../train/observation';
import type { LayerMoment, ModesPoint, NormalisationPoint, Profile, StatsSnapshot } from '../view/protocol';

/** How the tensors of all layers spread, without the rest of an observation. */
export function profileOf({ step, layers }: ObservationEvent): Profile {
  const spread = (name: string) => {
    const { activation, gradient } = layers[name];
    return { ...part('activation', activation.percentiles), ...part('gradient', gradient?.percentiles) };
  };
  return { step, layers: Object.fromEntries(Object.keys(layers).map((name) => [name, spread(name)])) };
}

/** Losses of both modes, of the observations that have them. */
export const modesOf = (observations: readonly ObservationEvent[]): ModesPoint[] =>
  observations.flatMap(({ step, modes }) => (modes ? [{ step, ...modes }] : []));

/** What observations tell of one layer. */
export function layerMoments(observations: readonly ObservationEvent[], layer: string): LayerMoment[] {
  return observations.flatMap(({ step, layers, params }) => {
    if (!Object.hasOwn(layers, layer)) return [];
    const { activation, gradient, input, active, units } = layers[layer];
    const tensors: Record<string, Distribution> = { activation, ...part('gradient', gradient), ...part('input', input) };
    for (const [name, { weight, gradient: slope, update }] of Object.entries(params)) {
      const key = keyIn(layer, name, layers);
      if (key === undefined) continue;
      Object.assign(tensors, { [key]: weight }, part(`${key}.gradient`, slope), part(`${key}.update`, update));
    }
    return [{ step, tensors, ...part('active', active), ...part('units', units) }];
  });
}

/** The statistics of a normalisation; none of another layer. */
export const normalisationPoints = (samples: readonly StatsSnapshot[], layer: string): NormalisationPoint[] =>
  samples.flatMap(({ step, layers }) => {
    const statistics = Object.hasOwn(layers, layer) ? layers[layer].normalisation : undefined;
    return statistics ? [{ step, statistics }] : [];
  });

const part = <Key extends string, T>(key: Key, value: T | undefined) => (value === undefined ? {} : { [key]: value });

/** `weight` of `linear1.weight`; undefined of a parameter of another layer, which may be called `linear1.weight` itself. */
function keyIn(layer: string, parameter: string, layers: Record<string, unknown>): string | undefined {
  if (!parameter.startsWith(`${layer}.`)) return undefined;
  const isOfOther = Object.keys(layers).some((name) => name.length > layer.length && parameter.startsWith(`${name}.`));
  return isOfOther ? undefined : parameter.slice(layer.length + 1);
}
