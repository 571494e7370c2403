import { expect, test } from 'vitest';
import { formatTick } from '../../webview/formatTick';

test.each([
  [1e-9, '1e−9'],
  [5e-4, '5e−4'],
  [1.5e-4, '1.5e−4'],
  [0.001, '0.001'],
  [0.3, '0.3'],
  [1, '1'],
  [700, '700'],
  [100_000, '100000'],
  [2e6, '2e6'],
  [0, '0'],
  [-3, '−3'],
])('%d is %s', (value, text) => expect(formatTick(value)).toBe(text));
