import { expect, test } from 'vitest';
import { BatchOrder, batchesPerEpoch, gather, type BatchPlan } from '../../src/data/batches';
import { problemOf, range } from './helpers';

const plan = (given: Partial<BatchPlan>): BatchPlan => ({ count: 10, batchSize: 4, shuffle: false, dropLast: true, seed: 0, ...given });

function first(n: number, given: Partial<BatchPlan>): number[][] {
  const all = new BatchOrder(plan(given));
  return Array.from({ length: n }, () => [...all.next()]);
}

test('unshuffled batches are consecutive rows, from row 0 in every epoch; the short one is dropped', () => {
  expect(first(4, {})).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
});

test('drop_last: false runs the short batch', () => {
  expect(first(4, { dropLast: false })).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9],
    [0, 1, 2, 3],
  ]);
});

test('shuffled: every row once an epoch, another order in each, the same for the same seed', () => {
  const epochs = (seed: number) => {
    const rows = first(3 * 25, { count: 100, shuffle: true, seed }).flat();
    return [0, 1, 2].map((epoch) => rows.slice(epoch * 100, epoch * 100 + 100));
  };
  const inOrder = Array.from({ length: 100 }, (_, i) => i);
  const seen = [...epochs(0), ...epochs(1)];
  for (const order of seen) expect([...order].sort((a, b) => a - b)).toEqual(inOrder);
  expect(new Set([inOrder, ...seen].map(String)).size).toBe(7);
  expect(epochs(1)).toEqual(seen.slice(3));
});

test.each([
  [{ count: 10, batchSize: 4 }, 2],
  [{ count: 10, batchSize: 4, dropLast: false }, 3],
  [{ count: 8, batchSize: 4, dropLast: false }, 2],
  [{ count: 10, batchSize: 10 }, 1],
  [{ count: 10, batchSize: 64, dropLast: false }, 1],
])('%j: %d batches an epoch', (given, expected) => {
  expect(batchesPerEpoch(plan(given))).toBe(expected);
  const all = new BatchOrder(plan(given));
  const starts = Array.from({ length: 2 * expected }, () => all.next()[0]);
  expect(starts.flatMap((row, i) => (row === 0 ? [i] : []))).toEqual([0, expected]);
});

test.each([{}, { shuffle: true }, { dropLast: false }, { shuffle: true, dropLast: false }])(
  '%j: taken up anywhere, the order goes on as it would have',
  (given) => {
    const whole = new BatchOrder(plan(given));
    for (let taken = 0; taken < 7; taken++) {
      const { position } = whole;
      const expected = [...whole.next()];
      expect([...new BatchOrder(plan(given), position).next()]).toEqual(expected);
    }
  },
);

test('another batch size goes on with the rows that the epoch has left', () => {
  const order = new BatchOrder(plan({ batchSize: 3 }), { epoch: 2, row: 4 });
  expect([order.next(), order.next(), order.next()].map((rows) => [...rows])).toEqual([
    [4, 5, 6],
    [7, 8, 9],
    [0, 1, 2],
  ]);
  expect(order.position).toEqual({ epoch: 3, row: 3 });
  expect(order.batchesUntil(5)).toBe(2 + 3);
  expect(order.batchesUntil(3)).toBe(0);
  // Too few are left for a batch: the next epoch begins.
  expect(new BatchOrder(plan({ batchSize: 8 }), { epoch: 2, row: 4 }).position).toEqual({ epoch: 3, row: 0 });
});

test('a batch larger than the data is refused where the short batch is dropped', () => {
  expect(problemOf(() => batchesPerEpoch(plan({ batchSize: 64 }), range))).toEqual({
    code: 'batch-too-large',
    level: 'error',
    message: '`batch_size: 64` is more than the 10 samples of the training split. Lower it to 10 or less, or set `drop_last: false`.',
    range,
  });
});

const split = {
  count: 3,
  x: { sampleShape: [2, 1], data: Float32Array.of(0, 1, 10, 11, 20, 21) },
  y: { sampleShape: [], data: Int32Array.of(7, 8, 9) },
};

test('gather lays rows side by side and keeps the kinds of numbers', () => {
  expect(gather(split, Int32Array.of(2, 0, 2))).toEqual({ x: Float32Array.of(20, 21, 0, 1, 20, 21), y: Int32Array.of(9, 7, 9) });
});

test('gather fills arrays of the right length and leaves others alone', () => {
  const out = gather(split, Int32Array.of(0, 1));
  const filled = gather(split, Int32Array.of(1, 2), out);
  expect(filled.x).toBe(out.x);
  expect(filled.y).toBe(out.y);
  expect(filled).toEqual({ x: Float32Array.of(10, 11, 20, 21), y: Int32Array.of(8, 9) });
  expect(gather(split, Int32Array.of(0), out)).toEqual({ x: Float32Array.of(0, 1), y: Int32Array.of(7) });
  expect(out.y).toEqual(Int32Array.of(8, 9));
});
