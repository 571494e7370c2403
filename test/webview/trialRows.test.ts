import { describe, expect, test } from 'vitest';
import type { EvalEvent } from '../../src/train/protocol';
import type { TrialsView, TrialView } from '../../src/view/protocol';
import { relativeCurve, trialRows, trialsSummary } from '../../webview/trialRows';
import { trial, trials } from './runView';

const evaluation = (step: number, train_loss: number | null, val_loss?: number | null): EvalEvent => ({
  type: 'eval',
  step,
  train_loss,
  ...(val_loss !== undefined && { val_loss }),
});
const rowOf = (candidate: TrialView, changes: Partial<TrialsView> = {}) => trialRows(trials({ candidates: [candidate], ...changes }))[1];

describe('the table of measured fixes', () => {
  const relu = trial(1, { title: 'ReLU', relativeLoss: 0.1, score: 0.96 });
  const rate = trial(2, { title: '`lr`: 0.6 → 0.002', relativeLoss: 0.05, score: 0.98 });

  test('starts with the model as it is; candidates keep their line whatever their rank', () => {
    const rows = trialRows(trials({ state: 'done', candidates: [rate, relu] }));
    expect(rows.map(({ trial, series, rank }) => [trial.id, series, rank])).toEqual([
      [0, undefined, undefined],
      [2, 1, 1],
      [1, 0, 2],
    ]);
  });

  test('ranks nobody before all are measured, and nobody who failed', () => {
    expect(trialRows(trials({ state: 'running', candidates: [relu, rate] })).map(({ rank }) => rank)).toEqual([undefined, undefined, undefined]);
    const failed = trial(3, { state: 'failed', relativeLoss: undefined, score: undefined });
    expect(trialRows(trials({ state: 'done', candidates: [relu, failed] })).map(({ rank }) => rank)).toEqual([undefined, 1, undefined]);
  });

  test.each([
    [0.224, 'accuracy', '+12.3 points'],
    [0.101, 'accuracy', '0.0 points'],
    [0.05, 'accuracy', '−5.1 points'],
    [0.601, 'r2', '+0.50 R²'],
    [null as never, 'accuracy', ''],
    [undefined, 'accuracy', ''],
  ] as const)('a score of %s (%s) gains %s', (score, metric, gain) => expect(rowOf(trial(1, { score }), { metric }).gain).toBe(gain));

  test('what is not known is a dash, what is not finite says so', () => {
    const waiting = trial(1, { state: 'waiting', step: 0, relativeLoss: undefined, score: undefined });
    expect(rowOf(waiting)).toMatchObject({ loss: '–', score: '–', progress: 0, isBetter: false });
    const broken = trial(1, { relativeLoss: null as never, evals: [evaluation(300, 1, null)] });
    expect(rowOf(broken)).toMatchObject({ loss: 'not finite', isBetter: false });
    expect(rowOf(trial(1, { state: 'running', step: 75 })).progress).toBe(0.25);
  });

  test('anything finite is better than a model that is not', () => {
    const baseline = trial(0, { relativeLoss: undefined, score: undefined, evals: [evaluation(300, null)] });
    expect(rowOf(trial(1, { relativeLoss: 5 }), { baseline }).isBetter).toBe(true);
    expect(rowOf(trial(1, { relativeLoss: 5, state: 'running' }), { baseline }).isBetter).toBe(false);
  });

  test('what another seed would change as much is not better', () => {
    const baseline = trial(0, { relativeLoss: 0.5 });
    const isBetter = (relativeLoss: number) => rowOf(trial(1, { relativeLoss }), { baseline }).isBetter;
    expect([0.4, 0.499, 0.6].map(isBetter)).toEqual([true, false, false]);
  });

  test('the summary tells the loss where no more is right than before', () => {
    const baseline = trial(0, { relativeLoss: 0.45, score: 1 });
    const best = trial(1, { relativeLoss: 0.02, score: 1 });
    expect(trialsSummary(trials({ state: 'done', baseline, candidates: [best] }))).toMatch(/\(loss 0\.0200 in place of 0\.450\)\.$/);
  });

  test('the summary names the best, or says that none helped', () => {
    expect(trialsSummary(trials({ state: 'done', candidates: [rate, relu] }))).toBe('Best: `lr`: 0.6 → 0.002 (+87.9 points).');
    expect(trialsSummary(trials({ state: 'done', candidates: [trial(1, { relativeLoss: 1.2 })] }))).toMatch(/^None of them does better/);
    expect(trialsSummary(trials({ state: 'done', candidates: [] }))).toMatch(/^None/);
    expect(trialsSummary(trials({ state: 'stopped', candidates: [relu] }))).toMatch(/^Stopped/);
  });
});

describe('the curve of a candidate', () => {
  test('is its loss over that of guessing, which its last evaluation tells', () => {
    // The target was scaled: guessing has a loss of 400 here, whatever it is in the run.
    const curve = relativeCurve(trial(1, { evals: [evaluation(10, 90, 100), evaluation(20, 30, 40)], relativeLoss: 0.1 }), 1);
    expect(curve).toEqual([
      { x: 10, y: 0.25 },
      { x: 20, y: 0.1 },
    ]);
  });

  test('is of the training split where there is no other, and leaves out what is not finite', () => {
    const curve = relativeCurve(trial(1, { evals: [evaluation(10, 2), evaluation(20, null), evaluation(30, 1)], relativeLoss: 0.5 }), 7);
    expect(curve).toEqual([
      { x: 10, y: 1 },
      { x: 30, y: 0.5 },
    ]);
  });

  test('falls back to the loss of guessing of the run', () => {
    const evals = [evaluation(10, 2, 4), evaluation(20, 2, null)];
    expect(relativeCurve(trial(1, { evals, relativeLoss: null as never }), 2)).toEqual([{ x: 10, y: 2 }]);
    expect(relativeCurve(trial(1, { evals, relativeLoss: undefined }), undefined)).toEqual([]);
  });
});
