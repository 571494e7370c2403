import { expect, test } from 'vitest';
import type { Plan, RunEvent } from '../../src/train/protocol';
import { SessionPool } from '../../src/train/session';
import { sprintLength } from '../../src/train/sprint';
import { Trainer } from '../../src/train/trainer';
import { native } from './engines/realEngines';

/** Chance, running statistics, a schedule, weights that follow others, labels drawn for every step, two rates. */
const MODEL = `
data: {source: spirals, samples: 210, validation: 0.2}
model: [{Linear: 8}, BatchNorm1d, ReLU, {Dropout: 0.2}, GaussianNoise, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.01}}
scheduler: {StepLR: {step_size: 40, gamma: 0.9}}
param_groups: [{layers: linear2, lr: 0.001}]
regularize: {mixup: 0.2, l2: 0.0001}
train: {batch_size: 8, steps: 100000, ema: 0.9}
`;
const plan: Plan = { text: MODEL, files: {}, statsEvery: 10 };

const pools = { wasm: () => Promise.resolve(new SessionPool()), native: async () => new SessionPool(await native()) };

test.each(['wasm', 'native'] as const)(
  'steps of a sprint are, bit by bit, those that follow one another, and all else comes when it should: %s',
  async (name) => {
    const pool = await pools[name]();
    const [walking, running] = [await Trainer.create(plan, undefined, pool), await Trainer.create(plan, undefined, pool)];
    const events: RunEvent[] = [];
    let longest = 0;
    while (longest < 3 || running.step % 21 < 10) {
      const next = await running.next(true);
      longest = Math.max(longest, next.filter(({ type }) => type === 'step').length);
      events.push(...next);
    }
    const expected: RunEvent[] = [];
    while (walking.step < running.step) expected.push(...(await walking.next()));
    expect(events).toEqual(expected);
    const known = ({ seconds: _, ...checkpoint }: Awaited<ReturnType<Trainer['checkpoint']>>) => checkpoint;
    expect(known(await running.checkpoint())).toEqual(known(await walking.checkpoint()));
  },
);

test('what is seen of the model is seen after a step that goes alone', async () => {
  const trainer = await Trainer.create({ ...plan, observe: true });
  for (;;) {
    const last = (await trainer.next(true)).filter(({ type }) => type === 'step');
    if (last.length < 3) continue;
    const single = await Trainer.create({ ...plan, observe: true });
    while (single.step < trainer.step) await single.next();
    const [seen, expected] = [await trainer.state(), await single.state()];
    expect([seen.before!.data, seen.trained!.data]).toEqual([expected.before!.data, expected.trained!.data]);
    return;
  }
});

test('a sprint is short enough to be heard in between, and made where it pays', () => {
  expect(sprintLength({ step: 0.1, left: 1e6, seconds: 5 })).toBe(32);
  expect(sprintLength({ step: 3, left: 1e6, seconds: 5 })).toBe(5);
  expect(sprintLength({ step: 20, left: 1e6, seconds: 5 })).toBe(0);
  expect(sprintLength({ step: 0.1, left: 1000, seconds: 5 })).toBe(0);
  expect(sprintLength({ step: 0.1, left: 1e6, seconds: 0.5 })).toBe(0);
  expect(sprintLength({ left: 1e6, seconds: 5 })).toBe(0);
});
