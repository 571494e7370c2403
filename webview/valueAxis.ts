import type { Distribution } from '../src/train/observation';

/** From this many decades between the widest and the narrowest distribution on, the narrowest is a line on a linear axis. */
const MANY_DECADES = 2;

/** Of the largest value: what is narrower looks like 0. */
const MOST_DECADES = 12;

/** Ticks on either side of 0. */
const MOST_TICKS = 4;

/** Where values stand on an axis that holds several distributions. */
export interface ValueAxis {
  /** Logarithmic to both sides of 0, linear close to it. */
  isLogarithmic: boolean;
  place: (value: number) => number;
  /** The value at a place. */
  at: (place: number) => number;
  /** Of a logarithmic one: within this distance of 0 it is linear. */
  linearWithin?: number;
  /** Places of the ticks; undefined: as the axis likes. */
  ticks?: number[];
}

const LINEAR: ValueAxis = { isLogarithmic: false, place: (value) => value, at: (place) => place };

export function valueAxis(distributions: readonly Distribution[]): ValueAxis {
  const reaches = distributions.filter(({ percentiles }) => percentiles).map(reach);
  const largest = Math.max(...reaches);
  const smallest = Math.min(...reaches.filter((size) => size > largest * 10 ** -MOST_DECADES));
  return largest > 0 && largest / smallest > 10 ** MANY_DECADES ? symmetricLog(smallest, largest) : LINEAR;
}

/** The inverse hyperbolic sine is a logarithm far from 0 and linear close to it: the narrowest distribution has one decade to itself. */
function symmetricLog(smallest: number, largest: number): ValueAxis {
  const linear = smallest / 10;
  const place = (value: number): number => Math.asinh(value / (2 * linear)) / Math.LN10;
  const at = (position: number): number => 2 * linear * Math.sinh(position * Math.LN10);
  const [from, to] = [Math.floor(Math.log10(smallest)), Math.floor(Math.log10(largest))];
  const apart = Math.max(1, Math.ceil((to - from + 1) / MOST_TICKS));
  const powers: number[] = [];
  for (let power = to; power >= from; power -= apart) powers.push(10 ** power);
  const ticks = [...powers.map((power) => -power), 0, ...powers.reverse()].map(place);
  return { isLogarithmic: true, place, at, ticks, linearWithin: 2 * linear };
}

const reach = ({ from, to }: Distribution): number => Math.max(Math.abs(from), Math.abs(to));
