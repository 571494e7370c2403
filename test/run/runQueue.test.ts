import { expect, test } from 'vitest';
import { RunQueue } from '../../src/run/runQueue';

test('who comes first begins first, as soon as there is room, unless they left', () => {
  let room = 1;
  const begun: string[] = [];
  const queue = new RunQueue<string>(() => room > 0);
  const enter = (who: string): void =>
    queue.enter(who, () => {
      room--;
      begun.push(who);
    });
  for (const who of ['a', 'b', 'c', 'd']) enter(who);
  expect(begun).toEqual(['a']);
  queue.leave('b');
  room = 1;
  queue.advance();
  expect(begun).toEqual(['a', 'c']);
  room = 2;
  enter('e');
  expect(begun).toEqual(['a', 'c', 'd', 'e']);
});
