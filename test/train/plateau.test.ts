import { expect, test } from 'vitest';
import { parseModel } from '../../src/model/parse';
import { rateAt } from '../../src/model/schedulers';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpointFiles';
import { Plateau } from '../../src/train/plateau';

const specOf = (scheduler: string) =>
  parseModel(`data: {source: moons}\nmodel: [{Linear: 2}]\nloss: CrossEntropyLoss\noptimizer: {SGD: {lr: 0.1}}\nscheduler: ${scheduler}`).spec!;

/** The rate after each evaluation of a step. */
function rates(scheduler: string, losses: (number | null)[], key: 'val_loss' | 'train_loss' = 'val_loss'): number[] {
  const spec = specOf(scheduler);
  const plateau = new Plateau(spec);
  return losses.map((loss, i) => {
    plateau.watch({ type: 'eval', step: i + 1, train_loss: 0, [key]: loss });
    return Number(rateAt(i + 2, 0.1, spec.schedulers, plateau.factor).toPrecision(6));
  });
}

// Each by PyTorch's `step`, followed on paper.
test.each<[string, string, (number | null)[], number[]]>([
  ['patience', '{ReduceLROnPlateau: {patience: 1, factor: 0.5}}', [1, 1, 1, 1, 1], [0.1, 0.1, 0.05, 0.05, 0.025]],
  ['a relative threshold', '{ReduceLROnPlateau: {patience: 0, threshold: 0.1}}', [1, 0.95, 0.89, 0.81], [0.1, 0.01, 0.01, 0.001]],
  ['an absolute one', '{ReduceLROnPlateau: {patience: 0, threshold: 0.1, threshold_mode: abs}}', [1, 0.95, 0.89, 0.78], [0.1, 0.01, 0.01, 0.01]],
  ['mode max', '{ReduceLROnPlateau: {patience: 0, mode: max}}', [1, 2, 1.5], [0.1, 0.1, 0.01]],
  ['a cooldown', '{ReduceLROnPlateau: {patience: 0, cooldown: 2, factor: 0.5}}', [1, 1, 1, 1, 1], [0.1, 0.05, 0.05, 0.05, 0.025]],
  ['the lowest rate', '{ReduceLROnPlateau: {patience: 0, min_lr: 0.03}}', [1, 1, 1], [0.1, 0.03, 0.03]],
  ['cuts too small to count', '{ReduceLROnPlateau: {patience: 0, eps: 0.06, factor: 0.5}}', [1, 1, 1], [0.1, 0.1, 0.1]],
  ['a loss that is no number', '{ReduceLROnPlateau: {patience: 1}}', [1, null, null], [0.1, 0.1, 0.01]],
])('ReduceLROnPlateau: %s', (_, scheduler, losses, wanted) => {
  expect(rates(scheduler, losses)).toEqual(wanted);
});

test('without a validation loss it watches that of training', () => {
  expect(rates('{ReduceLROnPlateau: {patience: 0}}', [1, 1], 'train_loss')).toEqual([0.1, 0.01]);
});

test('as the last of a sequence it counts from its turn on', () => {
  const scheduler = '[{LinearLR: {start_factor: 0.5, total_iters: 2}}, {ReduceLROnPlateau: {patience: 0}}]';
  expect(rates(scheduler, [1, 1, 1, 1])).toEqual([0.075, 0.1, 0.1, 0.01]);
});

test('only the last can be without an end', () => {
  const { problems } = parseModel(
    'data: {source: moons}\nmodel: [{Linear: 2}]\nloss: CrossEntropyLoss\nscheduler: [{ReduceLROnPlateau: {patience: 2}}, {StepLR: 3}]',
  );
  expect(problems.map(({ code }) => code)).toEqual(['endless-scheduler']);
});

test('where it stands goes to disk and comes back', () => {
  const checkpoint = { step: 3, epoch: 1, row: 2, seconds: 0.5, tensors: {}, optimizer: { ema: {} }, ages: {} };
  const plateau = { best: 0.1 + 0.2, factor: 0.1 ** 3, num_bad_epochs: 2, cooldown_counter: 1 };
  expect(decodeCheckpoint(encodeCheckpoint({ ...checkpoint, plateau }))).toEqual({ ...checkpoint, plateau });
  expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
});
