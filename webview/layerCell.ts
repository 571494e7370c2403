import { el, setAttribute } from './dom';
import { type Cell, type Column, usualRange } from './layerHealth';

/** Heading (and one for narrow panels), unit and explanation of each column. */
export const HEADINGS: Record<Column, { name: string; short: string; unit: string; title: string }> = {
  gradient: {
    name: 'gradient',
    short: 'grad',
    unit: 'at output, log₁₀ RMS',
    title:
      'Root mean square of the loss gradient at the layer’s output, as a decimal logarithm: what flows back. What the weights get of it is the chart of weight gradients',
  },
  activation: { name: 'activation', short: 'act', unit: 'std', title: 'Standard deviation of the layer’s output over batch and units' },
  dead: { name: 'dead', short: 'dead', unit: '% units', title: 'Units of a rectifier that give nothing on the whole batch' },
  saturated: { name: 'saturated', short: 'sat', unit: '% outputs', title: 'Outputs of Tanh or Sigmoid where the slope is nearly flat' },
  update: {
    name: 'update',
    short: 'upd',
    unit: 'log₁₀ ratio',
    title: 'How much a step changes the weight, relative to its norm, as a decimal logarithm',
  },
};

/** A shape beside every colour. */
export const SIGNS: Record<Cell['level'], { sign: string; spoken: string }> = {
  ok: { sign: '', spoken: '' },
  none: { sign: '', spoken: '' },
  low: { sign: '▼', spoken: 'unusually low' },
  high: { sign: '▲', spoken: 'unusually high' },
  broken: { sign: '✕', spoken: 'not finite' },
};

/** Of an exact zero, which no logarithm has a place for; charts draw it as an empty square. */
export const ZERO = { sign: '□', spoken: 'exactly zero' };

/** The parts of a table cell that change. */
export interface CellView {
  cell: HTMLTableCellElement;
  sign: Text;
  text: Text;
  explain: () => string;
}

/** The head of a column. */
export function heading(column: Column): HTMLElement {
  const { name, short, unit, title } = HEADINGS[column];
  const words = [el('span', { class: 'wide' }, name), el('span', { class: 'narrow', 'aria-hidden': 'true' }, short)];
  return el('th', { scope: 'col', title, 'data-column': column, 'aria-label': `${name}, ${unit}` }, ...words, el('span', { class: 'unit' }, unit));
}

/** A cell without a number yet. */
export function cellView(column: Column): CellView {
  const sign = document.createTextNode('');
  const text = document.createTextNode('');
  const value = el('div', { class: 'value' }, el('span', { class: 'sign', 'aria-hidden': 'true' }, sign), el('span', {}, text));
  const cell = el('td', { 'data-column': column }, value);
  const band = usualRange(column);
  if (band) {
    cell.style.setProperty('--band-start', band.start.toFixed(3));
    cell.style.setProperty('--band-size', band.size.toFixed(3));
  }
  const view: CellView = { cell, sign, text, explain: () => '' };
  cell.addEventListener('pointerenter', () => setAttribute(cell, 'title', view.explain()));
  return view;
}

/** Shows a number; `start`: where on the track it began. */
export function fill(view: CellView, { text, level, explain, at, isZero }: Cell, start: number | undefined): void {
  const { sign, spoken } = isZero ? ZERO : SIGNS[level];
  if (view.text.data !== text) view.text.data = text;
  if (view.sign.data !== sign) view.sign.data = sign;
  setAttribute(view.cell, 'data-level', level);
  view.explain = explain;
  setAttribute(view.cell, 'aria-label', spoken ? `${text}, ${spoken}` : undefined);
  place(view.cell, '--at', at);
  place(view.cell, '--start', start);
}

/** Positions are rounded to what a track can show, so that a number that merely flickers repaints nothing. */
function place(cell: HTMLElement, variable: string, position: number | undefined): void {
  const value = position === undefined ? '' : position.toFixed(2);
  if (cell.style.getPropertyValue(variable) !== value) cell.style.setProperty(variable, value || null);
}
