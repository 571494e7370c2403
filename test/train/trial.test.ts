import { expect, test } from 'vitest';
import type { Layout } from '../../src/train/protocol';
import { judge, stepsFor, trainTrial } from '../../src/train/trial';

const text = `name: m
data: {source: moons, samples: 100, validation: 0.2}
model: [Linear: 8, Tanh, Linear: 2]
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.5}}
train: {epochs: 3, batch_size: 20, seed: 1}
`;
const layout = (no_skill_loss?: number) => ({ no_skill_loss }) as Layout;

test('a loss counts by that of guessing, of the validation split where there is one', () => {
  const event = { type: 'eval', step: 9, train_loss: 0.1, train_accuracy: 0.9 } as const;
  expect(judge(layout(0.5), event)).toEqual({ relativeLoss: 0.2, score: 0.9 });
  expect(judge(layout(0.5), { ...event, val_loss: 1, val_accuracy: 0.4 })).toEqual({ relativeLoss: 2, score: 0.4 });
  expect(judge(layout(0.5), { ...event, val_loss: null, val_accuracy: 0.4 }).relativeLoss).toBe(Infinity);
  expect(judge(layout(), event)).toEqual({ score: 0.9 });
  expect(judge(layout(-0.5), event)).toEqual({ score: 0.9 });
});

test('every candidate has the same number of steps, but for one that trains longer', () => {
  expect(stepsFor(text.replace('0.5', '0.1'), text, 12)).toBe(12);
  expect(stepsFor(text.replace('batch_size: 20', 'batch_size: 5'), text, 12)).toBe(12);
  expect(stepsFor(text.replace('epochs: 3', 'epochs: 6'), text, 12)).toBe(24);
  expect(stepsFor(text.replace('epochs: 3', 'epochs: 1'), text, 12)).toBe(12);
});

test('a trial begins like the run of its plan and tells its last evaluation', async () => {
  const told: string[] = [];
  const plan = { text, files: {}, steps: 6, statsEvery: 0 };
  const result = await trainTrial(plan, 60, (events) => told.push(...events.map(({ type }) => type)));
  expect(told).toEqual(['start', 'step', 'step', 'step', 'step', 'eval', 'step', 'step', 'eval', 'end']);
  expect(result).toMatchObject({ steps: 6, evaluation: { step: 6 } });
  expect(result.relativeLoss).toBeCloseTo(result.evaluation.val_loss! / Math.log(2), 1);
  expect((await trainTrial(plan, 60)).relativeLoss).toBe(result.relativeLoss);
});

test('when its time is over a trial ends with an evaluation of what there is', async () => {
  expect(await trainTrial({ text, files: {}, statsEvery: 0 }, 0)).toMatchObject({ steps: 0, evaluation: { step: 0 } });
});
