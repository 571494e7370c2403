import { product, type Shape } from '../graph/shape';
import { BINS, type Distribution, MOST_NUMBERS, type Percentiles } from './observation';

const SHARES = [0.02, 0.16, 0.5, 0.84, 0.98];

/** The histogram is counted in cells finer than its bins: one that holds a percentile has few numbers to sort. */
const FINENESS = 16;
const CELLS = BINS * FINENESS;

// What is counted in: it is as large as the largest that was seen, and filled anew by every call.
let finite = new Float32Array(MOST_NUMBERS);
let cells = new Uint16Array(MOST_NUMBERS);

/** How numbers spread: sorting all of them would take five times as long. */
export function distributionOf(numbers: Float32Array): Distribution {
  const count = takeFinite(numbers);
  const non_finite = numbers.length - count;
  if (count === 0) return { from: 0, to: 0, counts: Array<number>(BINS).fill(0), non_finite };
  let from = finite[0];
  let to = from;
  for (let i = 1; i < count; i++) {
    const x = finite[i];
    if (x < from) from = x;
    else if (x > to) to = x;
  }
  const inCell = countCells(count, from, to);
  const counts = Array.from({ length: BINS }, (_, bin) => inCell.subarray(bin * FINENESS, (bin + 1) * FINENESS).reduce((sum, n) => sum + n, 0));
  const percentiles = percentilesOf(count, inCell).map(rounded) as Percentiles;
  return { percentiles, from: rounded(from), to: rounded(to), counts, non_finite };
}

/** To four significant digits: more than a picture shows. */
export const rounded = (x: number): number => Number(x.toPrecision(4));

/**
 * Elements from one to the next of those that are looked at, so that there are no more than `MOST_NUMBERS`. It shares no divisor with what lies
 * along the dimensions behind the first: no channel is passed over.
 */
export function strideOf(shape: Shape): number {
  const size = product(shape);
  if (size <= MOST_NUMBERS) return 1;
  const inner = size / shape[0];
  let stride = Math.ceil(size / MOST_NUMBERS);
  while (greatestCommonDivisor(stride, inner) > 1) stride++;
  return stride;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

function takeFinite(numbers: Float32Array): number {
  if (numbers.length > finite.length) [finite, cells] = [new Float32Array(numbers.length), new Uint16Array(numbers.length)];
  let count = 0;
  // x − x is NaN for NaN and infinities.
  for (const x of numbers) if (x - x === 0) finite[count++] = x;
  return count;
}

/** Numbers by cell; `cells` is where each one lies. */
function countCells(count: number, from: number, to: number): Uint32Array {
  const inCell = new Uint32Array(CELLS);
  const scale = to > from ? CELLS / (to - from) : 0;
  for (let i = 0; i < count; i++) {
    const cell = Math.min(CELLS - 1, Math.floor((finite[i] - from) * scale));
    cells[i] = cell;
    inCell[cell]++;
  }
  return inCell;
}

/** By linear interpolation between the numbers on both sides, as NumPy does it. */
function percentilesOf(count: number, inCell: Uint32Array): number[] {
  const before = new Uint32Array(CELLS);
  for (let cell = 1; cell < CELLS; cell++) before[cell] = before[cell - 1] + inCell[cell - 1];
  const ranks = SHARES.map((share) => share * (count - 1));
  const placeOf = (rank: number) => {
    const cell = lastNotAbove(before, rank);
    return { cell, index: rank - before[cell] };
  };
  const places = ranks.map((rank) => ({ below: placeOf(Math.floor(rank)), above: placeOf(Math.ceil(rank)), rest: rank % 1 }));
  const ordered = sortCells(count, inCell, new Set(places.flatMap(({ below, above }) => [below.cell, above.cell])));
  const at = ({ cell, index }: { cell: number; index: number }) => ordered.get(cell)![index];
  return places.map(({ below, above, rest }) => at(below) + (at(above) - at(below)) * rest);
}

function lastNotAbove(ascending: Uint32Array, limit: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle] <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What lies in some of the cells, in order. */
function sortCells(count: number, inCell: Uint32Array, wanted: ReadonlySet<number>): Map<number, Float32Array> {
  const lists = [...wanted].map((cell) => ({ cell, numbers: new Float32Array(inCell[cell]), filled: 0 }));
  const listOf = new Int8Array(CELLS).fill(-1);
  lists.forEach(({ cell }, i) => (listOf[cell] = i));
  for (let i = 0; i < count; i++) {
    const index = listOf[cells[i]];
    if (index < 0) continue;
    const list = lists[index];
    list.numbers[list.filled++] = finite[i];
  }
  return new Map(lists.map(({ cell, numbers }) => [cell, numbers.sort()]));
}
