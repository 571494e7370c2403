import { expect, test } from 'vitest';
import { isFromView } from '../../src/view/messages';

test.each([
  { type: 'time', runId: 'r', step: 0 },
  { type: 'branch', runId: 'r', step: 400 },
  { type: 'revert', runId: 'r', edit: 3 },
  { type: 'diff', runId: 'r', edit: 3 },
  { type: 'endComparison' },
  { type: 'ready' },
  { type: 'select', layer: 'linear1' },
  { type: 'command', command: 'train' },
  { type: 'command', command: 'step' },
])('a page may say %j', (message) => {
  expect(isFromView(message)).toBe(true);
});

test.each([
  undefined,
  null,
  'ready',
  [],
  {},
  { type: 'select' },
  { type: 'select', layer: 7 },
  { type: 'command' },
  { type: 'command', command: 'workbench.action.quit' },
  { type: 'time', step: 1 },
  { type: 'time', runId: 'r', step: -1 },
  { type: 'time', runId: 'r', step: Infinity },
  { type: 'branch', runId: 'r', step: 1.5 },
  { type: 'revert', runId: 'r' },
  { type: 'diff', runId: 7, edit: 1 },
  { type: 'hydrate' },
])('a page may not say %j', (message) => {
  expect(isFromView(message)).toBe(false);
});
