import { expect, test, vi } from 'vitest';
import { Disposables } from '../../src/base/disposable';
import { atMost, Debounce, Throttle } from '../../src/base/timers';

/** Triggers at the given milliseconds; the times at which the action ran. */
function timesOf(make: (action: () => void) => { trigger(): void }, triggers: readonly number[]): number[] {
  vi.useFakeTimers({ now: 0 });
  const ran: number[] = [];
  const timer = make(() => ran.push(Date.now()));
  for (const at of triggers) {
    vi.advanceTimersByTime(at - Date.now());
    timer.trigger();
  }
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  return ran;
}

test('a throttle acts at once, then once per interval, and never loses the last trigger', () => {
  expect(timesOf((action) => new Throttle(100, action), [0, 10, 20, 150, 160, 700])).toEqual([0, 100, 200, 700]);
});

test('a debounce acts once the triggers pause', () => {
  expect(timesOf((action) => new Debounce(100, action), [0, 50, 120, 400])).toEqual([220, 500]);
});

test('a disposed timer stays silent', () => {
  vi.useFakeTimers();
  const action = vi.fn();
  const throttle = new Throttle(10, action);
  throttle.trigger();
  throttle.trigger();
  throttle.dispose();
  const debounce = new Debounce(10, action);
  debounce.trigger();
  debounce.dispose();
  vi.advanceTimersByTime(100);
  vi.useRealTimers();
  expect(action).toHaveBeenCalledOnce();
});

test('disposables go in reverse order, once, and late arrivals at once', () => {
  const gone: string[] = [];
  const owned = new Disposables();
  for (const name of ['first', 'second']) owned.add({ dispose: () => gone.push(name) });
  owned.dispose();
  owned.dispose();
  expect(gone).toEqual(['second', 'first']);
  owned.add({ dispose: () => gone.push('late') });
  expect(gone).toEqual(['second', 'first', 'late']);
});

test('a promise is waited for, but not longer than said', async () => {
  vi.useFakeTimers({ now: 0 });
  const settled: number[] = [];
  const note = (): void => void settled.push(Date.now());
  const never = new Promise(() => undefined);
  const soon = new Promise((resolve) => setTimeout(resolve, 30));
  void atMost(100, soon).then(note);
  void atMost(200, never).then(note);
  await vi.advanceTimersByTimeAsync(1000);
  // The timer of the first went with what it waited for.
  expect([settled, vi.getTimerCount()]).toEqual([[30, 200], 0]);
  vi.useRealTimers();
});
