import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/run/runStore';
import { summaryView, tellApart } from '../../src/view/runViews';
import { readMessage } from '../../webview/messages';

const summary: RunSummary = {
  version: 2,
  runId: 'a',
  name: 'digits',
  file: 'digits.nn.yaml',
  uri: 'file:///digits.nn.yaml',
  created: '2026-03-01T10:00:00.000Z',
  updated: '2026-03-01T11:00:00.000Z',
  state: 'finished',
  step: 4500,
  steps: 4500,
  seconds: 12,
  params: 650,
};

test('what is known of a run without its history is something that the page can show', () => {
  const run = summaryView({ ...summary, title: 'wide' }, 'It cannot be read.');
  expect(run).toMatchObject({ name: 'wide', step: 4500, state: 'finished', message: 'It cannot be read.' });
  expect(readMessage({ type: 'hydrate', run, compared: [] })).toBeDefined();
});

test('runs of one name are told apart by when they began, others keep their names', () => {
  const later = { ...summary, created: '2026-03-01T10:07:09.000Z' };
  const [first, second, third] = tellApart([summary, later, { ...summary, title: 'wide' }]);
  expect(third).toBe('wide');
  expect(first).toMatch(/^digits \(\d\d:00:00\)$/);
  expect(second).toMatch(/^digits \(\d\d:07:09\)$/);
});
