import { formatNumber } from '../src/base/format';
import type { StartedLayer } from '../src/train/protocol';
import type { Percentiles } from '../src/train/observation';
import type { Profile } from '../src/view/protocol';
import { decadesPerLayer } from './gradientDepth';
import { type ValueAxis, valueAxis } from './valueAxis';

/** How one layer's activation spreads. */
export interface Rung {
  layer: string;
  index: number;
  /** 2, 16, 50, 84, 98 %; absent where it was not observed or no number is finite. */
  percentiles?: Percentiles;
  /** It was observed, and no number is finite. */
  isBroken: boolean;
  /** Whether it counts for the trend over depth: layers with weights, as in the flow of gradients. Norm layers set the spread themselves. */
  isWeighted: boolean;
}

/** From this slope on the spread visibly grows or shrinks: a factor of 1.3 per layer. */
const NOTEWORTHY_SLOPE = 0.12;

/** A layer this many times as wide as the middle one stands out. */
const MUCH_WIDER = 4;

/** What the axis shows at least, so that ±1, the aim of inits, is always on it; and up to where every layer fits. */
const LEAST_LIMIT = 1.2;
const FREE_LIMIT = 5;

/** Medians further from 0 than this many spreads are not centred. */
const FAR = 3;

/** Names in a sentence; the rest is counted. */
const MOST_NAMES = 3;

export function rungs(layers: readonly StartedLayer[], profile: Profile | undefined): Rung[] {
  if (!profile) return [];
  return layers.map(({ name, type, params }, index) => {
    const seen = Object.hasOwn(profile.layers, name) ? profile.layers[name] : undefined;
    const isWeighted = params > 0 && !type.includes('Norm');
    return { layer: name, index, percentiles: seen?.activation, isBroken: seen !== undefined && !seen.activation, isWeighted };
  });
}

/** Half the width of the middle 68 %: of a normal distribution the standard deviation, and not moved by a few huge numbers. */
export const spreadOf = ([, low, , high]: Percentiles): number => (high - low) / 2;

/** Largest distance from 0 of the middle 96 %. */
export const extentOf = ([low, , , , high]: Percentiles): number => Math.max(Math.abs(low), Math.abs(high));

/** Linear, as widths are compared; logarithmic to both sides of 0 where more than two decades lie between the widest layer and the narrowest. */
export function ladderAxis(now: readonly Rung[], start: readonly Rung[]): ValueAxis {
  const known = [...now, ...start].flatMap(({ percentiles }) => (percentiles ? [percentiles] : []));
  return valueAxis(known.map((percentiles) => ({ percentiles, from: percentiles[0], to: percentiles[4], counts: [], non_finite: 0 })));
}

/**
 * Up to where the axis goes on either side of 0: to the widest layer. A linear one clips a layer that is far wider than the middle one: the others
 * would be lines.
 */
export function axisLimit(now: readonly Rung[], start: readonly Rung[], { isLogarithmic }: ValueAxis): { limit: number; step: number } {
  const extents = (all: readonly Rung[]) => all.flatMap(({ percentiles }) => (percentiles ? [extentOf(percentiles)] : [])).sort((a, b) => a - b);
  const [of, ofStart] = [extents(now), extents(start)];
  const known = of.length > 0 ? of : ofStart;
  const middle = known[Math.floor(known.length / 2)] ?? 0;
  const widest = Math.max(0, of.at(-1) ?? 0, ofStart.at(-1) ?? 0);
  if (isLogarithmic) return { limit: Math.max(LEAST_LIMIT, widest * 1.2), step: 1 };
  return roundUp(Math.max(LEAST_LIMIT, Math.min(widest * 1.02, Math.max(FREE_LIMIT, MUCH_WIDER * middle))));
}

/** Decades by which the spread changes from one weighted layer to the next; undefined with fewer than three of them. */
export function spreadSlope(all: readonly Rung[]): number | undefined {
  const weighted = all.filter(({ isWeighted, percentiles }) => isWeighted && percentiles);
  return weighted.length < 3
    ? undefined
    : decadesPerLayer(weighted.map(({ layer, percentiles }, index) => ({ layer, index, norm: spreadOf(percentiles!) })));
}

/** What is to be seen, in words. */
export function readLadder(all: readonly Rung[], limit: number): string {
  const slope = spreadSlope(all);
  const where = (test: (percentiles: Percentiles) => boolean) => all.filter(({ percentiles }) => percentiles && test(percentiles));
  return [
    sentence(
      'No finite number in',
      all.filter(({ isBroken }) => isBroken),
    ),
    trend(slope),
    sentence(
      'Beyond the axis:',
      where((percentiles) => extentOf(percentiles) > limit),
    ),
    sentence(
      'Nearly constant:',
      where((percentiles) => percentiles[4] === percentiles[0]),
    ),
    sentence('Median far from 0 in', where(isOffCentre)),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

function trend(slope: number | undefined): string {
  if (slope === undefined) return '';
  if (Math.abs(slope) < NOTEWORTHY_SLOPE) return 'The spread keeps its size over depth.';
  return `The spread ${slope < 0 ? 'shrinks' : 'grows'} about ${formatNumber(10 ** Math.abs(slope), 2)}× per layer.`;
}

const isOffCentre = (percentiles: Percentiles): boolean =>
  Math.abs(percentiles[2]) > FAR * spreadOf(percentiles) && percentiles[4] !== percentiles[0];

function sentence(words: string, all: readonly Rung[]): string {
  if (all.length === 0) return '';
  const named = all.slice(0, MOST_NAMES).map(({ layer }) => layer);
  const more = all.length > named.length ? ` and ${all.length - named.length} more` : '';
  return `${words} ${named.join(', ')}${more}.`;
}

/** Ends of the axis, and how many parts they are from 0. */
const ROUND = [
  [1, 2],
  [1.2, 3],
  [1.5, 3],
  [2, 2],
  [3, 3],
  [4, 2],
  [6, 3],
  [8, 2],
  [10, 2],
] as const;

/** To a round number, so that the axis does not move with every step. */
function roundUp(value: number): { limit: number; step: number } {
  const decade = 10 ** Math.floor(Math.log10(value));
  const [round, parts] = ROUND.find(([round]) => round * decade >= value) ?? ROUND[ROUND.length - 1];
  return { limit: round * decade, step: (round * decade) / parts };
}
