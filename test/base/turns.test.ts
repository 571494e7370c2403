import { expect, test } from 'vitest';
import { Turns } from '../../src/base/turns';

test('each piece of work begins when the one before is over, and none at once', async () => {
  const turns = new Turns();
  const told: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    told.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve));
    told.push(`${name} is over`);
  };
  const all = [turns.take(work('a')), turns.take(work('b'))];
  expect(told).toEqual([]);
  await Promise.all(all);
  expect(told).toEqual(['a begins', 'a is over', 'b begins', 'b is over']);
});

test('what fails is told to who asked for it, and holds up nobody', async () => {
  const turns = new Turns();
  const failing = turns.take(() => Promise.reject(new Error('no room')));
  let isDone = false;
  const next = turns.take(() => {
    isDone = true;
    return Promise.resolve();
  });
  await expect(failing).rejects.toThrow('no room');
  await next;
  expect(isDone).toBe(true);
});

test('it is under way until the last piece of work is over', async () => {
  const turns = new Turns();
  expect(turns.underWay).toBeUndefined();
  let release = (): void => undefined;
  const held = turns.take(() => new Promise<void>((resolve) => (release = resolve)));
  const failing = turns.take(() => Promise.reject(new Error('no room')));
  const { underWay } = turns;
  expect(underWay).toBeDefined();
  await Promise.resolve();
  release();
  await held;
  expect(turns.underWay).toBe(underWay);
  await Promise.allSettled([failing]);
  await underWay;
  expect(turns.underWay).toBeUndefined();
});
