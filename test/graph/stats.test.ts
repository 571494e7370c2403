import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { readSlot, StatsBuilder } from '../../src/graph/stats';
import { lower } from '../../src/graph/lower';
import { createSession, numbers, tensor } from '../../src/train/session';

/** Statistics of one array by their dotted paths. */
async function statsOf(data: number[], shape: number[], collect: (stats: StatsBuilder, x: ReturnType<Graph['input']>) => void) {
  const g = new Graph();
  const x = g.input('x', shape);
  const stats = new StatsBuilder();
  collect(stats, x);
  g.output('s', stats.finish(g, g.input('want', [], 'bool')));
  const session = await createSession(lower(g));
  const { s } = await session.run({ x: tensor(Float32Array.from(data), shape), want: tensor(Uint8Array.of(1), [], 'bool') });
  await session.release();
  return Object.fromEntries(stats.slots.map((slot) => [slot.path.join('.'), readSlot(slot, numbers(s))]));
}

test('of a tensor, against figures by hand', async () => {
  expect(await statsOf([1, 0, -3, 4], [2, 2], (s, x) => s.tensor(['t'], x))).toEqual({
    't.mean': 0.5,
    't.std': 2.5,
    't.min': -3,
    't.max': 4,
    't.l2': expect.closeTo(Math.sqrt(26), 6),
    't.zero_fraction': 0.25,
    't.non_finite': 0,
  });
});

test('a large mean does not swallow a small spread', async () => {
  const { 't.std': std } = await statsOf([10000.5, 9999.5, 10000.5, 9999.5], [4], (s, x) => s.tensor(['t'], x));
  expect(std).toBeCloseTo(0.5, 3);
});

test('NaN and infinities are counted, and make the other numbers null', async () => {
  const stats = await statsOf([1, NaN, Infinity, -Infinity, 0, 2], [6], (s, x) => s.tensor(['t'], x));
  expect(stats['t.non_finite']).toBe(3);
  expect(stats['t.mean']).toBeNull();
  expect(stats['t.l2']).toBeNull();
});

test('dead units count along the unit axis, positions and samples together', async () => {
  // N×C×L = 2×3×2; channel 0 fires once, channel 1 never, channel 2 is exactly 0.
  const data = [-1, -1, -2, -3, 0, 0, -1, 5, -2, -2, 0, 0];
  const stats = await statsOf(data, [2, 3, 2], (s, x) => s.deadUnits(['dead'], x, 1));
  expect(stats.dead).toBe(2);
});

test('saturation is the share beyond the bound', async () => {
  const stats = await statsOf([0.98, -0.99, 0.5, 0], [4], (s, x) => s.saturated(['sat'], x, 0, 0.97));
  expect(stats.sat).toBe(0.5);
});

test('arrays of one shape are measured together, each for itself', async () => {
  const data = [1, -2, 0, 4, 3, 0.5];
  const stats = await statsOf(data, [2, 3], (s, x) => {
    const twice = s.emit((g) => g.mul(x, 2));
    const broken = s.emit((g) => g.div(x, x));
    for (const [name, value] of Object.entries({ x, twice, broken })) {
      s.tensor([name], value);
      s.norm([name, 'norm'], value);
      s.deadUnits(
        [name, 'dead'],
        s.emit((g) => g.sub(value, 3)),
        1,
      );
      s.saturated([name, 'sat'], value, 0, 3.5);
    }
    s.moments(
      ['columns'],
      s.emit((g) => g.sum(x, [0])),
    );
  });
  // Columns (1, 4), (−2, 3), (0, 0.5).
  expect(stats).toMatchObject({
    'x.mean': expect.closeTo(6.5 / 6, 6),
    'x.min': -2,
    'x.max': 4,
    'x.zero_fraction': expect.closeTo(1 / 6, 6),
    'x.non_finite': 0,
  });
  expect(stats).toMatchObject({ 'twice.mean': expect.closeTo(13 / 6, 6), 'twice.min': -4, 'twice.max': 8, 'twice.non_finite': 0 });
  expect(stats).toMatchObject({ 'broken.mean': null, 'broken.non_finite': 1 });
  const squares = 1 + 4 + 16 + 9 + 0.25;
  expect(stats).toMatchObject({ 'x.norm': expect.closeTo(Math.sqrt(squares), 5), 'twice.l2': expect.closeTo(2 * Math.sqrt(squares), 5) });
  expect(stats).toMatchObject({ 'x.dead': 2, 'twice.dead': 1, 'x.sat': expect.closeTo(1 / 6, 6), 'twice.sat': expect.closeTo(0.5, 6) });
  expect(stats).toMatchObject({ 'columns.mean': expect.closeTo(6.5 / 3, 6), 'columns.min': 0.5, 'columns.max': 5 });
});
