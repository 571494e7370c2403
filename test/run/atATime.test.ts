import { expect, test } from 'vitest';
import { atATime } from '../../src/run/atATime';

test('all is done, in the order of the items, and never all at once', async () => {
  let [underWay, most] = [0, 0];
  const items = Array.from({ length: 500 }, (_, i) => i);
  const squares = await atATime(items, async (i) => {
    most = Math.max(most, ++underWay);
    for (let turn = 0; turn < i % 7; turn++) await Promise.resolve();
    underWay--;
    return i * i;
  });
  expect(squares).toEqual(items.map((i) => i * i));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(64);
});
