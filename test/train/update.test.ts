import { describe, expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { lower } from '../../src/graph/lower';
import { hash32 } from '../../src/base/random';
import type { ModelPlan } from '../../src/train/modelPlan';
import { Feeding } from '../../src/train/objective/feeding';
import { withWeightNoise } from '../../src/train/objective/weightNoise';
import { editTrainer } from '../../src/train/editTrainer';
import type { CarryOptions, Plan, StepEvent } from '../../src/train/protocol';
import { createSession, numbers, tensor } from '../../src/train/session';
import { Trainer } from '../../src/train/trainer';

const plan = (text: string): Plan => ({ text, files: {}, statsEvery: 0 });
const line = (more: string, train = '') => `data: {source: sine, samples: 12, noise: 0.1}
model: [{Linear: 1}]
loss: MSELoss
train: {batch_size: 12, steps: 9, shuffle: false${train}}
${more}`;

/** θ = [w, b] of y ≈ w·x + b and the data, for loops by hand. */
async function begin(text: string) {
  const trainer = await Trainer.create(plan(text));
  const { x, y } = trainer.prepared.dataset.train;
  const [xs, ys] = [Array.from(x.data), Array.from(y.data)];
  /** ∇ of mean (w·x + b − y)² in float64. */
  const slope = ([w, b]: number[]): number[] => {
    const sum = [0, 0];
    xs.forEach((xi, i) => {
      const error = w * xi + b - ys[i];
      sum[0] += (2 * error * xi) / xs.length;
      sum[1] += (2 * error) / xs.length;
    });
    return sum;
  };
  return { trainer, slope, theta: async () => Object.values(await trainer.tensors()).flatMap(({ data }) => Array.from(data)) };
}

const expectClose = (actual: number[], wanted: number[]) => actual.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));

describe('wrappers against their papers in plain loops', () => {
  test('SAM descends by the gradient at θ + ρ·g / ‖g‖', async () => {
    const { trainer, slope, theta } = await begin(line('optimizer: {SAM: {rho: 0.5, optimizer: {SGD: {lr: 0.1}}}}'));
    let hand = await theta();
    for (let i = 0; i < 6; i++) {
      await trainer.next();
      const g = slope(hand);
      const norm = Math.hypot(...g);
      const nearby = slope(hand.map((v, k) => v + (0.5 * g[k]) / norm));
      hand = hand.map((v, k) => v - 0.1 * nearby[k]);
      expectClose(await theta(), hand);
    }
    await trainer.release();
  });

  test('Lookahead moves its slow weights every k steps; momentum goes on; SAM stands inside', async () => {
    const { trainer, slope, theta } = await begin(
      line('optimizer: {Lookahead: {k: 2, alpha: 0.3, optimizer: {SAM: {rho: 0.2, optimizer: {SGD: {lr: 0.05, momentum: 0.9}}}}}}'),
    );
    let [fast, slow, buffer] = [await theta(), await theta(), [0, 0]];
    for (let step = 1; step <= 7; step++) {
      await trainer.next();
      const g = slope(fast);
      const norm = Math.hypot(...g);
      const nearby = slope(fast.map((v, k) => v + (0.2 * g[k]) / norm));
      buffer = buffer.map((v, k) => 0.9 * v + nearby[k]);
      fast = fast.map((v, k) => v - 0.05 * buffer[k]);
      if (step % 2 === 0) fast = slow = slow.map((v, k) => v + 0.3 * (fast[k] - v));
      expectClose(await theta(), fast);
    }
    await trainer.release();
  });
});

test('ema: evaluations and saved weights are of the average, training goes on with its own', async () => {
  const { trainer, slope, theta } = await begin(line('optimizer: {SGD: {lr: 0.1}}', ', ema: 0.8'));
  let [raw, average] = [await theta(), await theta()];
  for (let i = 0; i < 5; i++) {
    await trainer.next();
    const g = slope(raw);
    raw = raw.map((v, k) => v - 0.1 * g[k]);
    average = average.map((v, k) => 0.8 * v + 0.2 * raw[k]);
    expectClose(await theta(), average);
    expectClose(
      Object.values((await trainer.checkpoint()).tensors).flatMap(({ data }) => Array.from(data)),
      raw,
    );
  }
  await trainer.release();
});

test('OneCycleLR cycles the momentum of SGD also where it is 0, as PyTorch does', async () => {
  const { trainer, slope, theta } = await begin(
    line('optimizer: {SGD: {lr: 0.1}}\nscheduler: {OneCycleLR: {max_lr: 0.1, total_steps: 9, anneal_strategy: linear}}'),
  );
  let [hand, buffer] = [await theta(), [0, 0]];
  // Up for 0.3·9 − 1 = 1.7 steps, down for the other 6.3.
  const cycled = (t: number, [first, top, last]: number[]) => (t <= 1.7 ? first + ((top - first) * t) / 1.7 : top + ((last - top) * (t - 1.7)) / 6.3);
  for (let t = 0; t < 9; t++) {
    await trainer.next();
    const [lr, momentum] = [cycled(t, [0.004, 0.1, 0.004 / 1e4]), cycled(t, [0.95, 0.85, 0.95])];
    const g = slope(hand);
    buffer = buffer.map((v, k) => (t === 0 ? g[k] : momentum * v + g[k]));
    hand = hand.map((v, k) => v - lr * buffer[k]);
    expectClose(await theta(), hand);
  }
  await trainer.release();
});

const two = (train: string, more = '') => `data: {source: moons, samples: 40, noise: 0.1}
model: [{Linear: {out_features: 8, name: a}}, Tanh, {Linear: {out_features: 2, name: b}}]
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.5, momentum: 0.9}}
train: {batch_size: 10, epochs: 5${train}}
${more}`;

const weightsOf = async (trainer: Trainer) => {
  const tensors = await trainer.tensors();
  return ['a.weight', 'b.weight'].flatMap((name) => Array.from(tensors[name].data));
};

test('prune: in rounds the smallest weights of all layers together become 0, and stay 0', async () => {
  const pruned = await Trainer.create(plan(two(', prune: {amount: 0.5, every: 3, rounds: 2}')));
  const twin = await Trainer.create(plan(two('')));
  for (let i = 0; i < 3; i++) await Promise.all([pruned.next(), twin.next()]);
  // 0.5·(1 − (1/2)³) of 32 weights are 14.
  const smallest = (await weightsOf(twin))
    .map((value, i) => ({ size: Math.abs(value), i }))
    .sort((p, q) => p.size - q.size)
    .slice(0, 14)
    .map(({ i }) => i);
  const first = await weightsOf(pruned);
  expect(first.flatMap((value, i) => (value === 0 ? [i] : []))).toEqual(smallest.sort((p, q) => p - q));
  const unpruned = await weightsOf(twin);
  expect(first.filter((value, i) => value !== 0 && value !== unpruned[i])).toEqual([]);
  for (let i = 3; i < 12; i++) {
    await pruned.next();
    const now = await weightsOf(pruned);
    expect(smallest.every((k) => now[k] === 0)).toBe(true);
    expect(now.filter((value) => value === 0)).toHaveLength(i < 5 ? 14 : 16);
  }
  await pruned.release();
  await twin.release();
});

test('what decides whether something is computed is fed: a graphics card need not wait for it', async () => {
  const trainer = await Trainer.create({ ...plan(two(', prune: {amount: 0.5, every: 3, rounds: 2}')), statsEvery: 1 });
  const conditions = trainer.prepared.step.graph.nodes.filter(({ op }) => op === 'If').map(({ inputs }) => inputs[0].node);
  expect(conditions.map(({ attrs }) => attrs.name).sort()).toEqual(['prune_now', 'want_statistics']);
  await trainer.release();
});

test('unfreeze: layers stay as they are until their epoch, and begin with a momentum of their own', async () => {
  const trainer = await Trainer.create(plan(two(', unfreeze: [{epoch: 2, layers: "a*"}]')));
  const a = async () => Array.from((await trainer.tensors())['a.weight'].data);
  const start = await a();
  for (let i = 0; i < 8; i++) {
    expect(await a()).toEqual(start);
    expect((await trainer.checkpoint()).optimizer.momentum_buffer['a.weight']).toBeUndefined();
    await trainer.next();
  }
  expect(await a()).toEqual(start);
  expect(await trainer.checkpoint()).toMatchObject({ epoch: 2, ages: { 'a.weight': 0, 'a.bias': 0 } });
  await trainer.next();
  const buffer = (await trainer.checkpoint()).optimizer.momentum_buffer['a.weight'].data;
  // The first buffer is the gradient itself.
  (await a()).forEach((value, i) => expect(value).toBeCloseTo(start[i] - 0.5 * buffer[i], 6));
  expect(await a()).not.toEqual(start);
  await trainer.release();
});

test('overfit_batch: the first batch, again and again', async () => {
  const losses = async (train: string) => {
    const trainer = await Trainer.create(plan(two(train).replace('lr: 0.5', 'lr: 1.0e-12')));
    const seen: (number | null)[] = [];
    while (!trainer.isFinished) seen.push(((await trainer.next())[0] as StepEvent).loss);
    await trainer.release();
    return seen;
  };
  const [all, one] = [await losses(''), await losses(', overfit_batch: true')];
  expect(one).toEqual(Array(20).fill(all[0]));
  expect(new Set(all).size).toBeGreaterThan(5);
});

/** Of n standard normal numbers times σ: the mean within 3·σ/√n, the variance within 3·σ²·√(2/n). */
function expectNormal(values: number[], sigma: number): void {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
  expect(Math.abs(mean)).toBeLessThan((3 * sigma) / Math.sqrt(n));
  expect(Math.abs(variance - sigma ** 2)).toBeLessThan(3 * sigma ** 2 * Math.sqrt(2 / n));
}

describe('noise', () => {
  test('gradient_noise is normal with std / t^0.275 at step t', async () => {
    const text = (noise: string) => `data: {source: sine, samples: 4}
model: [{Linear: {out_features: 50000, name: a}}, Tanh, {Linear: {out_features: 1, name: b, freeze: true}}]
loss: MSELoss
optimizer: {SGD: {lr: 1}}
train: {batch_size: 4, steps: 9}
${noise}`;
    const trainer = await Trainer.create(plan(text('regularize: {gradient_noise: 0.5}')));
    const flat = async () =>
      Object.values(await trainer.tensors())
        .slice(0, 2)
        .flatMap(({ data }) => Array.from(data));
    for (let step = 1; step <= 3; step++) {
      const before = await trainer.checkpoint();
      await trainer.next();
      // The same step without noise, from the same weights.
      const calm = await Trainer.create(plan(text('')), before);
      await calm.next();
      const undisturbed = Object.values(await calm.tensors())
        .slice(0, 2)
        .flatMap(({ data }) => Array.from(data));
      await calm.release();
      expectNormal(
        (await flat()).map((value, i) => undisturbed[i] - value),
        0.5 / step ** 0.275,
      );
    }
    await trainer.release();
  });

  test('weight_noise is normal around the weights', async () => {
    const [g, size] = [new Graph(), 100_000];
    const feeding = new Feeding(g);
    const model = { spec: { regularize: { weight_noise: 0.2 }, train: {} }, trained: { items: [], offsets: [], size } } as unknown as ModelPlan;
    g.output('noisy', withWeightNoise(g, model, { params: g.input('params', [size]) }, feeding).params);
    const session = await createSession(lower(g));
    const seeds = Uint32Array.of(hash32(0, 1, 'weight_noise_seed', 0) | 1, hash32(0, 1, 'weight_noise_seed', 1));
    const outputs = await session.run({
      params: tensor(new Float32Array(size).fill(3), [size]),
      weight_noise: tensor(Float32Array.of(feeding.scalars.get('weight_noise')!), []),
      weight_noise_seed: tensor(seeds, [2], 'uint32'),
    });
    expectNormal(
      Array.from(numbers(outputs.noisy), (value) => value - 3),
      0.2,
    );
    await session.release();
  });

  test('weight_noise is there in training alone', async () => {
    const [calm, noisy] = await Promise.all(['', 'regularize: {weight_noise: 0.3}'].map((more) => Trainer.create(plan(two('', more)))));
    const [a, b] = [await calm.nextStep(), await noisy.nextStep()];
    expect(a.loss).not.toBe(b.loss);
    await calm.release();
    const copy = await Trainer.create(plan(two('')), { ...(await noisy.checkpoint()), ages: {} });
    const [own, without] = [await noisy.end(), await copy.end()];
    expect(own[0]).toEqual(without[0]);
    await noisy.release();
    await copy.release();
  });
});

const carry: CarryOptions = { resized: 'fresh', inserted: 'init' };

test.each<[string, string, string, boolean]>([
  ['a wrapper', '', 'optimizer: {Lookahead: {k: 2, optimizer: {SGD: {lr: 0.5, momentum: 0.9}}}}', false],
  ['k and alpha', 'optimizer: {Lookahead: {k: 2, optimizer: SGD}}', 'optimizer: {Lookahead: {k: 3, alpha: 0.1, optimizer: SGD}}', true],
  ['rho', 'optimizer: {SAM: {optimizer: SGD}}', 'optimizer: {SAM: {rho: 0.3, optimizer: SGD}}', true],
  ['a group', '', 'param_groups: [{layers: a, lr: 0.1}]', false],
  ['the rate of a group', 'param_groups: [{layers: a, lr: 0.1}]', 'param_groups: [{layers: a, lr: 0.2}]', true],
  ['a plateau', '', 'scheduler: {ReduceLROnPlateau: {patience: 1}}', true],
  ['ema', 'train: {steps: 90, ema: 0.5}', 'train: {steps: 90, ema: 0.7}', true],
  ['prune', 'train: {steps: 90, prune: {amount: 0.5, every: 2}}', 'train: {steps: 90, prune: {amount: 0.6, every: 3}}', true],
  ['unfreeze', 'train: {steps: 90}', 'train: {steps: 90, unfreeze: [{epoch: 9, layers: b}]}', false],
  ['precision', 'train: {steps: 90}', 'train: {steps: 90, precision: float16}', false],
  ['overfit_batch', 'train: {steps: 90}', 'train: {steps: 90, overfit_batch: true}', true],
  ['noise', 'regularize: {gradient_noise: 0.1, weight_noise: 0.1}', 'regularize: {gradient_noise: 0.2, weight_noise: 0.2}', true],
])('an edit of %s applies while it trains; numbers need no new session', async (_, before, after, isNumber) => {
  const text = (more: string) => `data: {source: moons, samples: 40}
model: [{Linear: {out_features: 4, name: a}}, Tanh, {Linear: {out_features: 2, name: b}}]
loss: CrossEntropyLoss
${more}
`;
  const trainer = await Trainer.create(plan(text(before)));
  for (let i = 0; i < 4; i++) await trainer.nextStep();
  const { trainer: next, event } = await editTrainer(trainer, 1, plan(text(after)), carry);
  expect(event!.changes.length).toBeGreaterThan(0);
  expect(next.sessions.size).toBe(isNumber ? 1 : 2);
  // Weights go on, whatever is kept beside them.
  expect((await next.checkpoint()).tensors).toEqual((await trainer.checkpoint()).tensors);
  for (let i = 0; i < 4; i++) expect((await next.nextStep()).loss).not.toBeNull();
  await trainer.release();
  await next.release();
});
