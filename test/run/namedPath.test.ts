import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { absolutePath, isBelow } from '../../src/run/namedPath';

// The second column is where the operating system ends up.
test.each([
  ['/ws/data.csv', '/ws/data.csv'],
  ['/ws/../etc/passwd', '/etc/passwd'],
  ['/ws/a/../../../../etc/passwd', '/etc/passwd'],
  ['/ws/./a//b.csv', '/ws/a/b.csv'],
  ['//ws/b.csv', '/ws/b.csv'],
  ['data.csv', undefined],
  ['../data.csv', undefined],
  ['C:\\ws\\data.csv', undefined],
])('on Linux and macOS %s leads to %s', (path, target) => {
  expect(absolutePath(path, posix)).toBe(target);
});

test.each([
  ['C:\\ws\\data.csv', 'C:\\ws\\data.csv'],
  ['C:\\ws\\..\\Users\\x', 'C:\\Users\\x'],
  ['c:/ws/../../Users/x', 'c:\\Users\\x'],
  ['//server/share/../../x', '\\\\server\\share\\x'],
  ['\\\\server\\share\\data.csv', '\\\\server\\share\\data.csv'],
  ['..\\data.csv', undefined],
])('on Windows %s leads to %s', (path, target) => {
  expect(absolutePath(path, win32)).toBe(target);
});

const at = (path: string, authority = '', scheme = 'file') => ({ scheme, authority, path });

test.each([
  ['/ws/data.csv', true],
  ['/ws/a/../data.csv', true],
  ['/ws', false],
  ['/wsx/data.csv', false],
  ['/ws/../etc/passwd', false],
  ['/ws/a/../../etc/passwd', false],
])('%s below /ws: %s', (path, isIn) => {
  expect(isBelow(at('/ws'), at(path))).toBe(isIn);
});

test('below means on the same host and under the same scheme, and all is below the root', () => {
  expect(isBelow(at('/ws'), at('/ws/data.csv', 'server'))).toBe(false);
  expect(isBelow(at('/ws', 'repository', 'vscode-vfs'), at('/ws/data.csv'))).toBe(false);
  expect(isBelow(at('/'), at('/data.csv'))).toBe(true);
});
