import { expect, test } from 'vitest';
import { lensesOf } from '../../src/editor/lenses';
import type { RunState } from '../../src/view/protocol';

const ACTIVE: readonly RunState[] = ['queued', 'starting', 'running', 'paused'];
const run = (state: RunState, more: { canResume?: boolean; isElsewhere?: boolean } = {}) => ({
  state,
  isActive: ACTIVE.includes(state),
  isElsewhere: false,
  canResume: false,
  ...more,
});
const titles = (...of: Parameters<typeof lensesOf>): string[] => lensesOf(...of).map(({ title }) => title.replace(/\$\([\w-]+\)\u00a0/, ''));

test('a model that has no run can be trained', () => {
  expect(titles(undefined, 0)).toEqual(['▷ Train']);
});

test.each<[RunState, string[]]>([
  ['queued', ['waits for 2 runs', 'Stop']],
  ['starting', ['Stop']],
  ['running', ['Pause', 'Stop', 'Step']],
  ['paused', ['Resume', 'Stop', 'Step']],
  ['finished', ['▷ Train']],
])('a run that is %s: %j', (state, expected) => {
  expect(titles(run(state), 2)).toEqual(expected);
});

test.each<RunState>(['stopped', 'interrupted', 'failed'])('a run that is %s can go on where it left a checkpoint', (state) => {
  expect(titles(run(state), 0)).toEqual(['▷ Train']);
  expect(titles(run(state, { canResume: true }), 0)).toEqual(['▷ Train', 'Resume']);
});

test('what another window trains can only be looked at', () => {
  const lenses = lensesOf(run('running', { isElsewhere: true }), 0);
  expect(lenses.map(({ action }) => action)).toEqual(['train', undefined]);
  expect(lenses[1].title).toContain('in another window');
});
