import { expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { normalFromCounter, uniformFromCounter } from '../../src/graph/random';
import { lower } from '../../src/graph/lower';
import { createSession, numbers, tensor } from '../../src/train/session';

async function sample(seeds: [number, number], shape: number[], from = uniformFromCounter): Promise<Float32Array> {
  const g = new Graph();
  g.output('u', from(g, g.input('seeds', [2], 'uint32'), shape));
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

/** Φ(z) by Simpson's rule over the density. */
function cumulative(z: number): number {
  const n = 400;
  const h = z / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) sum += (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * Math.exp(-((i * h) ** 2) / 2);
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

test('normal samples are the uniform ones through the inverse of Φ, in the tails too', async () => {
  const seeds: [number, number] = [0x9e3779b1, 7];
  const u = await sample(seeds, [20_000]);
  const z = await sample(seeds, [20_000], normalFromCounter);
  for (let i = 0; i < u.length; i += 7) expect(cumulative(z[i])).toBeCloseTo(u[i] + 2 ** -25, 6);
  const tail = [...z].filter((v) => Math.abs(v) > 2.7).length;
  expect(tail).toBeGreaterThan(60);
});

test('10⁵ normal samples have mean 0, variance 1 and kurtosis 3 within 4σ', async () => {
  const n = 100_000;
  const z = [...(await sample([2654435769, 99], [n], normalFromCounter))];
  const moment = (power: number) => z.reduce((sum, v) => sum + v ** power, 0) / n;
  expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
});
