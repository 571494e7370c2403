import { expect, test } from 'vitest';
import { parseModel } from '../../src/model/parse';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpointFiles';
import { editTrainer } from '../../src/train/editTrainer';
import type { Checkpoint, EvalEvent, Plan, RunEvent } from '../../src/train/protocol';
import { Trainer } from '../../src/train/trainer';
import { trainText } from './run';

/** Few noisy samples and many weights: the validation loss soon goes up. */
const overfitting = (stopping: string, { epochs = 60, validation = 'validation: 0.5', model = '{Linear: 64}, ReLU, {Linear: 2}' } = {}): string =>
  `data: {source: moons, samples: 40, noise: 0.5, ${validation}}
model: [${model}]
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.05}}
train: {batch_size: 10, epochs: ${epochs}${stopping}}
`;

const plan = (text: string): Plan => ({ text, files: {}, statsEvery: 0 });

/** What early stopping should do, from the evaluations of a run without it. */
function expectStop(evals: readonly EvalEvent[], patience: number, figure: (event: EvalEvent) => number, minDelta = 0) {
  let best = evals[0];
  for (const [i, event] of evals.entries()) {
    if (figure(event) > figure(best) + minDelta) best = event;
    else if (i - evals.indexOf(best) >= patience) return { best, last: event };
  }
  return { best, last: evals.at(-1)! };
}

test.each([
  [', early_stopping: 3', 3, (e: EvalEvent) => -e.val_loss!, 0],
  [', early_stopping: {patience: 4, monitor: val_accuracy}', 4, (e: EvalEvent) => e.val_accuracy!, 0],
  [', early_stopping: {patience: 2, min_delta: 0.02}', 2, (e: EvalEvent) => -e.val_loss!, 0.02],
  [', early_stopping: {patience: 2, monitor: train_loss, min_delta: 0.05}', 2, (e: EvalEvent) => -e.train_loss!, 0.05],
] as const)('a run with %s ends when patience does, with its best weights', async (stopping, patience, figure, minDelta) => {
  const whole = await trainText(overfitting(''));
  const { best, last } = expectStop(whole.evals, patience, figure, minDelta);
  const stopped = await trainText(overfitting(stopping));
  expect(last.step).toBeLessThan(whole.end.steps);
  expect(stopped.end).toMatchObject({ steps: last.step, stopped: false, eval_loss: best.train_loss });
  expect(stopped.evals.at(-1)).toMatchObject({ step: last.step, train_loss: best.train_loss, val_loss: best.val_loss });
  const atBest = await trainText(overfitting(''), { steps: best.step });
  expect(stopped.tensors).toEqual(atBest.tensors);
});

test('a run whose last evaluation is its best one keeps its weights and has no further evaluation', async () => {
  const text = overfitting(', early_stopping: {patience: 2, monitor: train_loss}', { epochs: 3 }).replace('lr: 0.05', 'lr: 0.002');
  const { evals, end } = await trainText(text);
  expect(evals.map(({ step }) => step)).toEqual([2, 4, 6]);
  expect(end.eval_loss).toBe(evals[2].train_loss);
});

test('a run that is stopped by hand keeps the weights it has', async () => {
  const trainer = await Trainer.create(plan(overfitting(', early_stopping: 40')));
  for (let i = 0; i < 60; i++) await trainer.next();
  const before = await trainer.tensors();
  await trainer.end(true);
  expect(await trainer.tensors()).toEqual(before);
  await trainer.release();
});

async function finish(trainer: Trainer): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  events.push(...(await trainer.end()));
  await trainer.release();
  return events;
}

test('from a checkpoint of any moment, read back from disk, a run stops where the whole one does', async () => {
  const text = overfitting(', early_stopping: 3');
  const trainer = await Trainer.create(plan(text));
  const saved: Checkpoint[] = [];
  while (!trainer.isFinished) {
    saved.push(decodeCheckpoint(encodeCheckpoint(await trainer.checkpoint()))!);
    await trainer.next();
  }
  const end = (await trainer.end()).at(-1);
  for (const checkpoint of [saved[0], saved[1], saved[4], saved.at(-1)!]) {
    const resumed = await Trainer.create(plan(text), checkpoint);
    const told = await finish(resumed);
    expect(told.at(-1)).toEqual({ ...end, seconds: (told.at(-1) as { seconds: number }).seconds });
    expect(await resumed.tensors()).toEqual(await trainer.tensors());
  }
  await trainer.release();
});

test('a checkpoint of before there was early stopping is still read', () => {
  const checkpoint: Checkpoint = { step: 4, epoch: 0, row: 3, seconds: 1, tensors: {}, optimizer: {}, ages: {} };
  expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
});

test('after the end a run can go on, with patience anew', async () => {
  const text = overfitting(', early_stopping: 3');
  const trainer = await Trainer.create(plan(text));
  await finish(trainer);
  const resumed = await Trainer.create(plan(text), await trainer.checkpoint());
  expect(resumed.isFinished).toBe(false);
  expect(await resumed.tensors()).toEqual(await trainer.tensors());
  await resumed.release();
});

test('patience is changed while the run goes on; another model begins to count anew', async () => {
  const options = { resized: 'fresh', inserted: 'init' } as const;
  const trainer = await Trainer.create(plan(overfitting(', early_stopping: 30')));
  for (let i = 0; i < 40; i++) await trainer.next();
  const { stopping } = await trainer.checkpoint();
  expect(stopping!.stale).toBeGreaterThan(1);
  const shorter = await editTrainer(trainer, 1, plan(overfitting(', early_stopping: 1')), options);
  expect(shorter.event?.changes).toEqual(['early_stopping: patience 30 → 1']);
  expect(shorter.trainer.isFinished).toBe(true);
  await shorter.trainer.end();
  expect(await shorter.trainer.tensors()).toEqual(stopping!.tensors);
  const other = await editTrainer(trainer, 2, plan(overfitting(', early_stopping: 1', { model: '{Linear: 64}, Tanh, {Linear: 2}' })), options);
  expect(other.trainer.isFinished).toBe(false);
  expect((await other.trainer.checkpoint()).stopping).toBeUndefined();
  for (const one of [trainer, shorter.trainer, other.trainer]) await one.release();
});

test.each([
  [
    overfitting(', early_stopping: 3', { validation: 'seed: 1' }),
    '`early_stopping` watches `val_loss`, but no samples are held back to validate on. Add `validation: 0.2` to `data`, or `monitor: train_loss` here.',
    '3',
  ],
  [
    overfitting(', early_stopping: {patience: 3, monitor: val_r2}'),
    '`val_r2` is not measured with `CrossEntropyLoss`; `early_stopping` can watch `val_loss` or `val_accuracy`.',
    '{patience: 3, monitor: val_r2}',
  ],
])('what cannot be watched is said at its place', async (text, message, at) => {
  const error = (await Trainer.create(plan(text)).catch((e: unknown) => e)) as {
    problem: { message: string; range: { start: number; end: number } };
  };
  expect(error.problem.message).toBe(message);
  expect(text.slice(error.problem.range.start, error.problem.range.end)).toBe(at);
});

test.each([
  ['early_stopping: 0', '`patience` of `early_stopping` must be a whole number of at least 1, got `0`.'],
  ['early_stopping: {monitor: val_loss}', '`early_stopping` needs `patience`: a whole number of at least 1.'],
  ['early_stopping: {patience: 2, monitr: val_loss}', '`early_stopping` has no argument `monitr`. Did you mean `monitor`?'],
  [
    'early_stopping: {patience: 2, monitor: loss}',
    '`monitor` of `early_stopping` must be one of `val_loss`, `val_accuracy`, `val_r2` or `train_loss`, got the text `loss`.',
  ],
])('%s', (written, message) => {
  expect(parseModel(overfitting(`, ${written}`)).problems.map((problem) => problem.message.replace(/(?<=`loss`\.).*/, ''))).toEqual([message]);
});
