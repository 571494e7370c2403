import { expect, test } from 'vitest';
import { Sampling } from '../../src/train/sampling';
import { Trainer } from '../../src/train/trainer';

test('what a sampled step takes beyond a plain one counts, not the step itself', () => {
  const wants = (statsShare?: number) => {
    const sampling = new Sampling({ statsEvery: 10, statsShare }, 1);
    for (let i = 0; i < 9; i++) sampling.add(1, false);
    sampling.add(8, true);
    return sampling.wants(60, false);
  };
  // 7 of 17 ms
  expect(wants(0.42)).toBe(true);
  expect(wants(0.41)).toBe(false);
  expect(wants()).toBe(true);
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
