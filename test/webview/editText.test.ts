import { describe, expect, test } from 'vitest';
import type { Carried } from '../../src/train/protocol';
import { describeCarried, formatFlow, formatTrend, summarizeChanges, trendChange } from '../../webview/editText';

describe('what 100 steps do to the loss', () => {
  test.each([
    // log₁₀ of the factor per 100 steps
    [Math.log10(0.93), '−7.0 %'],
    [Math.log10(0.5), '−50 %'],
    [Math.log10(1.12), '+12 %'],
    [0, '±0 %'],
    [Math.log10(0.9999), '±0 %'],
    [-2, '÷100'],
    [Math.log10(3.4), '×3.4'],
    [undefined, undefined],
    // As not-a-number arrives.
    [null, undefined],
    [Number.NaN, undefined],
  ])('%d is %s', (slope, text) => expect(formatTrend(slope)).toBe(text));

  test('before and after an edit, as far as they are known', () => {
    expect(trendChange({ slopeBefore: Math.log10(0.93), slopeAfter: Math.log10(0.81) })).toBe('−7.0 % → −19 %');
    expect(trendChange({ slopeBefore: Math.log10(0.93) })).toBe('−7.0 % → ?');
    expect(trendChange({ flowBefore: 1 })).toBeUndefined();
  });
});

test('the gradient over depth as a ratio', () => {
  expect([0.01234, 1, undefined, Number.NaN].map(formatFlow)).toEqual(['0.012', '1.0', undefined, undefined]);
});

describe('what became of the weights', () => {
  const carried: Carried = { kept: 12, resized: [], fresh: [], dropped: [] };
  const texts = (changes: Partial<Carried>) => describeCarried({ ...carried, ...changes }).map(({ text }) => text);

  test('all kept', () => expect(texts({})).toEqual(['all 12 kept']));

  test('each fate with its names', () => {
    expect(texts({ resized: ['linear2.weight'], fresh: ['bn.weight', 'bn.bias'], dropped: ['old.weight'] })).toEqual([
      '12 kept',
      'resized: linear2.weight',
      'fresh: bn.weight, bn.bias',
      'dropped: old.weight',
    ]);
  });

  test('a hundred names are counted, and all there for those who look', () => {
    const fresh = Array.from({ length: 100 }, (_, i) => `w${i}`);
    const [, entry] = describeCarried({ ...carried, fresh });
    expect(entry.text).toBe('fresh: w0, w1, w2, w3, w4, w5 and 94 more');
    expect(entry.names).toHaveLength(100);
  });
});

test('several changes in one line', () => {
  expect(summarizeChanges(['lr 0.1 → 0.2'])).toBe('lr 0.1 → 0.2');
  expect(summarizeChanges(['lr 0.1 → 0.2', '+ ReLU (relu1)', '− Dropout (dropout1)'])).toBe('lr 0.1 → 0.2 and 2 more');
});
