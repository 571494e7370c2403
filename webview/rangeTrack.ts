import { el } from './dom';

/** The part of an axis that ranges are drawn on. */
export interface RangeAxis {
  min: number;
  max: number;
}

export interface Range {
  /** null: without a bound. */
  min: number | null;
  max: number | null;
  mean?: number;
  std?: number;
}

/** Holds all that is finite, with zero in sight where it is near. */
export function rangeAxis(ranges: readonly Range[]): RangeAxis {
  const ends = ranges.flatMap(({ min, max }) => [min, max]).filter((end): end is number => end !== null && Number.isFinite(end));
  if (ends.length === 0) return { min: -1, max: 1 };
  const [min, max] = [Math.min(...ends), Math.max(...ends)];
  const margin = 0.04 * (max - min) || Math.abs(max) / 2 || 1;
  return { min: min - margin, max: max + margin };
}

/** A range as a line, the mean ± std as a thick part of it, the mean as a tick; an end without a bound fades. */
export function rangeTrack(axis: RangeAxis, { min, max, mean, std }: Range): HTMLElement {
  const at = (value: number) => Math.max(0, Math.min(1, (value - axis.min) / (axis.max - axis.min)));
  const [from, to] = [min === null ? 0 : at(min), max === null ? 1 : at(max)];
  const line = el('i', { class: `range-line${min === null ? ' open-below' : ''}${max === null ? ' open-above' : ''}` });
  place(line, from, to);
  const track = el('div', { class: 'range-track', 'aria-hidden': 'true' }, line);
  if (axis.min < 0 && axis.max > 0) track.prepend(placed('range-zero', at(0), at(0)));
  if (mean !== undefined && std !== undefined) track.append(placed('range-std', Math.max(from, at(mean - std)), Math.min(to, at(mean + std))));
  if (mean !== undefined) track.append(placed('range-mean', at(mean), at(mean)));
  return track;
}

function placed(name: string, from: number, to: number): HTMLElement {
  const mark = el('i', { class: name });
  place(mark, from, to);
  return mark;
}

function place(mark: HTMLElement, from: number, to: number): void {
  mark.style.left = `${(100 * from).toFixed(2)}%`;
  mark.style.width = `${(100 * Math.max(0, to - from)).toFixed(2)}%`;
}
