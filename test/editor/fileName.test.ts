import { expect, test } from 'vitest';
import { fileNameOf } from '../../src/editor/fileName';

test.each([
  ['digits', 'digits'],
  ['../../etc/passwd', '-..-etc-passwd'],
  ['a\\b: "c" <d>|*?', 'a-b- -c- -d-'],
  ['..', 'unnamed_'],
  ['', 'unnamed_'],
  ['con', 'con_'],
  ['LPT1', 'LPT1_'],
  ['two\nlines\u0000', 'two-lines-'],
  [' Aktivierung über der Tiefe. ', 'Aktivierung über der Tiefe'],
])('%j becomes %s', (name, expected) => expect(fileNameOf(name)).toBe(expected));

test('a long name is cut', () => expect(fileNameOf('x'.repeat(300))).toHaveLength(80));
