import { log10 } from '../base/format';
import type { StartedLayer } from '../train/protocol';
import type { EditEffect, LossPoint, StatsSnapshot } from '../view/protocol';

/** Points of the loss curve on either side that a slope is fitted to, at most and at least. */
const SLOPE_POINTS = { most: 100, least: 8 };
/** Sampled steps on either side that the flow of the gradient is the median of. */
const FLOW_SAMPLES = 5;

/** An edit's place between its neighbours: what lies beyond them is theirs. */
export interface EditSpan {
  /** Steps done before the edit before; −∞ for the first one. */
  from: number;
  /** Steps done before the edit. */
  at: number;
  /** Steps done before the next edit; ∞ for the last one. */
  to: number;
  layersBefore: readonly StartedLayer[];
  layersAfter: readonly StartedLayer[];
}

/** What the steps around an edit tell of it, and whether more steps cannot change that. */
export function editEffect(
  { from, at, to, layersBefore, layersAfter }: EditSpan,
  losses: readonly LossPoint[],
  statistics: readonly StatsSnapshot[],
): { effect: EditEffect; isSettled: boolean } {
  const isBefore = ({ step }: { step: number }) => step > from && step <= at;
  const isAfter = ({ step }: { step: number }) => step > at && step <= to;
  const after = losses.filter(isAfter).slice(0, SLOPE_POINTS.most);
  const effect = {
    slopeBefore: slope(losses.filter(isBefore).slice(-SLOPE_POINTS.most)),
    slopeAfter: slope(after),
    flowBefore: flow(statistics.filter(isBefore).slice(-FLOW_SAMPLES), layersBefore),
    flowAfter: flow(statistics.filter(isAfter).slice(0, FLOW_SAMPLES), layersAfter),
  };
  const known = Object.entries(effect).filter(([, value]) => value !== undefined);
  return { effect: Object.fromEntries(known), isSettled: to < Infinity || after.length === SLOPE_POINTS.most };
}

/** Least-squares change of log10(loss) per 100 steps; undefined where too few losses are positive and finite. */
function slope(points: readonly LossPoint[]): number | undefined {
  const places = points.flatMap(({ step, loss }) => {
    const y = log10(loss);
    return y === undefined || y === -Infinity ? [] : [{ x: step / 100, y }];
  });
  if (places.length < SLOPE_POINTS.least) return undefined;
  const x = average(places.map((place) => place.x));
  const y = average(places.map((place) => place.y));
  const products = places.map((place) => (place.x - x) * (place.y - y));
  const squares = places.map((place) => (place.x - x) ** 2);
  return average(products) / average(squares);
}

/** The gradient's l2 at the first layer that has one over that at the last: the median of the samples. */
function flow(samples: readonly StatsSnapshot[], layers: readonly StartedLayer[]): number | undefined {
  const ratios = samples.flatMap((sample) => {
    // Layers are named by the user: `constructor` must not find anything there.
    const norms = layers.flatMap(({ name }) => (Object.hasOwn(sample.layers, name) ? (sample.layers[name].gradient?.l2 ?? []) : []));
    const last = norms[norms.length - 1];
    const ratio = norms[0] / last;
    return norms.length > 1 && Number.isFinite(ratio) ? [ratio] : [];
  });
  return ratios.sort((a, b) => a - b)[ratios.length >> 1];
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
