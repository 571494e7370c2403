import { expect, test } from 'vitest';
import { Turn } from '../../src/train/turn';

const pace = { every: 1000, early: 2, share: 0.05, credit: 0 };

test('the first ones follow each other, later ones keep a distance', async () => {
  const turn = new Turn(pace, 0);
  for (let i = 0; i < 2; i++) {
    expect(turn.isTime(performance.now())).toBe(true);
    await turn.take(() => Promise.resolve(), false);
  }
  const now = performance.now();
  expect(turn.isTime(now)).toBe(false);
  expect(turn.isTime(now + 1000)).toBe(true);
});

/** Keeps busy until the clock has moved on. */
const busy = () => {
  for (const from = performance.now(); performance.now() - from < 2;);
  return Promise.resolve('seen');
};

test('what it takes is within the share of what was trained since, and within the credit', async () => {
  const turn = new Turn(pace, 100);
  expect(turn.canAfford(100)).toBe(true);
  expect(await turn.take(busy, false)).toBe('seen');
  expect(turn.canAfford(100)).toBe(false);
  expect(turn.canAfford(100 + 1e6)).toBe(true);
  const rich = new Turn({ ...pace, credit: 1e9 }, 100);
  await rich.take(busy, false);
  expect(rich.canAfford(100)).toBe(true);
});

test('what nothing waits for costs nothing', async () => {
  const turn = new Turn(pace, 0);
  await turn.take(busy, true);
  expect(turn.canAfford(0)).toBe(true);
});
