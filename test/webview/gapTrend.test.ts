import { expect, test } from 'vitest';
import type { EvalEvent } from '../../src/train/protocol';
import { gapTrend } from '../../webview/gapTrend';

const evals = (gaps: (number | null | undefined)[], every = 10): EvalEvent[] =>
  gaps.map((gap, i) => ({
    type: 'eval',
    step: (i + 1) * every,
    train_loss: 1,
    ...(gap !== undefined && { gap, val_loss: gap === null ? null : 1 + gap }),
  }));

test('the slope of the gap is that of the least-squares line', () => {
  // x = 10, 20, 30, 40 and y = 0.1, 0.4, 0.5, 0.8: Σ(x−x̄)(y−ȳ) = 11, Σ(x−x̄)² = 500; of 30 steps, so per 10.
  const trend = gapTrend(evals([0.1, 0.4, 0.5, 0.8]));
  expect(trend).toEqual({ direction: 'growing', change: expect.closeTo(0.22, 12) as number, steps: 10 });
});

test('it looks at the latest third only', () => {
  const fell = Array.from({ length: 12 }, (_, i) => 3 - 0.2 * i);
  const rose = Array.from({ length: 6 }, (_, i) => 1 + 0.1 * i);
  expect(gapTrend(evals([...fell, ...rose]))).toMatchObject({ direction: 'growing', change: expect.closeTo(0.1, 12) as number });
  expect(gapTrend(evals(fell, 1000))).toEqual({ direction: 'shrinking', change: expect.closeTo(-0.2, 12) as number, steps: 1000 });
});

test('noise is no trend, nor is what nobody would care about', () => {
  expect(gapTrend(evals([0.5, 0.9, 0.4, 0.8]))!.direction).toBe('steady');
  expect(gapTrend(evals([0.2, 0.2001, 0.2002, 0.2003]))!.direction).toBe('steady');
  expect(gapTrend(evals([0.2, 0.2, 0.2, 0.2]))!.direction).toBe('steady');
});

test('too few evaluations tell nothing; those without a validation split or not finite do not count', () => {
  expect(gapTrend(evals([0.1, 0.2, 0.3]))).toBeUndefined();
  expect(gapTrend(evals([undefined, undefined, undefined, undefined, undefined]))).toBeUndefined();
  expect(gapTrend(evals([null, 0.1, 0.2, null, 0.3]))).toBeUndefined();
  expect(gapTrend(evals([0.1, 0.2, 0.3, 0.4, null]))).toBeUndefined();
  expect(gapTrend(evals([null, 0.1, 0.2, 0.3, 0.4]))!.direction).toBe('growing');
});
