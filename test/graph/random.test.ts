import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { uniformFromCounter } from '../../src/graph/random';
import { lower } from '../../src/graph/lower';
import { createSession, numbers, tensor } from '../../src/train/session';

async function sample(seeds: [number, number], shape: number[]): Promise<Float32Array> {
  const g = new Graph();
  g.output('u', uniformFromCounter(g, g.input('seeds', [2], 'uint32'), shape));
  const session = await createSession(lower(g));
  const { u } = await session.run({ seeds: tensor(Uint32Array.from(seeds), [2], 'uint32') });
  await session.release();
  return numbers(u);
}

/** The same hash in plain JavaScript. */
function reference(i: number, [s1, s2]: [number, number]): number {
  let h = (Math.imul(i, s1) + s2) >>> 0;
  h = (Math.imul(h, h) + h) >>> 0;
  h = (h + (h >>> 16)) >>> 0;
  h = Math.imul(h, 0x7feb352d) >>> 0;
  h = (h + (h >>> 15)) >>> 0;
  h = Math.imul(h, 0x846ca68b) >>> 0;
  h = (h + (h >>> 16)) >>> 0;
  return (h >>> 8) * 2 ** -24;
}

test('the graph computes the counter hash exactly, over all dimensions', async () => {
  const seeds: [number, number] = [0x9e3779b1, 0x12345678];
  const u = await sample(seeds, [7, 5, 3]);
  expect([...u]).toEqual(Array.from({ length: 105 }, (_, i) => reference(i, seeds)));
});

test('10⁵ samples are uniform and uncorrelated within 4σ', async () => {
  const n = 100_000;
  const u = [...(await sample([2654435769, 99], [n]))];
  const mean = u.reduce((a, b) => a + b) / n;
  const variance = u.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
  const lag = u.slice(1).reduce((a, b, i) => a + (b - mean) * (u[i] - mean), 0) / n / variance;
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
  expect(Math.abs(lag)).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.min(...u.slice(0, 1000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...u.slice(0, 1000))).toBeLessThan(1);
});
