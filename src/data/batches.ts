import { stream } from '../base/random';
import { product } from '../graph/shape';
import { fail, type SourceRange } from '../model/problem';
import type { Normaliser, PlainSamples, Samples, Split } from './dataset';

/** How a training split is dealt out. */
export interface BatchPlan {
  /** Samples in the split. */
  count: number;
  batchSize: number;
  shuffle: boolean;
  /** Leaves out the last, short batch of an epoch. */
  dropLast: boolean;
  seed: number;
  /** Of a curriculum: epochs until all samples are there. */
  pace?: number;
}

/** Samples that are dealt out in an epoch: of a curriculum the share (epoch + 1) / pace, in whole batches. */
export const countIn = ({ count, batchSize, pace = 1 }: BatchPlan, epoch: number): number =>
  Math.min(count, Math.ceil((count * Math.min(1, (epoch + 1) / pace)) / batchSize) * batchSize);

/**
 * Batches in one epoch.
 * @param range where the model file says `batch_size`.
 * @throws ProblemError (`batch-too-large`) where short batches are dropped and not one full batch is there.
 */
export function batchesPerEpoch({ count, batchSize, dropLast }: BatchPlan, range?: SourceRange): number {
  if (!dropLast) return Math.ceil(count / batchSize);
  if (batchSize > count)
    fail(
      'batch-too-large',
      `\`batch_size: ${batchSize}\` is more than the ${count} samples of the training split. Lower it to ${count} or less, or set \`drop_last: false\`.`,
      { range },
    );
  return Math.floor(count / batchSize);
}

/** Where in the data the next batch begins. */
export interface Position {
  /** From 0. */
  epoch: number;
  /** Rows of the epoch that have been dealt out. */
  row: number;
}

/**
 * The rows of each batch, epoch after epoch without end. Unshuffled: consecutive rows, from row 0 in every epoch;
 * shuffled: a permutation that depends on seed and epoch alone, so that the order can be taken up anywhere. Of a curriculum the easiest ones, as they
 * are ranked, unshuffled from easy to hard.
 */
export class BatchOrder {
  private order?: Int32Array;
  /** Rows from easy to hard. */
  private ranks?: Int32Array;

  constructor(
    private readonly plan: BatchPlan,
    private at: Position = { epoch: 0, row: 0 },
  ) {
    this.skipRest();
  }

  get position(): Position {
    return { ...this.at };
  }

  next(): Int32Array {
    const { plan, at } = this;
    this.order ??= this.orderOf(countIn(plan, at.epoch));
    const rows = this.order.subarray(at.row, at.row + plan.batchSize);
    this.at = { epoch: at.epoch, row: at.row + rows.length };
    this.skipRest();
    return rows;
  }

  /** Whether the epoch leaves samples out, so that it matters which are the easiest. */
  get isRanked(): boolean {
    return countIn(this.plan, this.at.epoch) < this.plan.count;
  }

  /** @param difficulty of every sample, the smaller the easier; of equal ones the first comes first, what is no number last. */
  rank(difficulty: Float32Array): void {
    const size = (row: number) => (Number.isNaN(difficulty[row]) ? Infinity : difficulty[row]);
    this.ranks = firstTo(this.plan.count).sort((a, b) => (size(a) < size(b) ? -1 : size(a) > size(b) ? 1 : a - b));
    this.order = undefined;
  }

  /** Batches until `epochs` epochs are over. */
  batchesUntil(epochs: number): number {
    const { plan, at } = this;
    let batches = 0;
    for (let epoch = at.epoch; epoch < epochs; epoch++) {
      const count = countIn(plan, epoch);
      // From here on all epochs are alike.
      if (count === plan.count && epoch > at.epoch) return batches + (epochs - epoch) * batchesPerEpoch(plan);
      batches += batchesPerEpoch({ ...plan, count: epoch === at.epoch ? count - at.row : count });
    }
    return batches;
  }

  private orderOf(count: number): Int32Array {
    const { plan, at, ranks } = this;
    const order = plan.shuffle ? stream(plan.seed, `shuffle-epoch-${at.epoch}`).permutation(count) : firstTo(count);
    return ranks && this.isRanked ? order.map((place) => ranks[place]) : order;
  }

  /** At the end of an epoch the next batch is the first of the next one. */
  private skipRest(): void {
    const { batchSize, dropLast } = this.plan;
    const rest = countIn(this.plan, this.at.epoch) - this.at.row;
    if (rest >= (dropLast ? batchSize : 1)) return;
    this.at = { epoch: this.at.epoch + 1, row: 0 };
    this.order = undefined;
  }
}

const firstTo = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** One batch, samples side by side: x is rows × sample, y likewise. */
export interface Batch {
  x: PlainSamples['data'];
  y: PlainSamples['data'];
}

/** Copies rows of a split together; into `out` where its arrays have the right length, else into new ones. */
export function gather(split: Split, rows: Int32Array, out?: Batch): Batch {
  return { x: gatherRows(split.x, rows, out?.x), y: gatherRows(split.y, rows, out?.y) };
}

/** As the model gets them. */
export function gatherRows({ sampleShape, data, map }: Samples, rows: Int32Array, out?: PlainSamples['data']): PlainSamples['data'] {
  const size = product(sampleShape);
  const length = rows.length * size;
  const Kind = data instanceof Int32Array ? Int32Array : Float32Array;
  const copy = out instanceof Kind && out.length === length ? out : new Kind(length);
  if (data instanceof Uint8Array) gatherBytes(data, rows, size, copy);
  else for (let i = 0, to = 0; i < rows.length; i++) for (let from = rows[i] * size, end = from + size; from < end;) copy[to++] = data[from++];
  if (map) applyMap(copy, map);
  return copy;
}

/** Apart from the others: a loop that meets several kinds of arrays is several times slower. */
function gatherBytes(data: Uint8Array, rows: Int32Array, size: number, copy: PlainSamples['data']): void {
  for (let i = 0; i < rows.length; i++) copy.set(data.subarray(rows[i] * size, (rows[i] + 1) * size), i * size);
}

/** In place, on whole samples. */
function applyMap(values: PlainSamples['data'], { shift, scale }: Normaliser): void {
  for (let i = 0, k = 0; i < values.length; i++) {
    values[i] = (values[i] - shift[k]) / scale[k];
    if (++k === shift.length) k = 0;
  }
}

/** Rows as numbers that can be read in place; of bytes a copy, so not for all of a large split at once. */
export function plainRows(samples: Samples, rows: Int32Array): { samples: PlainSamples; rows: Int32Array } {
  if (isPlain(samples)) return { samples, rows };
  return { samples: { sampleShape: samples.sampleShape, data: gatherRows(samples, rows) }, rows: firstTo(rows.length) };
}

/** One number, by its place among all. */
export function numberAt({ data, map }: Samples, at: number): number {
  if (!map) return data[at];
  const element = at % map.shift.length;
  return (data[at] - map.shift[element]) / map.scale[element];
}

/** One sample, as the model gets it. */
export function sampleAt(samples: Samples, row: number): PlainSamples['data'] {
  const size = product(samples.sampleShape);
  return isPlain(samples) ? samples.data.subarray(row * size, (row + 1) * size) : gatherRows(samples, Int32Array.of(row));
}

const isPlain = (samples: Samples): samples is PlainSamples => !(samples.data instanceof Uint8Array);

/** Rows as they are stored. */
export function takeRows<T extends Samples>(samples: T, rows: Int32Array): T {
  const size = product(samples.sampleShape);
  const { data } = samples;
  const taken = new (data.constructor as new (length: number) => T['data'])(rows.length * size);
  rows.forEach((row, i) => taken.set(data.subarray(row * size, (row + 1) * size), i * size));
  return { ...samples, data: taken };
}
