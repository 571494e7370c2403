import { expect, test } from 'vitest';
import type { Plan, StepEvent } from '../../src/train/protocol';
import { numbers } from '../../src/train/session';
import { type ModelState, Trainer } from '../../src/train/trainer';

/** 2.1 million weights. Rows `bounded` to a length that none has give the same numbers, yet what bounds rows is not done in pieces. */
const model = (optimizer: string, train: string, bounded: boolean) => `data: {source: moons, samples: 80, noise: 0.1, validation: 0.2}
model:
  - Linear: {out_features: 1450, bias: false, name: a}
  - BatchNorm1d
  - ReLU
  - Linear: {out_features: 1450, name: b}
  - Tanh
  - Linear: {out_features: 2, name: c}
loss: CrossEntropyLoss
optimizer: ${optimizer}
regularize: {l2: 0.0001${bounded ? ', max_norm: 1.0e+9' : ''}}
train: {batch_size: 24, clip_grad_norm: 0.5, steps: 5${train}}
`;

const planOf = (text: string): Plan => ({ text, files: {}, statsEvery: 2, observe: true });

interface Sitting {
  trainer: Trainer;
  steps: StepEvent[];
  /** After every step. */
  states: ModelState[];
}

async function trained(text: string): Promise<Sitting> {
  const trainer = await Trainer.create(planOf(text));
  const [steps, states]: [StepEvent[], ModelState[]] = [[], []];
  while (!trainer.isFinished) {
    steps.push(...(await trainer.next()).filter((event) => event.type === 'step'));
    states.push(await trainer.state());
  }
  return { trainer, steps, states };
}

const close = (a: number | null | undefined, b: number | null | undefined, what: string) => {
  if (typeof a !== 'number' || typeof b !== 'number') expect(a, what).toBe(b);
  else expect(Math.abs(a - b), what).toBeLessThan(1e-4 * Math.abs(b) + 1e-7);
};

const difference = (a: Float32Array, b: Float32Array) => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

test.each([
  ['Adam, with the average of its weights', '{Adam: {lr: 0.001}}', ', ema: 0.9'],
  [
    'SGD within SAM and Lookahead, a layer with a rate of its own',
    '{Lookahead: {optimizer: {SAM: {optimizer: {SGD: {lr: 0.05, momentum: 0.9}}, rho: 0.01}}, k: 2}}\nparam_groups: [{layers: a, lr: 0.01}]',
    '',
  ],
])('a large model updated piece by piece is what it is in one run of the engine: %s', async (_name, optimizer, train) => {
  const pieces = await trained(model(optimizer, train, false));
  const whole = await trained(model(optimizer, train, true));
  expect([pieces, whole].map(({ trainer }) => trainer.prepared.step.update !== undefined)).toEqual([true, false]);
  expect(pieces.steps).toHaveLength(5);
  expect(pieces.steps.filter(({ params }) => params)).toHaveLength(4);
  pieces.steps.forEach((step, i) => {
    const other = whole.steps[i];
    for (const key of ['loss', 'total_loss', 'grad_norm'] as const) close(step[key], other[key], `${key} of step ${i + 1}`);
    expect(Object.keys(step.params ?? {})).toEqual(Object.keys(other.params ?? {}));
    for (const [name, { update_l2, update_ratio }] of Object.entries(step.params ?? {})) {
      close(update_l2, other.params![name].update_l2, `update of ${name} in step ${i + 1}`);
      close(update_ratio, other.params![name].update_ratio, `update ratio of ${name} in step ${i + 1}`);
    }
  });
  const [a, b] = [await pieces.trainer.checkpoint(), await whole.trainer.checkpoint()];
  expect(Object.keys(a.optimizer)).toEqual(Object.keys(b.optimizer));
  for (const name of Object.keys(b.tensors)) expect(difference(a.tensors[name].data, b.tensors[name].data), name).toBeLessThan(1e-5);
  await pieces.trainer.release();
  await whole.trainer.release();
});

test('what was seen of a model stays as it was seen', async () => {
  const { trainer, states } = await trained(model('Adam', '', false));
  await trainer.release();
  for (const [i, { before, weights }] of states.entries()) {
    if (i > 0) expect(difference(numbers(before!), numbers(states[i - 1].weights.params))).toBe(0);
    expect(difference(numbers(before!), numbers(weights.params))).toBeGreaterThan(1e-4);
  }
});

test('from a checkpoint it goes on as it would have', async () => {
  const text = model('{Adam: {lr: 0.001}}', ', early_stopping: {patience: 50}', false);
  const straight = await Trainer.create(planOf(text));
  for (let i = 0; i < 2; i++) await straight.nextStep();
  const checkpoint = await straight.checkpoint();
  const resumed = await Trainer.create(planOf(text), checkpoint);
  for (let i = 0; i < 3; i++) {
    const [a, b] = [await straight.nextStep(), await resumed.nextStep()];
    expect([b.loss, b.grad_norm]).toEqual([a.loss, a.grad_norm]);
  }
  const ends = [await straight.tensors(), await resumed.tensors()];
  for (const name of Object.keys(ends[0])) expect(difference(ends[0][name].data, ends[1][name].data), name).toBe(0);
  await straight.release();
  await resumed.release();
});
