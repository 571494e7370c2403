import type { Boundary } from '../src/train/outcome';
import type { Rgba } from './colourScales';

/** The scale of numbers over a plane: about zero where the numbers are on both sides of it, else about their middle. */
export function planeScale({ values, points }: Pick<Boundary, 'values' | 'points'>): { middle: number; reach: number } {
  const finite = [...values, ...points.map(({ target }) => target)].filter((value): value is number => value !== null && Number.isFinite(value));
  if (finite.length === 0) return { middle: 0, reach: 1 };
  const [min, max] = finite.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  const middle = min < 0 && max > 0 ? 0 : (min + max) / 2;
  return { middle, reach: Math.max(max - middle, middle - min) || 1 };
}

/** Opacity of a cell: a class that is no surer than guessing is faint, one that is certain stays light enough for the points on it. */
export function confidenceOpacity(percent: number | undefined, classes: number): number {
  if (percent === undefined) return 0.4;
  const guess = 1 / Math.max(2, classes);
  const sure = Math.max(0, (percent / 100 - guess) / (1 - guess));
  return 0.08 + 0.47 * sure;
}

/** Where in each class's region its name has the most room: the cell that is farthest from any other class, from the edge and from cells that are taken. */
export function regionCentres(
  values: readonly (number | null)[],
  size: number,
  taken: ReadonlySet<number>,
): Map<number, { index: number; room: number }> {
  const room = roomOf(values, size, taken);
  const centres = new Map<number, { index: number; room: number }>();
  values.forEach((value, index) => {
    if (value !== null && room[index] > (centres.get(value)?.room ?? 0)) centres.set(value, { index, room: room[index] });
  });
  return centres;
}

/** Steps (up, down, left or right) from each cell to the nearest one that is taken, of another class or out of the plane. */
function roomOf(values: readonly (number | null)[], size: number, taken: ReadonlySet<number>): number[] {
  const at = (row: number, column: number) => (row < 0 || column < 0 || row >= size || column >= size ? undefined : row * size + column);
  const around = (index: number) => {
    const [row, column] = [Math.floor(index / size), index % size];
    return [at(row - 1, column), at(row + 1, column), at(row, column - 1), at(row, column + 1)];
  };
  const isEdge = (index: number) => taken.has(index) || around(index).some((next) => next === undefined || values[next] !== values[index]);
  const room = values.map((_, index): number => (isEdge(index) ? 1 : 0));
  let edge = room.flatMap((steps, index) => (steps === 1 ? [index] : []));
  while (edge.length > 0) {
    const next: number[] = [];
    for (const index of edge)
      for (const beside of around(index))
        if (beside !== undefined && room[beside] === 0) {
          room[beside] = room[index] + 1;
          next.push(beside);
        }
    edge = next;
  }
  return room;
}

/** Cells that points lie in. */
export function cellsOf({ points, x, y, size }: Boundary): Set<number> {
  const cell = (value: number, [from, to]: [number, number]) =>
    Math.max(0, Math.min(size - 1, Math.round(((value - from) / (to - from)) * (size - 1))));
  return new Set(points.map((point) => cell(point.y, y) * size + cell(point.x, x)));
}

/** The colour at part of its opacity. */
export function faded([r, g, b]: Rgba, opacity: number): Rgba {
  return [r, g, b, Math.round(255 * opacity)];
}
