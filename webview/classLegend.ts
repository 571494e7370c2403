import { classMark, type ClassMark, type ClassShape } from './colourScales';
import { el } from './dom';
import type { Key } from './exportChart';
import { className, shorten } from './outcomePanel';
import type { Theme } from './theme';

const SVG = 'http://www.w3.org/2000/svg';

const OUTLINES: Record<ClassShape, string> = {
  circle: 'M1.5 6a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0',
  triangle: 'M6 1.5L11 10.5H1z',
  rect: 'M2 2h8v8H2z',
  rectRot: 'M6 .8L11.2 6L6 11.2L.8 6z',
};

/** Of samples whose colour is a number. */
export const SPLIT_SHAPES = { training: 'circle', validation: 'rectRot' } as const satisfies Record<string, ClassShape>;

/** How each class is marked. */
export function classLegend(theme: Theme, classes: readonly string[]): HTMLElement[] {
  return classes.map((_, index) => {
    const name = className(classes, index);
    return el('li', { title: name }, shapeOf(classMark(theme, index), true), shorten(name, 24));
  });
}

/** What filled and outlined points are; where colours are numbers, what their shapes are. */
export function splitLegend({ foreground }: Theme, hasValidation: boolean, byShape: boolean): HTMLElement[] {
  const mark = (split: string, isFilled: boolean, shape: ClassShape) => el('li', {}, shapeOf({ colour: foreground, shape }, isFilled), split);
  const training = mark('training', !byShape, SPLIT_SHAPES.training);
  if (!hasValidation) return [training];
  return [training, mark('validation', false, byShape ? SPLIT_SHAPES.validation : SPLIT_SHAPES.training)];
}

/** Both legends, for a picture. */
export function classKeys(theme: Theme, classes: readonly string[] | undefined, hasValidation: boolean): Key[] {
  const key = (text: string, { colour, shape }: ClassMark, isFilled: boolean): Key => ({ text, colour, pointStyle: shape, isFilled });
  const split = (name: keyof typeof SPLIT_SHAPES) =>
    key(name, { colour: theme.foreground, shape: SPLIT_SHAPES[classes ? 'training' : name] }, name === 'training' && classes !== undefined);
  return [
    ...(classes ?? []).map((_, index) => key(shorten(className(classes, index), 24), classMark(theme, index), true)),
    split('training'),
    ...(hasValidation ? [split('validation')] : []),
  ];
}

function shapeOf({ colour, shape }: ClassMark, isFilled: boolean): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  const attributes = { d: OUTLINES[shape], fill: isFilled ? colour : 'none', stroke: colour, 'stroke-width': '1.5' };
  for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
  svg.setAttribute('viewBox', '0 0 12 12');
  svg.setAttribute('class', 'class-mark');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  return svg;
}
