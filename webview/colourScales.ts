import { color } from 'chart.js/helpers';
import type { Theme } from './theme';

/** Red, green, blue and opacity, each 0…255. */
export type Rgba = readonly [number, number, number, number];

/** Shapes of the classes, one after the other, then again: with `CLASS_COLOURS` colours no two of 20 classes look alike. */
export const CLASS_SHAPES = ['circle', 'triangle', 'rect', 'rectRot'] as const;
const CLASS_COLOURS = 5;

export type ClassShape = (typeof CLASS_SHAPES)[number];

export interface ClassMark {
  colour: string;
  shape: ClassShape;
}

/** How a class is drawn wherever it is drawn. */
export function classMark(theme: Theme, index: number): ClassMark {
  const [purple, green, yellow, foreground, red] = theme.compared;
  // High contrast themes use one colour for two of these names.
  const colours = [...new Set([theme.train, theme.validation, purple, green, red, yellow, foreground])].slice(0, CLASS_COLOURS);
  return { colour: colours[index % colours.length], shape: CLASS_SHAPES[index % CLASS_SHAPES.length] };
}

/** −1…1 from orange over the background to blue, as TensorFlow Playground has it. `.scale-bar` in outcome.css shows the same. */
export function diverging(theme: Theme): (at: number) => Rgba {
  const [negative, zero, positive] = [theme.validation, theme.background, theme.train].map(rgba);
  return (at) => mix(zero, at < 0 ? negative : positive, Math.min(1, Math.abs(at)));
}

/** Of a plane that has no finite number there: a pattern, as every colour means something else. */
export function brokenCell(theme: Theme, index: number, size: number): Rgba {
  const isMarked = (Math.floor(index / size) + index) % 3 === 0;
  return isMarked ? rgba(theme.error) : rgba(theme.background);
}

export function rgba(css: string): Rgba {
  const { r, g, b, a } = color(css).rgb;
  return [r, g, b, Math.round(255 * a)];
}

export function mix(from: Rgba, to: Rgba, share: number): Rgba {
  const between = (index: 0 | 1 | 2 | 3) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [between(0), between(1), between(2), between(3)];
}
