import { expect, test } from 'vitest';
import { plainText } from '../../src/editor/plainText';

/** What VS Code makes links of in notifications (src/vs/base/common/linkedText.ts). */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

test('a name in a model file makes no link', () => {
  const message = 'Unknown layer `[Fix](command:workbench.action.quit)` and [that](https://example.org).';
  expect(message).toMatch(LINK);
  expect(plainText(message)).not.toMatch(LINK);
  expect(plainText(message).replaceAll('\u200b', '')).toBe(message);
});

test('all other texts stay as they are', () => expect(plainText('Conv2d (line 3) [1, 2]')).toBe('Conv2d (line 3) [1, 2]'));
