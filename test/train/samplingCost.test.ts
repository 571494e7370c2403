import { expect, test } from 'vitest';
import { SamplingCost } from '../../src/train/samplingCost';
import { Trainer } from '../../src/train/trainer';

test('what a sampled step takes beyond a plain one counts, not the step itself', () => {
  const cost = new SamplingCost();
  for (let i = 0; i < 9; i++) cost.add(1, false);
  cost.add(8, true);
  // 7 of 17 ms
  expect(cost.isWithin(0.42)).toBe(true);
  expect(cost.isWithin(0.41)).toBe(false);
  expect(cost.isWithin()).toBe(true);
});

const text = `data: {source: moons, samples: 64}
model: [Linear: 4, Tanh, Linear: 2]
loss: CrossEntropyLoss
train: {batch_size: 32}
`;

test('a share of nothing leaves the first steps and the last one', async () => {
  const trainer = await Trainer.create({ text, files: {}, statsEvery: 10, statsShare: 0, steps: 200 });
  const sampled: number[] = [];
  while (!trainer.isFinished) {
    const event = await trainer.nextStep();
    if (event.layers) sampled.push(event.step);
  }
  await trainer.release();
  expect(sampled).toEqual([1, 10, 20, 30, 40, 50, 200]);
});
