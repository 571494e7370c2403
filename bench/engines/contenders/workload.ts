import { readNpy } from '../../../src/data/npy';
import { readZip } from '../../../src/data/zip';
import { decodeTensors } from '../../../src/train/checkpoint';
import type { Tensors } from '../../../src/train/protocol';
import type { Files } from './serve';

/** A workload for a contender that is written by hand: its numbers, and its batches in their order. */
export interface Workload {
  weights: Tensors;
  batchSize: number;
  /** Shapes of a batch. */
  shapes: { x: number[]; y: number[] };
  /** The next batch, views of the whole: rows are dealt out in order, epoch after epoch. */
  next(): { x: Float32Array | Int32Array; y: Float32Array | Int32Array };
}

export function readWorkload({ text, data, weights }: Files): Workload {
  const batchSize = Number(/batch_size: (\d+)/.exec(text)![1]);
  const file = { path: 'data.npz', bytes: data, range: { start: 0, end: 0 } };
  const entries = readZip(file);
  const array = (name: string) => {
    const { shape, dtype, count, at } = readNpy(file, name, entries.get(`${name}.npy`)!());
    const numbers = dtype.endsWith('i4') ? new Int32Array(count) : new Float32Array(count);
    return { numbers: numbers.map((_, i) => at(i)), shape, row: count / shape[0] };
  };
  const [x, y] = [array('x'), array('y')];
  let start = 0;
  return {
    weights: decodeTensors(weights, 'init.safetensors'),
    batchSize,
    shapes: { x: [batchSize, ...x.shape.slice(1)], y: [batchSize, ...y.shape.slice(1)] },
    next: () => {
      const end = start + batchSize;
      const batch = { x: x.numbers.subarray(start * x.row, end * x.row), y: y.numbers.subarray(start * y.row, end * y.row) };
      start = end % x.shape[0];
      return batch;
    },
  };
}
