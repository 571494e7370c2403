import { expect, test } from 'vitest';
import { trainText } from '../../train/run';
import { NdArray } from './array';
import { drawsOf, layerAtPoint, specOf } from './layerAtPoint';

/** Mean and biased variance. */
function spread(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((total, v) => total + (v - mean) ** 2, 0) / values.length };
}

/** Of n draws of m/(1 − p), m ~ Bernoulli(1 − p): mean 1, variance p/(1 − p), each within three standard errors. */
function expectInvertedDropout(factors: readonly number[], p: number): void {
  const n = factors.length;
  const variance = p / (1 - p);
  // The fourth central moment, for the error of the variance; where that is 0 (p = ½) the error of the mean is left, squared.
  const fourth = p + (1 - p) * (1 / (1 - p) - 1) ** 4;
  const found = spread(factors);
  expect(Math.abs(found.mean - 1)).toBeLessThan(3 * Math.sqrt(variance / n));
  expect(Math.abs(found.variance - variance)).toBeLessThan(3 * Math.sqrt((fourth - variance ** 2) / n) + (9 * variance) / n);
}

const ones = (shape: number[]) => NdArray.of(shape, () => 1);

test.each([0.1, 0.5, 0.8])('Dropout of %f: expectation and variance over 10⁵ values, and no two neighbours together', async (p) => {
  const [values] = await drawsOf(`Dropout: ${p}`, ones([100, 1000]), 1);
  expectInvertedDropout(values, p);
  const both = values.filter((v, i) => i > 0 && v === 0 && values[i - 1] === 0).length;
  expect(Math.abs(both / 99_999 - p * p)).toBeLessThan(5 * Math.sqrt((p * p * (1 - p * p)) / 1e5));
});

test('in 1000 steps the same place of Dropout is drawn anew', async () => {
  const draws = await drawsOf('Dropout: 0.5', ones([1, 100]), 1000);
  expectInvertedDropout(draws.flat(), 0.5);
  expectInvertedDropout(
    draws.map(([first]) => first),
    0.5,
  );
});

test('attention weights are dropped as single ones: with equal scores an output is the mean of what is kept', async () => {
  // Without keys and queries all scores are equal; V and the output map hand the input on.
  const length = 20;
  const weights: Record<string, (r: number, c: number) => number> = {
    in_proj_weight: (r, c) => (r >= 4 && r - 4 === c ? 1 : 0),
    'out_proj.weight': (r, c) => (r === c ? 1 : 0),
  };
  const one = {
    entry: 'MultiheadAttention: {num_heads: 1, dropout: 0.25, bias: false}',
    shape: [50, length, 2],
    precision: 'float32' as const,
    weights,
  };
  const factors: number[] = [];
  for (let seed = 0; factors.length < 1e5; seed++) {
    const { y } = await layerAtPoint({
      ...one,
      seed,
      domain: (_, at) => (at % 2 ? 1 : 2 ** (Math.floor(at / 2) % length)),
      formula: () => ({ y: (x) => x }),
    });
    // Powers of two tell which places are in a sum: y·(1 − p)·L is their sum.
    for (let at = 0; at < y.length; at += 2) {
      const kept = Math.round(y[at] * 0.75 * length);
      for (let place = 0; place < length; place++) factors.push((kept >> place) & 1 ? 1 / 0.75 : 0);
    }
  }
  expectInvertedDropout(factors, 0.25);
});

test('dropout of a recurrent stack is between its layers, not after the last one', async () => {
  const one = { shape: [50, 8, 3], precision: 'float32' as const, formula: () => ({ y: (x: NdArray) => x }) };
  const plain = await layerAtPoint({ ...one, entry: 'GRU: {hidden_size: 3, num_layers: 2}' });
  const dropped = await layerAtPoint({ ...one, entry: 'GRU: {hidden_size: 3, num_layers: 2, dropout: 0.4}' });
  const evaluated = await layerAtPoint({ ...one, entry: 'GRU: {hidden_size: 3, num_layers: 2, dropout: 0.4}', isEvaluation: true });
  expect(evaluated.y).toEqual(plain.y);
  expect(dropped.y).not.toEqual(plain.y);
  expect(dropped.y.filter((v) => v === 0)).toEqual([]);
  expect(specOf('GRU: {hidden_size: 3, dropout: 0.4}').model[0].args.dropout).toBe(0.4);
  const single = await layerAtPoint({ ...one, entry: 'GRU: {hidden_size: 3, dropout: 0.4}' });
  expect(single.y).toEqual((await layerAtPoint({ ...one, entry: 'GRU: 3' })).y);
});

test('what the dropout between recurrent layers lets through: of a linear second layer the mean is kept', async () => {
  // A relu of nothing but its input, W = I, U = 0: the stack hands positive numbers on, and what is dropped is seen.
  const identity = (r: number, c: number) => (r === c ? 1 : 0);
  const weights = { weight_ih_l0: identity, weight_hh_l0: () => 0, weight_ih_l1: identity, weight_hh_l1: () => 0 };
  const entry = 'RNN: {hidden_size: 10, num_layers: 2, nonlinearity: relu, bias: false, dropout: 0.3}';
  const { y } = await layerAtPoint({ entry, shape: [500, 20, 10], precision: 'float32', weights, domain: () => 1, formula: () => ({ y: (x) => x }) });
  expect(y).toHaveLength(1e5);
  expectInvertedDropout(y, 0.3);
});

test.each([
  '{Dropout: 0.4}',
  '{LSTM: {hidden_size: 4, num_layers: 2, dropout: 0.4}}',
  '{MultiheadAttention: {num_heads: 2, dropout: 0.4}}',
  '{Linear: {out_features: 4, drop_connect: 0.4}}',
])('%s: the same seed gives the same run, another seed another one, and evaluation draws nothing', async (entry) => {
  const text = (lr: number) => `data: {source: moons, samples: 32, seed: 3}
model: [{Linear: 8}, {Unflatten: [2, 4]}, ${entry}, Flatten, {Linear: 2}]
init: {normal: {std: 0.5}}
loss: CrossEntropyLoss
optimizer: {SGD: {lr: ${lr}}}
train: {batch_size: 16, epochs: 3}`;
  const [first, second, other] = [
    await trainText(text(0.1), { seed: 1 }),
    await trainText(text(0.1), { seed: 1 }),
    await trainText(text(0.1), { seed: 2 }),
  ];
  const losses = ({ steps }: typeof first) => steps.map(({ loss }) => loss);
  expect(losses(second)).toEqual(losses(first));
  expect(losses(other)).not.toEqual(losses(first));
  // With weights that stay where they are, steps differ by the noise and evaluations not at all.
  const still = await trainText(text(1e-30), { seed: 1 });
  expect(new Set(still.evals.map(({ train_loss }) => train_loss)).size).toBe(1);
  expect(new Set(losses(still)).size).toBeGreaterThan(3);
});
