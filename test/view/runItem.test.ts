import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/run/runSummary';
import { describeRun, runTooltip, type ListedRun } from '../../src/view/runItem';

const now = Date.parse('2026-01-01T10:10:00.000Z');

function digits(more: Partial<ListedRun> = {}, summary: Partial<RunSummary> = {}): ListedRun {
  const state = more.state ?? 'finished';
  return {
    state,
    isElsewhere: false,
    isActive: false,
    canResume: false,
    ...more,
    summary: {
      version: 2,
      runId: 'a',
      name: 'digits',
      file: 'examples/digits.nn.yaml',
      uri: 'file:///digits.nn.yaml',
      created: '2026-01-01T10:00:00.000Z',
      updated: '2026-01-01T10:07:00.000Z',
      state,
      step: 4500,
      steps: 4500,
      seconds: 12.3,
      params: 9706,
      best: { step: 4200, metric: 'val_accuracy', value: 0.98885 },
      ...summary,
    },
  };
}

const description = (run: ListedRun, ahead = 1): string => describeRun(run, now, ahead).description;
const context = (run: ListedRun): string[] => describeRun(run, now, 1).context.split(' ');
const active = { isActive: true };

test('a finished run: its score, how long it took, how long ago', () => {
  expect(describeRun(digits(), now, 1)).toMatchObject({ label: 'digits', description: 'val_accuracy 0.989 · 12 s · 3 min ago', icon: 'check' });
});

test('one that did not finish says so, one that trains how far it is', () => {
  expect(description(digits({ state: 'stopped' }, { best: undefined }))).toBe('stopped · 12 s · 3 min ago');
  expect(description(digits({ state: 'running', ...active }, { step: 1240 }))).toBe('training · 1,240 / 4,500 · val_accuracy 0.989 · 12 s');
  expect(description(digits({ state: 'queued', ...active }, { step: 0, seconds: 0, best: undefined }), 2)).toBe('waits for 2 runs');
});

test('the title of the user, the pin, the other window', () => {
  expect(describeRun(digits({}, { title: 'wide & deep' }), now, 1).label).toBe('wide & deep');
  expect(description(digits({}, { isPinned: true }))).toMatch(/^pinned · /);
  expect(description(digits({ state: 'running', isElsewhere: true, ...active }))).toMatch(/^in another window · training · /);
});

test('menus see what can be done', () => {
  expect(context(digits())).toEqual(['run', 'unpinned']);
  expect(context(digits({}, { isPinned: true }))).toContain('pinned');
  expect(context(digits({ state: 'running', ...active }))).toEqual(['run', 'unpinned', 'active', 'running']);
  expect(context(digits({ state: 'paused', ...active }))).toEqual(['run', 'unpinned', 'active', 'resumable']);
  expect(context(digits({ state: 'interrupted', canResume: true }))).toEqual(['run', 'unpinned', 'resumable']);
  expect(context(digits({ state: 'running', isElsewhere: true, ...active }))).toEqual(['run', 'unpinned']);
});

test('the tooltip has everything, and names stay as they are in Markdown', () => {
  const parent = { runId: 'b', name: 'digits', step: 1240 };
  const lines = runTooltip(digits({ state: 'failed' }, { parent, title: 'my_run | *2* &lt;', message: 'It ran out\nof memory.' }), now).split('\n');
  expect(lines[0]).toBe('**my\\_run \\| \\*2\\* \\&lt;**');
  expect(lines).toContain('It ran out of memory.');
  expect(lines).toEqual(
    expect.arrayContaining([
      '|File|examples/digits.nn.yaml|',
      '|State|failed|',
      '|Step|4,500 of 4,500|',
      '|Best|val\\_accuracy 0.989 at step 4,200|',
      '|Training time|12 s|',
      '|Parameters|9.7 k|',
      '|Last change|3 min ago|',
      '|Branch of|digits at step 1,240|',
    ]),
  );
  expect(lines.find((line) => line.startsWith('|Started|'))).toMatch(/^\|Started\|2026\\-01\\-01 \d\d:\d\d \\\(10 min ago\\\)\|$/);
});
