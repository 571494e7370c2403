import { expect, test } from 'vitest';
import { type RunSummary, RunStore } from '../../src/run/runStore';
import { comparedView, summaryView, tellApart } from '../../src/view/runViews';
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

test('a compared run tells what its newest text has other than that of the run on show', () => {
  const text = (lr: number) =>
    `data: {source: moons}\nmodel: [Linear: 2]\nloss: CrossEntropyLoss\noptimizer: {Adam: {lr: ${lr}}}\ntrain: {epochs: 1}\n`;
  const store = (runId: string, lr: number) => RunStore.create({ ...summary, runId, text: text(lr) });
  const other = store('b', 0.01);
  const { differs } = comparedView(other, 'other', store('a', 0.001));
  expect(differs).toEqual(['lr 0.001 → 0.01']);
  expect(comparedView(other, 'other', store('a', 0.1)).differs).toEqual(['lr 0.1 → 0.01']);
  expect(comparedView(other, 'other', undefined).differs).toEqual([]);
});
