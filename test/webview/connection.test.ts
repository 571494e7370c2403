import { expect, test } from 'vitest';
import { Connection } from '../../webview/connection';

function setUp() {
  const changes: boolean[] = [];
  const connection = new Connection(() => changes.push(connection.isLost));
  const wait = (seconds: number) => Array.from({ length: seconds }, () => connection.tick());
  return { connection, changes, wait };
}

test('15 seconds without a word are told once; the next word ends it', () => {
  const { connection, changes, wait } = setUp();
  wait(14);
  expect([connection.isLost, changes]).toEqual([false, []]);
  wait(20);
  expect([connection.isLost, changes]).toEqual([true, [true]]);
  connection.hear();
  expect([connection.isLost, changes]).toEqual([false, [true, false]]);
});

test('a word every five seconds is enough for ever', () => {
  const { connection, changes, wait } = setUp();
  for (let i = 0; i < 100; i++) {
    wait(5);
    connection.hear();
  }
  expect(changes).toEqual([]);
});
