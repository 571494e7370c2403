import { rounded } from '../base/rounded';
import { BINS, type Distribution, MOST_NUMBERS, type Percentiles } from './observation';

const SHARES = [0.02, 0.16, 0.5, 0.84, 0.98];

/** The histogram is counted in cells finer than its bins: one that holds a percentile has few numbers to sort. */
const FINENESS = 16;
const CELLS = BINS * FINENESS;

// Hundreds of tensors are sorted out at once: what that takes is allocated once.
const finite = new Float32Array(MOST_NUMBERS);
const picked = new Float32Array(MOST_NUMBERS);
const cellOf = new Uint16Array(MOST_NUMBERS);
const inCell = new Uint32Array(CELLS);
/** Numbers in the cells before. */
const before = new Uint32Array(CELLS);

/** How up to `MOST_NUMBERS` numbers spread. Sorting all of them would take several times as long. */
export function distributionOf(numbers: Float32Array): Distribution {
  let count = 0;
  let from = Infinity;
  let to = -Infinity;
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i];
    // NaN for NaN and infinities.
    if (x - x !== 0) continue;
    finite[count++] = x;
    if (x < from) from = x;
    if (x > to) to = x;
  }
  const non_finite = numbers.length - count;
  const counts = Array<number>(BINS).fill(0);
  if (count === 0) return { from: 0, to: 0, counts, non_finite };
  countCells(count, from, to);
  for (let cell = 0; cell < CELLS; cell++) counts[Math.floor(cell / FINENESS)] += inCell[cell];
  return { percentiles: percentilesOf(count), from: rounded(from), to: rounded(to), counts, non_finite };
}

function countCells(count: number, from: number, to: number): void {
  const scale = to > from ? CELLS / (to - from) : 0;
  inCell.fill(0);
  for (let i = 0; i < count; i++) {
    const cell = Math.min(CELLS - 1, Math.floor((finite[i] - from) * scale));
    cellOf[i] = cell;
    inCell[cell]++;
  }
  for (let cell = 1; cell < CELLS; cell++) before[cell] = before[cell - 1] + inCell[cell - 1];
}

/** By linear interpolation between the numbers on both sides, as NumPy does it. */
function percentilesOf(count: number): Percentiles {
  const ranks = SHARES.map((share) => share * (count - 1));
  const sorted = sortCells(count, new Set(ranks.flatMap((rank) => [cellAt(Math.floor(rank)), cellAt(Math.ceil(rank))])));
  const at = (rank: number) => {
    const cell = cellAt(rank);
    return sorted.get(cell)![rank - before[cell]];
  };
  return ranks.map((rank) => {
    const below = at(Math.floor(rank));
    return rounded(below + (at(Math.ceil(rank)) - below) * (rank % 1));
  }) as Percentiles;
}

/** The cell with the number of a rank, from 0. */
function cellAt(rank: number): number {
  let [low, high] = [0, CELLS - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (before[middle] <= rank) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What lies in some of the cells, in order. */
function sortCells(count: number, wanted: ReadonlySet<number>): Map<number, Float32Array> {
  const filled = new Int32Array(CELLS).fill(-1);
  let size = 0;
  for (const cell of wanted) {
    filled[cell] = size;
    size += inCell[cell];
  }
  for (let i = 0; i < count; i++) {
    const cell = cellOf[i];
    if (filled[cell] >= 0) picked[filled[cell]++] = finite[i];
  }
  return new Map([...wanted].map((cell) => [cell, picked.subarray(filled[cell] - inCell[cell], filled[cell]).sort()]));
}
