import { expect, test, vi } from 'vitest';
import { Lives } from '../../src/run/lives';

test('the third death in a row is one too many', () => {
  const lives = new Lives();
  expect([lives.lose(), lives.lose(), lives.lose()]).toEqual([true, true, false]);
});

test('steps that were done before are no progress, fifty new ones are', () => {
  const lives = new Lives(100);
  const dieAt = (step: number): boolean => {
    for (let i = 80; i <= step; i++) lives.reach(i);
    return lives.lose();
  };
  expect([dieAt(120), dieAt(120), dieAt(170), dieAt(170)]).toEqual([true, true, true, true]);
  expect(dieAt(219)).toBe(false);
});

test('ten seconds beyond all that was done before are progress, however few the steps', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const lives = new Lives();
  const die = (secondsBefore: number, step: number, secondsAfter: number): boolean => {
    vi.advanceTimersByTime(secondsBefore * 1000);
    lives.reach(step);
    vi.advanceTimersByTime(secondsAfter * 1000);
    return lives.lose();
  };
  expect([die(0, 1, 10), die(0, 2, 10), die(0, 3, 10), die(0, 4, 10)]).toEqual([true, true, true, true]);
  expect([die(60, 4, 60), die(60, 5, 9)]).toEqual([true, false]);
  vi.useRealTimers();
});
