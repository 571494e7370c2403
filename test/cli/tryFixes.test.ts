import { describe, expect, test } from 'vitest';
import { type Tried, trialJson, trialTable } from '../../src/cli/tryFixes';
import type { TrialResult } from '../../src/train/trial';
import { folderOf, layerwise } from './run';

const result = (relativeLoss: number | undefined, score: number): TrialResult => ({
  steps: 400,
  evaluation: { type: 'eval', step: 400, train_loss: 0.2, train_accuracy: 0.9, val_loss: 0.25, val_accuracy: score },
  ...(relativeLoss !== undefined && { relativeLoss }),
  score,
});
const edits = [{ range: { start: 4, end: 7 }, text: '0.1' }];
const candidate = (title: string) => ({
  title,
  fixes: [{ rule: 'lr-too-high' as const, kind: 'set-learning-rate' as const, title }],
  edits,
  text: '',
  needsRestart: false,
});
const best: Tried = { ...candidate('lr: 6 → 0.6'), isFailed: false, result: result(0.0123, 0.985) };
const worse: Tried = { ...candidate('SGD → Adam + clip_grad_norm: 1'), isFailed: false, result: result(Infinity, 0.1) };
const failed: Tried = { ...candidate('out_features: 8 → 9'), isFailed: true, message: 'The shapes do not fit.' };

test('for people: best first, with the gain over the model as it is', () => {
  expect(trialTable({ baseline: result(0.955, 0.4), tried: [best, worse, failed] })).toBe(`\
   fix                             steps  validation loss / guessing  accuracy  gain
1  lr: 6 → 0.6                       400  0.0123                        98.5 %  +58.5 points
2  SGD → Adam + clip_grad_norm: 1    400  not finite                    10.0 %  −30.0 points
3  out_features: 8 → 9                                                          The shapes do not fit.
   as it is                          400  0.955                         40.0 %`);
});

test('as JSON: rank, fixes, edits and numbers, those of the model as it is beside them', () => {
  expect(trialJson(best, 1, result(0.955, 0.4))).toEqual({
    type: 'trial',
    rank: 1,
    title: 'lr: 6 → 0.6',
    fixes: [{ rule: 'lr-too-high', title: 'lr: 6 → 0.6' }],
    edit: edits,
    steps: 400,
    train_loss: 0.2,
    val_loss: 0.25,
    relative_loss: 0.0123,
    score: 0.985,
    baseline: { steps: 400, train_loss: 0.2, val_loss: 0.25, relative_loss: 0.955, score: 0.4 },
  });
  expect(trialJson(failed, 3, undefined)).toMatchObject({ rank: 3, error: 'The shapes do not fit.' });
});

describe('diagnose', { timeout: 240_000 }, () => {
  // Of the largest of rates nothing is left that learns.
  const sick = `name: two-moons
data: {source: moons, samples: 200, noise: 0.1, validation: 0.25}
model:
  - Linear: 16
  - Tanh
  - Linear: 2
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 100}} # far too high
train: {steps: 120, batch_size: 32}
`;

  test('--try-fixes measures what it found fixes for, and the first one cures', async () => {
    const { code, stdout } = await layerwise(folderOf({ 'm.nn.yaml': sick }), 'diagnose', 'm.nn.yaml', '--try-fixes', '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(1);
    const trials = lines.filter(({ type }) => type === 'trial');
    expect(trials.length).toBeGreaterThan(2);
    expect(trials.map(({ rank }) => rank)).toEqual(trials.map((_, i) => i + 1));
    const [first] = trials as { relative_loss: number; steps: number; edit: object[]; baseline: { relative_loss: number; steps: number } }[];
    expect(first.relative_loss).toBeLessThan(0.5 * first.baseline.relative_loss);
    expect(first.edit.length).toBeGreaterThan(0);
    expect([first.steps, first.baseline.steps]).toEqual([120, 120]);
  });

  test('a model that does not fit its data is a finding with a fix; there is nothing to compare that with', async () => {
    const narrow = sick.replace('Linear: 2', 'Linear: 1').replace('lr: 100', 'lr: 0.5');
    const { code, stdout } = await layerwise(folderOf({ 'm.nn.yaml': narrow }), 'diagnose', 'm.nn.yaml', '--try-fixes', '--json');
    const [finding, trial] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(1);
    expect(finding).toMatchObject({ rule: 'output-width-mismatch', level: 'error', line: 6, step: 0 });
    expect(trial).toMatchObject({ rank: 1, steps: 120, score: expect.any(Number) as number });
    expect(trial).not.toHaveProperty('baseline');
  });
});
