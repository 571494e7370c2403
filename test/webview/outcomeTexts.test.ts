import { describe, expect, test } from 'vitest';
import type { OutputCard, SampleOutcome } from '../../src/train/outcome';
import { outputReading, reachText } from '../../webview/outputReading';
import { samplesText, shorten, stampText } from '../../webview/outcomePanel';
import { isRight, sureness, verdict } from '../../webview/sampleTexts';
import { scaleRemark, usualWidth } from '../../webview/featureRanges';
import { rangeAxis } from '../../webview/rangeTrack';

const card = (changes: Partial<OutputCard>): OutputCard => ({
  layer: 'sigmoid1',
  type: 'Sigmoid',
  min: 0.1,
  max: 0.9,
  mean: 0.5,
  reach: [0, 1],
  ...changes,
});
const remarks = (changes: Partial<OutputCard>) => outputReading(card(changes)).map(({ level, text }) => `${level}: ${text}`);

describe('what the last layer puts out', () => {
  test('a target that it cannot reach is told with both numbers', () => {
    expect(remarks({ target: { min: 25, max: 346, mean: 152 } })).toEqual(['warning: `sigmoid1` cannot put out more than 1; targets reach 346.']);
    expect(remarks({ target: { min: -2.5, max: 3, mean: 0 }, reach: [-1, 1], layer: 'tanh1' })).toEqual([
      'warning: `tanh1` cannot put out more than 1; targets reach 3.',
      'warning: `tanh1` cannot put out less than −1; targets go down to −2.5.',
    ]);
  });

  test('a target at its very end can be reached, rounded to single precision', () => {
    expect(remarks({ target: { min: 0, max: Math.fround(1.0000001), mean: 0.5 } })).toEqual([]);
    expect(remarks({ target: { min: -1e9, max: 1e9, mean: 0 }, reach: [null, null], min: -1e9, max: 1e9 })).toEqual([]);
  });

  test('an output that is all the same, or covers little of the targets, is told', () => {
    expect(remarks({ min: 0.3, max: 0.3 })).toEqual(['warning: `sigmoid1` puts out the same number for every sample.']);
    const target = { min: 0, max: 100, mean: 50 };
    expect(remarks({ target, reach: [0, null], min: 10, max: 14 })).toEqual(['note: So far the output covers 4 % of the span of the targets.']);
    expect(remarks({ target, reach: [0, null], min: 10, max: 10.2 })).toEqual([
      'note: So far the output covers less than 1 % of the span of the targets.',
    ]);
    expect(remarks({ target, reach: [0, null], min: 10, max: 90 })).toEqual([]);
  });

  test('what is not finite comes first', () => {
    expect(remarks({ min: null, max: null, mean: null, target: { min: 0, max: 5, mean: 1 } })).toEqual([
      'error: What `sigmoid1` puts out is not finite.',
      'warning: `sigmoid1` cannot put out more than 1; targets reach 5.',
    ]);
  });

  test.each([
    [[null, null], 'any number'],
    [[0, null], 'from 0 up'],
    [[null, 0], 'up to 0'],
    [[-1, 1], '−1 … 1'],
  ] as const)('a reach of %j is %s', (reach, text) => expect(reachText([reach[0], reach[1]])).toBe(text));
});

describe('features on one axis', () => {
  const feature = (std: number, constant = false) => ({ name: 'f', min: 0, max: 1, mean: 0.5, std, constant });

  test('the usual width is the median of those that vary; of two the narrower', () => {
    expect(usualWidth([feature(1), feature(0, true), feature(900), feature(2)])).toBe(2);
    expect(usualWidth([feature(1), feature(900)])).toBe(1);
    expect(usualWidth([feature(1), feature(0, true)])).toBeUndefined();
  });

  test.each([
    [feature(26), 1, '▲ 26× as wide'],
    [feature(10), 1, ''],
    [feature(0.05), 1, '▼ 20× as narrow'],
    [feature(0, true), 1, '● constant'],
    [feature(26), undefined, ''],
  ])('%j against %s: %s', (of, usual, remark) => expect(scaleRemark(of, usual)).toBe(remark));

  test('the axis holds all that is finite', () => {
    const { min, max } = rangeAxis([
      { min: -1, max: 3 },
      { min: null, max: 99 },
      { min: Number.NaN, max: Number.NaN },
    ]);
    expect(min).toBeCloseTo(-5);
    expect(max).toBeCloseTo(103);
    expect(rangeAxis([{ min: null, max: null }])).toEqual({ min: -1, max: 1 });
    expect(rangeAxis([{ min: 4, max: 4 }])).toEqual({ min: 2, max: 6 });
  });
});

describe('a sample in words', () => {
  const sample: SampleOutcome = { row: 3, actual: 1, predicted: 0, probability: 0.934, loss: 4.2123 };

  test('names both classes, or both numbers', () => {
    expect(verdict(sample, ['constructor', '__proto__'])).toBe('__proto__ → constructor');
    expect(verdict({ ...sample, predicted: null }, ['a', 'b'])).toBe('b → not finite');
    expect(verdict({ row: 0, actual: 12.5, predicted: 9.8149, loss: 1 }, undefined)).toBe('12.5 → 9.81');
  });

  test('says how sure it is and what that costs', () => {
    expect(sureness(sample)).toBe('93 %, loss 4.21');
    expect(sureness({ row: 0, actual: 1, predicted: null, loss: null })).toBe('loss not finite');
  });

  test('a class is right or wrong, a number neither', () => {
    expect(isRight(sample, ['a', 'b'])).toBe(false);
    expect(isRight({ ...sample, predicted: 1 }, ['a', 'b'])).toBe(true);
    expect(isRight({ ...sample, predicted: 1 }, undefined)).toBe(false);
  });
});

test('a long name keeps both its ends', () => {
  expect(shorten('a class of its own, number 17', 13)).toBe('a clas…ber 17');
  expect(shorten('seventeen', 9)).toBe('seventeen');
});

test('what is shown is dated, and the past says that it has none', () => {
  expect(stampText(1200, undefined)).toBe('step 1,200');
  expect(stampText(1200, 7)).toBe('now, not the past: step 1,200');
  expect(samplesText({ split: 'validation', count: 1 })).toBe('1 validation sample');
});
