import type { Outcome, UnitMaps } from '../src/train/outcome';
import { formatCount, formatNumber } from '../src/base/format';
import './outcome.css';
import type { ChartTable } from './chartTable';
import { diverging } from './colourScales';
import { el, setAttribute, setText } from './dom';
import { OutcomePanel } from './outcomePanel';
import { paintPlane } from './picture';
import { readTheme } from './theme';
import type { Scene, View } from './view';

/** What the engine's maps count up to. */
const FULL = 127;

/** What units of the layers put out over the plane of two features. */
export class UnitThumbnails implements View {
  private readonly rows = el('div', { class: 'unit-rows' });
  private readonly detail = el('p', { class: 'figures unit-detail' });
  private readonly panel = new OutcomePanel('unit-planes', 'Units over the plane', unitTable, this.rows, legend(), this.detail);
  private theme = readTheme();
  /** Layers and units of the rows on show. */
  private form = '';
  private selected?: string;
  /** What was last pointed at: what is said of it is kept up to date. */
  private told: HTMLButtonElement | null = null;
  /** By row and column; the first of a row is the layer's name. */
  private buttons: HTMLButtonElement[][] = [];

  constructor(private readonly onSelect: (layer: string) => void) {
    setText(this.panel.figures, 'The same plane as above. Blue: above zero, orange: below, each unit on a scale of its own.');
    this.rows.addEventListener('click', ({ target }) => this.choose(target));
    this.rows.addEventListener('keydown', (event) => this.navigate(event));
    for (const type of ['focusin', 'pointerover']) this.rows.addEventListener(type, ({ target }) => this.tell(target));
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.theme = readTheme();
    this.panel.forget();
    this.form = '';
  }

  paint({ run: { outcome }, selected, moment }: Scene): void {
    const units = this.panel.take(outcome, (of) => (of.units?.length ? of.units : undefined), moment);
    if (units) this.show(units);
    if (!this.panel.element.hidden && selected !== this.selected) this.highlight(selected);
  }

  private show(units: readonly UnitMaps[]): void {
    const form = JSON.stringify(units.map(({ layer, units: count, maps }) => [layer, count, maps.length]));
    if (form !== this.form) this.rebuild(units);
    this.form = form;
    const scale = diverging(this.theme);
    units.forEach(({ layer, size, maps }, row) =>
      maps.forEach(({ values, scale: most }, column) => {
        const button = this.buttons[row][column + 1];
        paintPlane(button.firstElementChild as HTMLCanvasElement, size, (index) => scale(values[index] / FULL));
        button.classList.toggle('zero', most === 0);
        setAttribute(button, 'aria-label', `${layer}, unit ${column + 1}: ${most === 0 ? '0 everywhere' : `±${formatNumber(most, 3)}`}`);
      }),
    );
    this.tell(this.told);
  }

  private rebuild(units: readonly UnitMaps[]): void {
    this.selected = undefined;
    this.buttons = units.map(({ layer, units: count, maps }) => {
      const name = el('span', { class: 'unit-layer-name' }, layer);
      const amount = el('span', { class: 'muted' }, count > maps.length ? `${maps.length} of ${formatCount(count)}` : formatCount(count));
      const head = el('button', { type: 'button', class: 'unit-layer', tabindex: -1, title: layer }, name, ' ', amount);
      const pictures = maps.map(() => el('button', { type: 'button', class: 'unit-map', tabindex: -1 }, el('canvas', { 'aria-hidden': 'true' })));
      for (const button of [head, ...pictures]) button.dataset.layer = layer;
      return [head, ...pictures];
    });
    this.rows.replaceChildren(
      ...this.buttons.map((row, index) => el('div', { class: 'unit-row', role: 'group', 'aria-label': units[index].layer }, ...row)),
    );
    if (this.buttons.length > 0) this.buttons[0][0].tabIndex = 0;
  }

  private highlight(selected: string | undefined): void {
    this.selected = selected;
    for (const [head] of this.buttons) setAttribute(head, 'aria-current', head.dataset.layer === selected ? 'true' : undefined);
  }

  private choose(target: EventTarget | null): void {
    const button = buttonOf(target);
    if (!button) return;
    this.makeTabStop(button);
    this.onSelect(button.dataset.layer!);
  }

  /** Its scale, for a reader with the pointer or the focus on it. */
  private tell(target: EventTarget | null): void {
    const button = buttonOf(target) ?? this.told;
    const row = this.buttons.findIndex((buttons) => button !== null && buttons.includes(button));
    const maps = this.panel.outcome?.units?.[row];
    this.told = maps && button ? button : null;
    setText(this.detail, maps && button ? unitText(maps, this.buttons[row].indexOf(button)) : '');
  }

  private navigate(event: KeyboardEvent): void {
    const row = this.buttons.findIndex((buttons) => buttons.includes(event.target as HTMLButtonElement));
    if (row < 0) return;
    const column = this.buttons[row].indexOf(event.target as HTMLButtonElement);
    const goals: Record<string, [number, number]> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      Home: [row, 0],
      End: [row, Infinity],
    };
    if (!Object.hasOwn(goals, event.key)) return;
    event.preventDefault();
    const [toRow, toColumn] = goals[event.key];
    const buttons = this.buttons[Math.max(0, Math.min(this.buttons.length - 1, toRow))];
    const goal = buttons[Math.max(0, Math.min(buttons.length - 1, toColumn))];
    this.makeTabStop(goal);
    goal.focus();
  }

  private makeTabStop(stop: HTMLButtonElement): void {
    for (const button of this.buttons.flat()) button.tabIndex = button === stop ? 0 : -1;
  }
}

/** Of a unit, counted from 1; 0: of the layer. */
function unitText({ layer, units, maps }: UnitMaps, unit: number): string {
  if (unit === 0) return `${layer}: ${formatCount(units)} units`;
  const { scale } = maps[unit - 1];
  return `${layer}, unit ${unit}: ${scale === 0 ? '0 everywhere' : `orange −${formatNumber(scale, 3)} … blue ${formatNumber(scale, 3)}`}`;
}

function buttonOf(target: EventTarget | null): HTMLButtonElement | null {
  return target instanceof Element ? target.closest<HTMLButtonElement>('button[data-layer]') : null;
}

function legend(): HTMLElement {
  return el(
    'div',
    { class: 'scale-bar' },
    el('i', { 'aria-hidden': 'true' }),
    el('span', {}, '−scale'),
    el('span', {}, '0'),
    el('span', {}, '+scale'),
  );
}

/** Every unit's scale and the ends of its map. */
function unitTable(outcome: Outcome | undefined): ChartTable {
  const rows = (outcome?.units ?? []).flatMap(({ layer, maps }) =>
    maps.map(({ scale, values }, index) => [layer, index + 1, scale, (Math.min(...values) * scale) / FULL, (Math.max(...values) * scale) / FULL]),
  );
  return { columns: ['layer', 'unit', 'scale', 'lowest', 'highest'], rows };
}
