import { rounded } from '../../base/rounded';
import type { BuiltLayer } from '../../model/build';
import { ACTIVATIONS } from '../../model/layers';
import { noise } from '../../model/layers/noise';
import type { UnitMaps } from '../outcome';

export const MOST_UNITS = 8;
const MOST_LAYERS = 8;

/** Points along each side of a map, and points of all maps together: of many maps each is coarser. */
const POINTS = { most: 24, fewest: 10, all: 8000 };

const FULL = 127;

/** Put out nothing of their own: they hand on what comes in, in evaluation, or what the last layer in them puts out. */
const HANDS_ON = new Set(['Identity', ...Object.keys(noise), 'Flatten', 'Unflatten', 'Repeat']);

/** Those whose units are shown: with one number for each unit, activations before others, in the order of the model. */
export function layersShown(layers: readonly BuiltLayer[]): BuiltLayer[] {
  const own = layers.filter(({ output, spec }) => output.shape.length === 2 && !HANDS_ON.has(spec.type));
  const isActivation = ({ spec }: BuiltLayer) => Object.hasOwn(ACTIVATIONS, spec.type);
  const first = spread(own.filter(isActivation), MOST_LAYERS);
  const rest = spread(
    own.filter((layer) => !isActivation(layer)),
    MOST_LAYERS - first.length,
  );
  return own.filter((layer) => first.includes(layer) || rest.includes(layer));
}

/** At even distances, the last one among them. */
const spread = <T>(list: readonly T[], most: number): T[] =>
  list.length <= most ? [...list] : Array.from({ length: most }, (_, i) => list[Math.round(((i + 1) * list.length) / most) - 1]);

const shownOf = ({ output }: BuiltLayer): number => Math.min(MOST_UNITS, output.shape[1]);

/** Points along each side of a map. */
export function mapSize(layers: readonly BuiltLayer[]): number {
  const maps = layers.reduce((sum, layer) => sum + shownOf(layer), 0);
  return Math.max(POINTS.fewest, Math.min(POINTS.most, Math.floor(Math.sqrt(POINTS.all / Math.max(1, maps)))));
}

/** @param outputs what the shown units put out at the points of a grid, point after point. */
export function unitMaps(layer: BuiltLayer, outputs: Float32Array, size: number): UnitMaps {
  const shown = shownOf(layer);
  const maps = Array.from({ length: shown }, (_, unit) => {
    const values = Array.from({ length: size * size }, (_, point) => outputs[point * shown + unit]).map((v) => (Number.isFinite(v) ? v : 0));
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // Minus zero is zero.
    return { scale: rounded(scale), values: values.map((value) => (scale > 0 ? Math.round((FULL * value) / scale) : 0) || 0) };
  });
  return { layer: layer.name, units: layer.output.shape[1], size, maps };
}
