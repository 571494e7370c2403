import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { codeParts } from '../../webview/codeText';

const read = (text: string) => codeParts(text).map(({ text, isCode }) => (isCode ? [text] : text));

test.each([
  ['nothing set apart', ['nothing set apart']],
  ['`lr`: 0.6 → 0.002', [['lr'], ': 0.6 → 0.002']],
  ['from `a` to `b`', ['from ', ['a'], ' to ', ['b']]],
  ['an unpaired ` stays', ['an unpaired ` stays']],
  ['``', ['``']],
  ['', []],
])('%j', (text, parts) => expect(read(text)).toEqual(parts));

test('what looks like markup stays text', () => {
  const hostile = '<img src=x onerror=alert(1)> `<b>`';
  expect(read(hostile)).toEqual(['<img src=x onerror=alert(1)> ', ['<b>']]);
});

test('no text of the page is ever read as markup', () => {
  const folder = resolve(import.meta.dirname, '../../webview');
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(30);
  const readers = /innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|document\.write|setHTMLUnsafe|srcdoc/;
  expect(sources.filter((name) => readers.test(readFileSync(resolve(folder, name), 'utf8')))).toEqual([]);
});
