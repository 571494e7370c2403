import type { Picture } from './chartActions';
import { readTheme } from './theme';

/** Pixels of a PNG file for one of the drawing. */
const PNG_SCALE = 2;

/** Room for the title, and around the drawing. */
const TITLE = 34;
const MARGIN = 12;

/** Length of an arrow's head. */
const HEAD = 7;

const SVG = 'http://www.w3.org/2000/svg';

/** What the style sheet says, as attributes: a file has no style sheet. */
const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'font-weight', 'text-anchor'] as const;

/** What a drawing shows: all of it, whatever part is in sight. */
export interface Shown {
  drawing: SVGGElement;
  width: number;
  height: number;
  title: string;
}

/** The drawn model as files. */
export function graphPicture(read: () => Shown | undefined): Picture {
  return { svg: () => svgText(read()), png: () => pngData(read()) };
}

const shapesOf = (drawing: SVGGElement): SVGGraphicsElement[] =>
  [...drawing.querySelectorAll<SVGGraphicsElement>('rect, path, text')].filter((shape) => getComputedStyle(shape).display !== 'none');

function svgText(shown: Shown | undefined): string {
  const { drawing, width, height, title } = shown ?? { drawing: undefined, width: 0, height: 0, title: '' };
  const theme = readTheme();
  const make = (tag: string, attributes: Record<string, string | number>, text = '') => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.textContent = text;
    return element;
  };
  const [w, h] = [width + 2 * MARGIN, height + TITLE + MARGIN];
  const root = make('svg', { width: w, height: h, viewBox: `0 0 ${w} ${h}` });
  const font = { 'font-family': theme.fontFamily, 'font-size': theme.fontSize + 3, 'font-weight': 700 };
  root.append(make('rect', { width: w, height: h, fill: theme.background }));
  root.append(make('text', { x: MARGIN, y: 22, fill: theme.foreground, ...font }, title));
  const place = make('g', { transform: `translate(${MARGIN} ${TITLE})` });
  for (const shape of drawing ? shapesOf(drawing) : []) {
    const style = getComputedStyle(shape);
    const attributes = Object.fromEntries(
      STYLES.map((name): [string, string] => [name, style.getPropertyValue(name)]).filter(([, value]) => value !== ''),
    );
    const own = ['x', 'y', 'width', 'height', 'rx', 'd'].flatMap((name): [string, string][] => {
      const value = shape.getAttribute(name);
      return value === null ? [] : [[name, value]];
    });
    const { x, y } = offsetOf(shape, drawing!);
    place.append(make(shape.tagName, { ...attributes, ...Object.fromEntries(own), transform: `translate(${x} ${y})` }, shape.textContent));
    const head = arrowHead(shape);
    if (head) place.append(make('path', { d: head, fill: style.stroke, transform: `translate(${x} ${y})` }));
  }
  root.append(place);
  return `${new XMLSerializer().serializeToString(root)}\n`;
}

function pngData(shown: Shown | undefined): string {
  const canvas = document.createElement('canvas');
  const theme = readTheme();
  const { drawing, width, height, title } = shown ?? { drawing: undefined, width: 0, height: 0, title: '' };
  Object.assign(canvas, { width: (width + 2 * MARGIN) * PNG_SCALE, height: (height + TITLE + MARGIN) * PNG_SCALE });
  const context = canvas.getContext('2d')!;
  context.scale(PNG_SCALE, PNG_SCALE);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = theme.foreground;
  context.font = `bold ${theme.fontSize + 3}px ${theme.fontFamily}`;
  context.fillText(title, MARGIN, 22);
  context.translate(MARGIN, TITLE);
  for (const shape of drawing ? shapesOf(drawing) : []) paint(context, shape, offsetOf(shape, drawing!));
  return canvas.toDataURL('image/png').replace(/^.*,/, '');
}

/** By hand: the page's rules let no picture in that a browser could draw the file from. */
function paint(context: CanvasRenderingContext2D, shape: SVGGraphicsElement, { x, y }: { x: number; y: number }): void {
  const style = getComputedStyle(shape);
  const number = (name: string) => Number(shape.getAttribute(name) ?? 0);
  context.save();
  context.translate(x, y);
  const ink = (path: Path2D) => {
    context.fillStyle = style.fill;
    context.strokeStyle = style.stroke;
    context.lineWidth = Number.parseFloat(style.strokeWidth) || 1;
    context.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[ ,]+/).map(Number.parseFloat));
    if (style.fill !== 'none') context.fill(path);
    if (style.stroke !== 'none') context.stroke(path);
  };
  if (shape.tagName === 'text') {
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.textAlign = style.textAnchor === 'end' ? 'right' : style.textAnchor === 'middle' ? 'center' : 'left';
    context.fillStyle = style.fill;
    context.fillText(shape.textContent, number('x'), number('y'));
  } else if (shape.tagName === 'rect') {
    const path = new Path2D();
    path.roundRect(number('x'), number('y'), number('width'), number('height'), number('rx'));
    ink(path);
  } else ink(new Path2D(shape.getAttribute('d')!));
  const head = arrowHead(shape);
  if (head) {
    context.fillStyle = style.stroke;
    context.fill(new Path2D(head));
  }
  context.restore();
}

/** Where a shape's group stands in the drawing. */
function offsetOf(shape: SVGGraphicsElement, drawing: SVGGElement): { x: number; y: number } {
  const matrix = drawing.getCTM()!.inverse().multiply(shape.getCTM()!);
  return { x: Math.round(matrix.e * 100) / 100, y: Math.round(matrix.f * 100) / 100 };
}

/** The tip at the end of an edge, as a path; not every reader knows the marker that the page uses. */
function arrowHead(shape: SVGGraphicsElement): string | undefined {
  if (!(shape instanceof SVGPathElement) || !shape.hasAttribute('marker-end')) return undefined;
  const length = shape.getTotalLength();
  const [tip, before] = [shape.getPointAtLength(length), shape.getPointAtLength(Math.max(0, length - 1))];
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (side: number) => `${(tip.x - HEAD * Math.cos(angle + side)).toFixed(1)} ${(tip.y - HEAD * Math.sin(angle + side)).toFixed(1)}`;
  return `M${tip.x.toFixed(1)} ${tip.y.toFixed(1)}L${corner(0.45)}L${corner(-0.45)}Z`;
}
