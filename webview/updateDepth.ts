import { formatLog10, formatNumber } from '../src/base/format';
import { BANDS } from '../src/diagnose/bands';
import type { RunView, StatsSnapshot } from '../src/view/protocol';
import { mainParams } from './weights';

const { usual, low, high } = BANDS.updateRatio;

/** Where log₁₀(‖ΔW‖ / ‖W‖) of a step usually lies, as the layer strip has it. */
export const USUAL_UPDATE = { low: Math.log10(usual.low), high: Math.log10(usual.high) } as const;

/** Beyond this the layer strip marks it. */
export const MARKED_UPDATE = { low: Math.log10(low), high: Math.log10(high) } as const;

/** From this share of the highest learning rate on, small updates are the schedule's. */
const LOW_RATE = 0.5;

/** The update of one layer's weight. `index` counts the layers on show. */
export interface UpdatePoint {
  layer: string;
  index: number;
  param: string;
  /** ‖ΔW‖ / ‖W‖; undefined where it is not finite. */
  ratio?: number;
}

/** The update ratios of the weights in source order. */
export function updateDepth(layers: RunView['layers'], snapshot: StatsSnapshot | undefined): UpdatePoint[] {
  if (!snapshot) return [];
  const main = mainParams(
    layers.map(({ name }) => name),
    snapshot.params,
  );
  return layers
    .filter(({ name }) => main.has(name))
    .map(({ name }, index) => {
      const param = main.get(name)!;
      return { layer: name, index, param, ratio: snapshot.params[param].update_ratio ?? undefined };
    });
}

const logarithm = ({ ratio }: UpdatePoint): number | undefined => (ratio === undefined ? undefined : Math.log10(ratio));

/** Weights whose update lies outside the band: exact zeros are below it, what is not finite is on neither side. */
export function outside(points: readonly UpdatePoint[]): { below: UpdatePoint[]; above: UpdatePoint[] } {
  return {
    below: points.filter((point) => (logarithm(point) ?? 0) < USUAL_UPDATE.low),
    above: points.filter((point) => (logarithm(point) ?? -9) > USUAL_UPDATE.high),
  };
}

/** Median of log₁₀ of the ratios; undefined where none has a logarithm. */
export function medianUpdate(points: readonly UpdatePoint[]): number | undefined {
  const sizes = points.flatMap((point) => (point.ratio ? [Math.log10(point.ratio)] : [])).sort((a, b) => a - b);
  if (sizes.length === 0) return undefined;
  const half = sizes.length / 2;
  return (sizes[Math.ceil(half) - 1] + sizes[Math.floor(half)]) / 2;
}

/** What is to be seen, in words. `rateShare`: the learning rate as a share of its highest so far. */
export function readUpdates(points: readonly UpdatePoint[], rateShare: number): string {
  if (points.length === 0) return '';
  const { below, above } = outside(points);
  const parts = [named(above, points.length, 'above'), named(below, points.length, 'below')].filter((text) => text !== '');
  const rate = below.length > 0 && rateShare < LOW_RATE ? ` The learning rate is at ${formatNumber(100 * rateShare, 2)} % of its highest.` : '';
  return parts.length === 0 ? 'All updates are of usual size.' : `${parts.join(' ')}${rate}`;
}

function named(points: readonly UpdatePoint[], all: number, side: string): string {
  if (points.length === 0) return '';
  if (points.length === all && all > 1) return `All weights are ${side} the usual band.`;
  const names = points.slice(0, 3).map(({ layer, ratio }) => (ratio ? `${layer} (${formatLog10(Math.log10(ratio))})` : `${layer} (□ exactly 0)`));
  const more = points.length > names.length ? ` and ${points.length - names.length} more` : '';
  return `${side === 'above' ? 'Above' : 'Below'} the usual band: ${names.join(', ')}${more}.`;
}
