import { expect, test } from 'vitest';
import { fromOklab, heatColours, shadeAt, toOklab } from '../../webview/heatColours';

const THEMES = {
  dark: { background: '#1f1f1f', foreground: '#cccccc', train: '#3794ff' },
  light: { background: '#ffffff', foreground: '#3b3b3b', train: '#1a85ff' },
  'high contrast': { background: '#000000', foreground: '#ffffff', train: '#3794ff' },
  'high contrast light': { background: '#ffffff', foreground: '#292929', train: '#1a85ff' },
};

test('OKLab as CSS Color 4 has it: white, red, blue', () => {
  // https://www.w3.org/TR/css-color-4/ and https://bottosson.github.io/posts/oklab/
  for (const [css, expected] of [
    ['#ffffff', [1, 0, 0]],
    ['#ff0000', [0.62796, 0.22486, 0.12585]],
    ['#0000ff', [0.45201, -0.03246, -0.31153]],
  ] as const)
    toOklab(css).forEach((part, index) => expect(part).toBeCloseTo(expected[index], 3));
  expect(fromOklab([0.62796, 0.22486, 0.12585])).toBe('rgb(255, 0, 0)');
});

test.each(Object.entries(THEMES))(
  '%s: every shade is further from the background than the one before, and the least is not the background',
  (_, theme) => {
    const lightness = heatColours(theme).map((colour) => toOklab(colour)[0]);
    const direction = Math.sign(toOklab(theme.foreground)[0] - toOklab(theme.background)[0]);
    const steps = lightness.slice(1).map((value, index) => direction * (value - lightness[index]));
    expect(Math.min(...steps)).toBeGreaterThan(0);
    // Even: no step is more than twice the average one.
    const average = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(Math.max(...steps) / average).toBeLessThan(2);
    expect(Math.abs(lightness[0] - toOklab(theme.background)[0])).toBeGreaterThan(0.05);
  },
);

test('the ends of a scale hold beyond it', () => {
  const colours = ['a', 'b', 'c'];
  expect([-1, 0, 0.5, 1, 7].map((at) => shadeAt(colours, at))).toEqual(['a', 'a', 'b', 'c', 'c']);
});
