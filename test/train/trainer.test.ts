import { describe, expect, test } from 'vitest';
import { trainText } from './run';

const moons = (model: string, rest = '') => `
data: {source: moons, samples: 200, noise: 0.1, seed: 1, validation: 0.25}
model: ${model}
loss: CrossEntropyLoss
${rest}`;
const MLP = '[{Linear: 16}, ReLU, {Dropout: 0.3}, {BatchNorm1d: {}}, {Linear: 2}]';

describe('the same file and seed', () => {
  test('give the same numbers twice, with dropout and shuffling', async () => {
    const text = moons(MLP, 'train: {steps: 12, batch_size: 30}');
    const [a, b] = [await trainText(text), await trainText(text)];
    expect(a.steps).toEqual(b.steps);
    expect(a.tensors).toEqual(b.tensors);
  });
  test('give other numbers under another seed', async () => {
    const text = moons(MLP, 'train: {steps: 3, batch_size: 30}');
    const losses = async (seed: number) => (await trainText(text, { seed })).steps.map((s) => s.loss);
    expect(await losses(1)).not.toEqual(await losses(2));
  });
  test('do not depend on whether statistics are taken', async () => {
    const text = moons(MLP, 'train: {steps: 8, batch_size: 30}');
    const losses = async (statsEvery: number) => (await trainText(text, { statsEvery })).steps.map((s) => s.loss);
    expect(await losses(0)).toEqual(await losses(1));
  });
});

test('moons are learned: validation accuracy above 97 %, loss far below no skill', async () => {
  const { evals, start } = await trainText(
    moons('[{Linear: 32}, Tanh, {Linear: 32}, Tanh, {Linear: 2}]', 'optimizer: {Adam: {lr: 0.02}}\ntrain: {epochs: 60}'),
    { statsEvery: 0 },
  );
  expect(start.no_skill_loss).toBeCloseTo(Math.log(2), 2);
  expect(evals).toHaveLength(60);
  expect(evals[59].val_accuracy).toBeGreaterThanOrEqual(0.97);
  expect(evals[59].gap).toBeCloseTo(evals[59].val_loss! - evals[59].train_loss!, 6);
});

test('statistics come on the first, every k-th and the last step', async () => {
  const { steps } = await trainText(moons(MLP, 'train: {steps: 11}'), { statsEvery: 4 });
  expect(steps.filter((s) => s.layers).map((s) => s.step)).toEqual([1, 4, 8, 11]);
});

test('an evaluation follows each epoch and the last step', async () => {
  const { evals, steps } = await trainText(moons(MLP, 'train: {steps: 7, batch_size: 50}'));
  expect(evals.map((e) => e.step)).toEqual([3, 6, 7]);
  expect(steps).toHaveLength(7);
});

test('dropout drops its share and keeps the mean, anew in every step and not in evaluation', async () => {
  const { steps, evals } = await trainText(
    `data: {source: blobs, samples: 400}\nmodel: [{Linear: {out_features: 50, init: {constant: 0}}}, Softmax, {Dropout: {p: 0.25, name: drop}}, {Linear: 3}]\nloss: CrossEntropyLoss\noptimizer: {SGD: {lr: 1.0e-9}}\ntrain: {batch_size: 400, steps: 5, shuffle: false}`,
  );
  const zeros = steps.map((s) => s.layers!.drop.activation.zero_fraction!);
  const sigma = Math.sqrt((0.25 * 0.75) / 20000);
  for (const share of zeros) expect(Math.abs(share - 0.25)).toBeLessThan(4 * sigma);
  expect(new Set(zeros).size).toBeGreaterThan(1);
  // Softmax of equal logits is 1/50 everywhere: kept values are (1/50) / 0.75, the mean stays 1/50.
  expect(steps[0].layers!.drop.activation.max).toBeCloseTo(0.02 / 0.75, 6);
  expect(steps[0].layers!.drop.activation.mean! / 0.02).toBeCloseTo((1 - zeros[0]) / 0.75, 3);
  const losses = new Set(evals.map((e) => e.train_loss!.toFixed(6)));
  expect(losses.size).toBe(1);
});

test('a diverging run goes on and says so: losses become null, non-finite values are counted', async () => {
  const { steps, end } = await trainText(
    `data: {source: sine, samples: 64}\nmodel: [{Linear: 8}, ReLU, {Linear: 1}]\nloss: MSELoss\noptimizer: {SGD: {lr: 1.0e+12}}\ntrain: {steps: 12}`,
  );
  expect(steps[11].loss).toBeNull();
  expect(steps[11].layers!.linear1.activation.non_finite).toBeGreaterThan(0);
  expect(end.eval_loss).toBeNull();
});

test('regression reports R²: of a fitted line it is 1', async () => {
  const { evals } = await trainText(
    `data: {source: sine, samples: 128, noise: 0}\nmodel: [{Linear: 32}, Tanh, {Linear: 1}]\nloss: MSELoss\noptimizer: {Adam: {lr: 0.02}}\ntrain: {epochs: 150}`,
    { statsEvery: 0 },
  );
  expect(evals[evals.length - 1].train_r2).toBeGreaterThan(0.98);
});

test('binary cross-entropy has slope σ(x) − y where the logit is exactly 0, as PyTorch has', async () => {
  const { steps } = await trainText(
    'data: {source: moons, samples: 64}\nmodel: [{Linear: 1}]\ninit: zeros\nloss: BCEWithLogitsLoss\ntrain: {steps: 1, batch_size: 64}',
  );
  // Half of the moons are positive: the mean of 0.5 − y is 0.
  expect(steps[0].params!['linear1.bias'].gradient.mean).toBeCloseTo(0, 7);
  expect(steps[0].loss).toBeCloseTo(Math.LN2, 6);
});

test('layers may have any name: those of object members and those that look like parameters', async () => {
  const { steps, tensors } = await trainText(
    moons(
      '[{Linear: {out_features: 2, name: constructor}}, {ReLU: {name: toString}}, {Linear: {out_features: 2, name: a.bias}}, {Linear: {out_features: 2, name: a}}]',
      'train: {steps: 1}',
    ),
  );
  expect(Object.keys(steps[0].layers!)).toEqual(['constructor', 'toString', 'a.bias', 'a']);
  expect(steps[0].layers!.toString).toMatchObject({ units: 2 });
  expect(Object.keys(tensors)).toEqual(['constructor', 'a.bias', 'a'].flatMap((name) => [`${name}.weight`, `${name}.bias`]));
});

test('a normalisation that is used twice goes on from its own running statistics', async () => {
  const { steps, tensors } = await trainText(
    moons('[{Repeat: {times: 2, shared: true, layers: [{BatchNorm1d: {name: n}}]}}, {Linear: 2}]', 'train: {steps: 1, batch_size: 100}'),
  );
  // The second pass sees a mean of 0: running = 0.9·(0.1·m).
  const mean = (v: Float32Array) => v.reduce((a, b) => a + b, 0) / v.length;
  expect(mean(tensors['n.running_mean'].data)).toBeCloseTo(0.09 * steps[0].layers!['n.0'].normalisation!.batch_mean.mean!, 5);
});
