import { expect, test } from 'vitest';
import { seriesStyle, spreadLetters } from '../../webview/comparedCurves';

test('no two of twenty runs look the same, and every one has its letter', () => {
  const styles = Array.from({ length: 20 }, (_, index) => seriesStyle(index));
  expect(new Set(styles.map(({ dash, colour }) => `${dash.join(' ')} ${colour}`)).size).toBe(20);
  expect(styles.map(({ letter }) => letter).join('')).toBe('ABCDEFGHIJKLMNOPQRST');
  expect([25, 26, 27, 51, 52].map((index) => seriesStyle(index).letter)).toEqual(['Z', 'AA', 'AB', 'AZ', 'BA']);
});

test('letters of curves that end together stand above one another', () => {
  const letters = spreadLetters(
    [
      { x: 100, y: 50, index: 0 },
      { x: 101, y: 52, index: 1 },
      { x: 300, y: 51, index: 2 },
    ],
    0,
  );
  const [a, b, c] = [0, 1, 2].map((index) => letters.find((letter) => letter.index === index)!);
  expect([b.y, c.y]).toEqual([52, 51]);
  expect(b.y - a.y).toBeGreaterThanOrEqual(15);
});

test('at the top of the chart they overlap rather than leave it', () => {
  const letters = spreadLetters(
    Array.from({ length: 9 }, () => ({ x: 1, y: 40 })),
    8,
  );
  for (const { y } of letters) expect(y).toBeGreaterThanOrEqual(8);
});
