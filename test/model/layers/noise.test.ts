import { describe, expect, test } from 'vitest';
import { stream } from '../../../src/base/random';
import { gradients } from '../../../src/graph/autodiff';
import { Graph } from '../../../src/graph/graph';
import { lower } from '../../../src/graph/lower';
import { product } from '../../../src/graph/shape';
import { buildForward } from '../../../src/model/build';
import { createSession, type Feeds, numbers, tensor } from '../../../src/train/session';
import { specOf } from './layerAtPoint';

const NORMAL = stream(3, 'noise-test');

interface Drawn {
  x: Float32Array;
  y: Float32Array;
  /** Of the sum of the outputs. */
  dx: Float32Array;
}

/** What layers without weights make of an input, and the gradient that comes back. */
async function draw(entry: string, shape: number[], { training = true, seed = 2, value = (): number => 1 } = {}): Promise<Drawn> {
  const g = new Graph();
  const input = g.input('x', shape);
  const none = () => {
    throw new Error('has no parameters');
  };
  const { output, scalars, seeds } = buildForward(g, specOf(entry), input, { training, parameter: none, buffer: none });
  g.output('y', output);
  g.output('dx', gradients(g, g.sum(output), [input]).get(input.id)!);
  const x = Float32Array.from({ length: product(shape) }, value);
  const feeds: Feeds = { x: tensor(x, shape) };
  for (const [name, number] of scalars) feeds[name] = tensor(Float32Array.of(number), []);
  const random = stream(seed, 'seeds');
  for (const name of seeds) feeds[name] = tensor(Uint32Array.of(2 * random.integer(2 ** 30) + 1, random.integer(2 ** 31)), [2], 'uint32');
  const session = await createSession(lower(g));
  const outputs = await session.run(feeds);
  await session.release();
  return { x, y: numbers(outputs.y), dx: numbers(outputs.dx) };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const moment = (values: readonly number[], power: number, centre = 0) => mean(values.map((v) => (v - centre) ** power));

/** Mean and variance within 3σ of those expected; `fourth`: the expected fourth central moment, which the spread of a variance follows from. */
function expectMoments(values: readonly number[], expected: { mean: number; variance: number; fourth: number }): void {
  const n = values.length;
  expect(Math.abs(mean(values) - expected.mean)).toBeLessThan(3 * Math.sqrt(expected.variance / n));
  expect(Math.abs(moment(values, 2, expected.mean) - expected.variance)).toBeLessThan(3 * Math.sqrt((expected.fourth - expected.variance ** 2) / n));
}

/** Central moments of a number that takes some values with some probabilities. */
function momentsOf(outcomes: readonly (readonly [probability: number, value: number])[]) {
  const centre = outcomes.reduce((sum, [p, v]) => sum + p * v, 0);
  const central = (power: number) => outcomes.reduce((sum, [p, v]) => sum + p * (v - centre) ** power, 0);
  return { mean: centre, variance: central(2), fourth: central(4) };
}

const bernoulli = (p: number) =>
  momentsOf([
    [p, 0],
    [1 - p, 1 / (1 - p)],
  ]);

/** The first element of every run of `length`, which must all be alike. */
function runs(values: Float32Array, length: number): number[] {
  const firsts: number[] = [];
  for (let at = 0; at < values.length; at += length) {
    firsts.push(values[at]);
    for (let i = 1; i < length; i++) if (values[at + i] !== values[at]) throw new Error(`element ${at + i} differs from its slice`);
  }
  return firsts;
}

describe('10⁵ draws have the mean and the variance of the formula within 3σ', () => {
  test('Dropout: each value for itself', async () => {
    const { y, dx } = await draw('Dropout: 0.3', [1000, 100]);
    expectMoments([...y], bernoulli(0.3));
    expect(dx.every((v, i) => v === y[i])).toBe(true);
  });
  test.each([
    ['Dropout1d: 0.2', [1000, 100, 3], 0.2, 3],
    ['Dropout2d: 0.4', [1000, 100, 2, 2], 0.4, 4],
  ])('%s: each channel of each sample', async (entry, shape, p, positions) => {
    const { y, dx } = await draw(entry, shape);
    expectMoments(runs(y, positions), bernoulli(p));
    expect(dx.every((v, i) => v === y[i])).toBe(true);
  });
  test('DropPath: each sample', async () => {
    const { y } = await draw('DropPath: 0.25', [100_000, 2]);
    expectMoments(runs(y, 2), bernoulli(0.25));
  });
  test('GaussianNoise: each value, the gradient untouched', async () => {
    const { y, dx } = await draw('GaussianNoise: 0.5', [1000, 100], { value: () => 2 });
    expectMoments([...y], { mean: 2, variance: 0.25, fourth: 3 * 0.5 ** 4 });
    expect(dx.every((v) => v === 1)).toBe(true);
  });
  test('AlphaDropout: of a standard normal another one of mean 0 and variance 1, dropped values where SELU saturates', async () => {
    const [p, saturated] = [0.2, -1.0507009873554805 * 1.6732632423543772];
    const { x, y } = await draw(`AlphaDropout: ${p}`, [1000, 100], { value: () => NORMAL.normal() });
    const a = 1 / Math.sqrt((1 - p) * (1 + p * saturated ** 2));
    const b = -a * p * saturated;
    const isDropped = [...y].map((v) => Math.abs(v - (a * saturated + b)) < 1e-5);
    expectMoments(
      isDropped.map((dropped) => Number(dropped)),
      momentsOf([
        [p, 1],
        [1 - p, 0],
      ]),
    );
    y.forEach((v, i) => {
      if (!isDropped[i] && Math.abs(v - (a * x[i] + b)) > 1e-5) throw new Error(`${v} is neither dropped nor a·${x[i]} + b`);
    });
    // E[((x·m + α′(1 − m))·a + b)⁴] with x standard normal.
    const fourth = a ** 4 * ((1 - p) * (3 + 6 * (p * saturated) ** 2 + (p * saturated) ** 4) + p * (saturated - p * saturated) ** 4);
    expectMoments([...y], { mean: 0, variance: 1, fourth });
  });
  test('ShakeDrop: b + α − bα forward, b + β − bβ backward', async () => {
    const p = 0.6;
    const { y, dx } = await draw(`ShakeDrop: ${p}`, [100_000, 2]);
    const [forward, backward] = [runs(y, 2), runs(dx, 2)];
    // With probability p uniform in ±1 (moments 0, 1/3, 0, 1/5), else 1.
    const centred = (power: number) => {
      const c = 1 - p;
      const uniform = power === 2 ? 1 / 3 + c ** 2 : 1 / 5 + 6 * c ** 2 * (1 / 3) + c ** 4;
      return p * uniform + (1 - p) * (1 - c) ** power;
    };
    expectMoments(forward, { mean: 1 - p, variance: centred(2), fourth: centred(4) });
    const centre = p / 2 + 1 - p;
    const back = (power: number) => {
      // ∫₀¹ (β − c)ⁿ dβ
      const uniform = ((1 - centre) ** (power + 1) - (-centre) ** (power + 1)) / (power + 1);
      return p * uniform + (1 - p) * (1 - centre) ** power;
    };
    expectMoments(backward, { mean: centre, variance: back(2), fourth: back(4) });
    // Both are disturbed in the same samples, by numbers that have nothing to do with each other.
    const shaken = forward.flatMap((f, i) => (f === 1 ? [] : [[f, backward[i]]]));
    forward.forEach((f, i) => {
      if ((f === 1) !== (backward[i] === 1)) throw new Error(`sample ${i}: ${f} forward, ${backward[i]} backward`);
    });
    const products = shaken.map(([f, b]) => f * (b - 0.5));
    expect(Math.abs(mean(products))).toBeLessThan(3 * Math.sqrt(1 / 36 / products.length));
  });
});

describe('linear decay over depth: the l-th of L has the rate p·l/L', () => {
  // Each of the four drops half of what the one before left of its own share: the product tells them apart.
  test('DropPath: rates p/4, p/2, 3p/4 and p, copies of a Repeat counted one by one', async () => {
    const { y } = await draw('{DropPath: 0.8}, {Repeat: {times: 2, layers: [{DropPath: 0.8}]}}, {DropPath: 0.8}', [100_000, 1]);
    const rates = [0.2, 0.4, 0.6, 0.8];
    const kept = rates.reduce((product, rate) => product * (1 - rate), 1);
    expectMoments([...y], bernoulli(1 - kept));
  });
  test('the scalars that are fed say so', () => {
    const g = new Graph();
    const unused = () => g.constant(0);
    const entry = '{DropPath: 0.8}, {ShakeDrop: 0.5}, {Repeat: {times: 2, layers: [{DropPath: 0.8}]}}, {ShakeDrop: 0.5}';
    const { scalars } = buildForward(g, specOf(entry), g.input('x', [2, 3]), { training: true, parameter: unused, buffer: unused });
    const rounded = [...scalars].map(([name, value]) => [name, Number(value.toFixed(6))]);
    expect(Object.fromEntries(rounded)).toEqual({
      'droppath1.p': 0.266667,
      'droppath2.0.p': 0.533333,
      'droppath2.1.p': 0.8,
      'shakedrop1.p': 0.25,
      'shakedrop2.p': 0.5,
    });
  });
});

describe('evaluation draws nothing', () => {
  const noisy = ['Dropout', '{Dropout1d: 0.3}', 'AlphaDropout', 'GaussianNoise', 'DropPath'];
  test.each(noisy)('%s hands its input on', async (entry) => {
    const { x, y, dx } = await draw(entry, [4, 3, 5], { training: false, value: () => NORMAL.normal() });
    expect(y).toEqual(x);
    expect(dx.every((v) => v === 1)).toBe(true);
  });
  test('ShakeDrop scales by the mean of b + α − bα, 1 − p·l/L', async () => {
    const { x, y } = await draw('{ShakeDrop: 0.5}, {ShakeDrop: 0.5}', [4, 3], { training: false, value: () => NORMAL.normal() });
    y.forEach((v, i) => expect(v).toBeCloseTo(x[i] * 0.75 * 0.5, 6));
  });
});

describe('the ends', () => {
  test.each(['Dropout', 'AlphaDropout', 'DropPath'])('%s of p = 1 leaves nothing, as in PyTorch; of p = 0 everything', async (type) => {
    expect((await draw(`${type}: 1`, [3, 4], { value: () => 1 + NORMAL.uniform() })).y.every((v) => v === 0)).toBe(true);
    const { x, y } = await draw(`${type}: 0`, [3, 4], { value: () => 1 + NORMAL.uniform() });
    expect(y).toEqual(x);
  });
  test('the same seeds draw the same, others others', async () => {
    const at = async (seed: number) => [...(await draw('{GaussianNoise: 1}, {ShakeDrop: 1}', [5, 4], { seed })).y];
    expect(await at(1)).toEqual(await at(1));
    expect(await at(1)).not.toEqual(await at(2));
  });
  test('channel dropout names the shape that it needs', () => {
    const g = new Graph();
    const unused = () => g.constant(0);
    const build = () => buildForward(g, specOf('Dropout2d'), g.input('x', [2, 3]), { training: true, parameter: unused, buffer: unused });
    expect(build).toThrow('`dropout2d1`: expects an image C×H×W, got 3 (from the input)');
  });
});
