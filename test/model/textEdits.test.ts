import { expect, test } from 'vitest';
import { applyEdits, commentsIn, joinEdits, lineBreak, lineEnd } from '../../src/model/textEdits';
import { roundForPeople, writeYaml } from '../../src/model/writeYaml';

const edit = (start: number, end: number, text: string) => ({ range: { start, end }, text });

test('edits are applied where they say, in whatever order they come', () => {
  expect(applyEdits('lr: 0.1 # rate', [edit(4, 7, '0.02'), edit(0, 0, '- ')])).toBe('- lr: 0.02 # rate');
  expect(applyEdits('abc', [])).toBe('abc');
});

test('edits that overlap cannot be joined; insertions at one place become one, the first first', () => {
  expect(joinEdits([edit(2, 5, 'x'), edit(4, 6, 'y')])).toBeUndefined();
  expect(joinEdits([edit(3, 3, ', a: 1'), edit(0, 1, 'z'), edit(3, 3, ', b: 2')])).toEqual([edit(0, 1, 'z'), edit(3, 3, ', a: 1, b: 2')]);
  expect(joinEdits([edit(3, 5, ''), edit(5, 5, '!'), edit(0, 2, 'q')])).toEqual([edit(0, 2, 'q'), edit(3, 5, '!')]);
});

test('comments are found, and only comments', () => {
  const text = 'a: "# no" # yes\nb: |\n  # no\nc: x#no\n# yes, too\r\nd: [1, # here\n 2]';
  expect(commentsIn(text).map(({ start, end }) => text.slice(start, end).trim())).toEqual(['# yes', '# yes, too', '# here']);
});

test('a line ends before its line break, whichever it is', () => {
  expect([lineEnd('ab\r\ncd', 1), lineEnd('ab\ncd', 1), lineEnd('ab\ncd', 4)]).toEqual([2, 2, 5]);
  expect([lineBreak('ab\r\ncd'), lineBreak('ab\n'), lineBreak('ab')]).toEqual(['\r\n', '\n', '\n']);
});

test.each([
  [0.002, '0.002'],
  [0.00001, '1e-5'],
  [0.000031234, '3.1e-5'],
  [0.0031234, '0.0031'],
  [0.125, '0.125'],
  [128, '128'],
  [1234567, '1234567'],
  [0, '0'],
])('%f is written %s', (value, written) => expect(writeYaml(roundForPeople(value))).toBe(written));

test('values in one line, words without quotes where they can be', () => {
  expect(writeYaml({ Adam: { lr: 0.1, betas: [0.9, 0.99] } })).toBe('{Adam: {lr: 0.1, betas: [0.9, 0.99]}}');
  expect(writeYaml({ a: 'mean', b: 'true', c: '1e3', d: './x.npz' }, true)).toBe('{ a: mean, b: "true", c: "1e3", d: "./x.npz" }');
});
