import { expect, test } from 'vitest';
import { formatEven, formatTick } from '../../webview/formatTick';

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

test.each([
  [1250, 250, '1,250'],
  [0.5, 0.25, '0.50'],
  [-0, 0.2, '0.0'],
  [0.1 + 0.2, 0.1, '0.3'],
  [-12_000, 2000, '−12,000'],
  [0.0015, 0.0005, '0.0015'],
  [7, 0, '7'],
])('%d on an axis of %d is %s', (value, distance, text) => expect(formatEven(value, distance)).toBe(text));
