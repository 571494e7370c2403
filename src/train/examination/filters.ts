import { isImage, pictureOf, pixelsOf } from '../../data/picture';
import { rounded } from '../../base/rounded';
import { product } from '../../graph/shape';
import type { BuiltLayer } from '../../model/build';
import { noise } from '../../model/layers/noise';
import type { Filters } from '../outcome';
import { type Feeds, numbers } from '../session';
import type { ModelPlan } from '../modelPlan';

const MOST_FILTERS = 32;
const FEWEST_FILTERS = 8;
/** Numbers of one picture, and of all. */
const PICTURE_SIZE = 1024;
const PICTURES_SIZE = 6000;

/** What comes before the first weights without moving a pixel to another place. */
const KEEPS_PLACES = new Set<string>(['Flatten', 'Identity', ...Object.keys(noise), 'BatchNorm1d', 'BatchNorm2d', 'LayerNorm']);

/** The weights that images meet first, as pictures; undefined where they meet none, or where one is not finite. */
export function filtersOf(plan: ModelPlan, layers: readonly BuiltLayer[], weights: Feeds): Filters | undefined {
  const first = isImage(plan.sample) && layers.find(({ spec }) => !KEEPS_PLACES.has(spec.type));
  if (!first) return undefined;
  const weight = weightOf(plan, `${first.name}.weight`, weights);
  const shape = weight && filterShape(first, weight.shape, plan.sample);
  if (!shape) return undefined;
  const count = weight.shape[0];
  const size = product(shape);
  const shown = Math.min(count, MOST_FILTERS, Math.max(FEWEST_FILTERS, Math.floor(PICTURES_SIZE / Math.min(PICTURE_SIZE, pixelsOf(shape)))));
  const filters = Array.from({ length: shown }, (_, i) => weight.data.subarray(i * size, i * size + pixelsOf(shape)));
  const scale = filters.reduce((most, filter) => filter.reduce((m, value) => Math.max(m, Math.abs(value)), most), 0);
  const pictures = filters.map((filter) => pictureOf(filter, shape, PICTURE_SIZE, [-scale, scale]));
  if (scale === 0 || !pictures.every((picture) => picture !== undefined)) return undefined;
  return { layer: first.name, count, scale: rounded(scale), pictures };
}

/** Channels, rows and columns of one filter. */
function filterShape({ spec }: BuiltLayer, [, ...rest]: readonly number[], sample: readonly number[]): readonly number[] | undefined {
  if (spec.type === 'Conv2d') return rest;
  // A Linear that meets rows of an image instead of all of it has other weights.
  return spec.type === 'Linear' && product(rest) === product(sample) ? sample : undefined;
}

function weightOf({ trained, frozen }: ModelPlan, name: string, weights: Feeds): { shape: number[]; data: Float32Array } | undefined {
  for (const [pack, vector] of [
    [trained, weights.params],
    [frozen, weights.frozen],
  ] as const) {
    const at = pack.items.findIndex((item) => item.name === name);
    const { shape } = pack.items[at] ?? {};
    if (shape) return { shape, data: numbers(vector).subarray(pack.offsets[at], pack.offsets[at] + product(shape)) };
  }
  return undefined;
}
