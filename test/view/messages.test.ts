import { expect, test } from 'vitest';
import { isFromView } from '../../src/view/messages';

test.each([{ type: 'ready' }, { type: 'select', layer: 'linear1' }, { type: 'command', command: 'train' }, { type: 'command', command: 'step' }])(
  'a page may say %j',
  (message) => {
    expect(isFromView(message)).toBe(true);
  },
);

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
  { type: 'hydrate' },
])('a page may not say %j', (message) => {
  expect(isFromView(message)).toBe(false);
});
