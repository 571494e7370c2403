import { expect, test } from 'vitest';
import type { LossPoint, ToView } from '../../src/view/protocol';
import { columnsOf, packMessage, pointsOf } from '../../src/view/wire';
import { readMessage } from '../../webview/messages';
import { runView } from '../webview/runView';

const points = (count: number, penalty = 0): LossPoint[] =>
  Array.from({ length: count }, (_, i) => ({
    step: i + 1,
    loss: Math.exp(-i / 7),
    total_loss: Math.exp(-i / 7) + penalty,
    lr: 0.001,
    grad_norm: 1 / (i + 3),
  }));

/** As it is after its way to the page. */
const received = (message: ToView) => readMessage(JSON.parse(JSON.stringify(packMessage(message))));

const near = (value: number) => expect.closeTo(value, 5) as number;

test('curves are back as they were, to six digits, in a hydration, an update and a comparison', () => {
  const losses = points(40);
  const expected = losses.map((point) => ({
    ...point,
    loss: near(point.loss!),
    total_loss: near(point.total_loss!),
    grad_norm: near(point.grad_norm!),
  }));
  const compared = { runId: 'r2', name: 'other', losses, evals: [], layers: [], differs: [] };
  const hydrate = received({ type: 'hydrate', run: runView({ losses }), compared: [compared] });
  expect(hydrate).toMatchObject({ run: { losses: expected }, compared: [{ losses: expected }] });
  const update: ToView = { type: 'update', runId: 'r1', state: 'running', step: 40, stepsPerSecond: 3, losses, evals: [], modes: [] };
  expect(received(update)).toMatchObject({ losses: expected });
});

test.each([
  ['none', []],
  ['one that is not finite', [{ step: 3, loss: null, total_loss: null, lr: 0.1, grad_norm: null }]],
  ['penalties', points(5, 0.25)],
  ['a rate that changes', points(5).map((point, i) => ({ ...point, lr: 0.5 ** i }))],
])('points of a curve as columns and back: %s', (_, losses: LossPoint[]) => {
  const back = pointsOf(columnsOf(losses));
  expect(back.map(({ step, lr }) => [step, lr])).toEqual(losses.map(({ step, lr }) => [step, lr]));
  back.forEach((point, i) => {
    for (const key of ['loss', 'total_loss', 'grad_norm'] as const)
      expect(point[key]).toEqual(losses[i][key] === null ? null : expect.closeTo(losses[i][key], 5));
  });
});

test('statistics keep their names and six digits, whole numbers all of theirs', () => {
  const stats = { mean: 1 / 3, std: 123456789, min: null, max: 1e-9 / 3, l2: 2, zero_fraction: 0, non_finite: 0 };
  const snapshot = { step: 12345678, layers: Object.fromEntries([['__proto__', { activation: stats }]]), params: {} };
  const message = received({ type: 'past', runId: 'r1', step: 7, snapshot, layers: [] }) as Extract<ToView, { type: 'past' }>;
  expect(message.snapshot!.step).toBe(12345678);
  expect(Object.entries(message.snapshot!.layers)).toEqual([['__proto__', { activation: { ...stats, mean: 0.333333, max: 3.33333e-10 } }]]);
});

test('what crosses is less than half', () => {
  const losses = points(1000).map((point, i) => ({ ...point, step: i + 9000 }));
  const message: ToView = { type: 'update', runId: 'r1', state: 'running', step: 10_000, stepsPerSecond: 3, losses, evals: [], modes: [] };
  expect(JSON.stringify(packMessage(message)).length).toBeLessThan(0.3 * JSON.stringify(message).length);
});

test.each([
  { step: [1, 2], loss: [1], lr: 1, grad_norm: [1, 2] },
  { step: [1], loss: ['a'], lr: 1, grad_norm: [1] },
  { step: 1, loss: [1], lr: 1, grad_norm: [1] },
  { step: [1], loss: [1], grad_norm: [1] },
])('columns that do not fit together are no message: %j', (losses) => {
  expect(readMessage({ type: 'update', runId: 'r1', state: 'running', step: 1, stepsPerSecond: 1, losses, evals: [], modes: [] })).toBeUndefined();
});
