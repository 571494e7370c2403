import { expect, test } from 'vitest';
import { flagText, groupFlags } from '../../webview/flagGroups';

const texts = (pixels: number[], right = 500): string[] => groupFlags(pixels, 0, right).map(flagText);

test('flags with room have one edit each, numbered from 1', () => {
  expect(texts([50, 100, 200])).toEqual(['1', '2', '3']);
});

test('those that would overlap become one', () => {
  expect(texts([50, 55, 200, 204, 208])).toEqual(['1–2', '3–5']);
});

test('a flag that has grown takes in the one before that it now reaches', () => {
  // 2 and 3 overlap; the wider flag of both would lie on that of 1.
  expect(texts([50, 70, 75])).toEqual(['1–3']);
});

test.each([8, 200, 2000])('%i edits: every one under a flag, none on another, all inside', (count) => {
  const pixels = Array.from({ length: count }, (_, i) => (i * 400) / count + 5 * Math.sin(i)).sort((a, b) => a - b);
  const groups = groupFlags(pixels, 0, 400);
  expect(groups.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))).toEqual(pixels.map((_, i) => i));
  groups.slice(1).forEach((group, i) => expect(group.x - group.width / 2).toBeGreaterThan(groups[i].x + groups[i].width / 2));
  for (const { x, width } of groups) expect([x - width / 2 >= 0, x + width / 2 <= 400]).toEqual([true, true]);
});

test('no edits, no flags', () => expect(texts([])).toEqual([]));
