import { expect, test } from 'vitest';
import { smallestChange } from '../../src/editor/textChange';

test.each([
  ['model: [{Linear: 8}, ReLU]', 'model: [{Linear: 16}, ReLU]', { start: 17, end: 18, text: '16' }],
  ['lr: 0.1\n', 'lr: 0.01\n', { start: 6, end: 6, text: '0' }],
  ['- ReLU\n- ReLU\n', '- ReLU\n', { start: 7, end: 14, text: '' }],
  ['a', 'a', { start: 1, end: 1, text: '' }],
  ['', 'all new', { start: 0, end: 0, text: 'all new' }],
  ['all gone', '', { start: 0, end: 8, text: '' }],
])('from %j to %j', (before, after, change) => {
  expect(smallestChange(before, after)).toEqual(change);
  expect(before.slice(0, change.start) + change.text + before.slice(change.end)).toBe(after);
});
