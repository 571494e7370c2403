import type { Outcome } from '../src/train/outcome';
import { formatCount, formatPercent } from '../src/base/format';
import './outcome.css';
import type { ChartTable } from './chartTable';
import { mistakes, precision, recall, rowTotal } from './confusionCounts';
import { el, setAttribute, setText } from './dom';
import { className, OutcomePanel, shorten } from './outcomePanel';
import type { Scene, View } from './view';

/** Beyond this many classes a count has no room in its cell; it is told below. */
const MOST_WITH_COUNTS = 12;

/** An actual class and what it is taken for. */
export interface Confusion {
  actual: number;
  predicted: number;
}

/** Which class is taken for which. */
export class ConfusionMatrix implements View {
  private readonly head = el('tr');
  private readonly body = el('tbody');
  private readonly caption = el('caption', { class: 'spoken' }, 'Actual classes by row, predicted classes by column');
  private readonly table = el('table', { class: 'confusion-table', role: 'grid' }, this.caption, el('thead', {}, this.head), this.body);
  private readonly detail = el('p', { class: 'figures confusion-detail' });
  private readonly panel = new OutcomePanel(
    'confusion',
    'Confusion',
    confusionTable,
    el('div', { class: 'confusion-scroller' }, this.table),
    this.detail,
  );
  /** Of the cells on show. */
  private classes = '';
  private shown: readonly (readonly number[])[] = [];
  private cells: HTMLTableCellElement[][] = [];
  private recalls: HTMLTableCellElement[] = [];
  /** The cell that was last pointed at: what is said of it is kept up to date. */
  private told?: Element;

  /** `onChoose`: a cell of samples that one wants to see. */
  constructor(private readonly onChoose: (confusion: Confusion) => void) {
    this.body.addEventListener('click', ({ target }) => this.choose(target));
    this.body.addEventListener('keydown', (event) => this.navigate(event));
    for (const type of ['focusin', 'pointerover']) this.body.addEventListener(type, ({ target }) => this.tell(target));
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {}

  paint({ run: { outcome }, moment }: Scene): void {
    const confusion = this.panel.take(outcome, (of) => of.confusion, moment);
    if (!outcome || !confusion) return;
    const names = confusion.map((_, index) => className(outcome.classes, index));
    if (JSON.stringify(names) !== this.classes) this.rebuild(names);
    setText(this.panel.figures, confusionText(confusion, names, outcome.split));
    this.fill(confusion, names);
    setText(this.detail, this.told?.getAttribute('aria-label') ?? '');
  }

  private rebuild(names: readonly string[]): void {
    this.classes = JSON.stringify(names);
    this.shown = [];
    this.told = undefined;
    const isCrowded = names.length > MOST_WITH_COUNTS;
    const column = (name: string) =>
      el('th', { scope: 'col', title: name, 'aria-label': `predicted ${name}` }, el('span', {}, shorten(name, isCrowded ? 9 : 7)));
    this.head.replaceChildren(
      el('th', { class: 'corner' }, 'actual ↓', el('br'), 'predicted →'),
      ...names.map(column),
      el('th', { scope: 'col' }, 'recall'),
    );
    this.cells = names.map(() => names.map(() => el('td', { tabindex: -1 })));
    this.recalls = names.map(() => el('td', { class: 'recall' }));
    const row = (name: string, index: number) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row', title: name, 'aria-label': `actual ${name}` }, shorten(name, 13)),
        ...this.cells[index],
        this.recalls[index],
      );
    this.body.replaceChildren(...names.map(row));
    this.cells.forEach((cells, index) => cells[index].classList.add('right'));
    this.table.classList.toggle('crowded', isCrowded);
    if (this.cells.length > 0) this.cells[0][0].tabIndex = 0;
  }

  /** Of four hundred cells few change from look to look. */
  private fill(confusion: readonly (readonly number[])[], names: readonly string[]): void {
    confusion.forEach((row, actual) => {
      const total = rowTotal(row);
      const before = this.shown[actual];
      if (before?.join() === row.join()) return;
      const isTotalSame = before !== undefined && rowTotal(before) === total;
      row.forEach((count, predicted) => {
        if (!isTotalSame || before[predicted] !== count) fillCell(this.cells[actual][predicted], names, { actual, predicted }, count, total);
      });
      const found = recall(confusion, actual);
      setText(this.recalls[actual], found === undefined ? '–' : formatPercent(found, 0));
    });
    this.shown = confusion;
  }

  private tell(target: EventTarget | null): void {
    const cell = target instanceof Element ? target.closest('td[aria-label]') : null;
    if (!cell) return;
    this.told = cell;
    setText(this.detail, cell.getAttribute('aria-label') ?? '');
  }

  private choose(target: EventTarget | null): void {
    const place = this.placeOf(target);
    if (!place) return;
    this.makeTabStop(this.cells[place.actual][place.predicted]);
    this.onChoose(place);
  }

  private navigate(event: KeyboardEvent): void {
    const place = this.placeOf(event.target);
    if (!place) return;
    const { actual, predicted } = place;
    const goals: Record<string, [number, number]> = {
      ArrowDown: [actual + 1, predicted],
      ArrowUp: [actual - 1, predicted],
      ArrowRight: [actual, predicted + 1],
      ArrowLeft: [actual, predicted - 1],
      Home: [actual, 0],
      End: [actual, this.cells.length - 1],
    };
    if (event.key === 'Enter' || event.key === ' ') this.choose(event.target);
    else if (Object.hasOwn(goals, event.key)) {
      const within = (index: number) => Math.max(0, Math.min(this.cells.length - 1, index));
      const goal = this.cells[within(goals[event.key][0])][within(goals[event.key][1])];
      this.makeTabStop(goal);
      goal.focus();
    } else return;
    event.preventDefault();
  }

  private placeOf(target: EventTarget | null): Confusion | undefined {
    const cell = target instanceof Element ? target.closest<HTMLTableCellElement>('td') : null;
    const actual = this.cells.findIndex((row) => cell && row.includes(cell));
    return actual < 0 ? undefined : { actual, predicted: this.cells[actual].indexOf(cell!) };
  }

  private makeTabStop(stop: HTMLTableCellElement): void {
    for (const cell of this.cells.flat()) if (cell.tabIndex !== (cell === stop ? 0 : -1)) cell.tabIndex = cell === stop ? 0 : -1;
  }
}

function fillCell(cell: HTMLElement, names: readonly string[], place: Confusion, count: number, total: number): void {
  setText(cell, names.length > MOST_WITH_COUNTS || count === 0 ? '' : formatCount(count));
  setAttribute(cell, 'aria-label', cellText(names, place, count, total));
  setAttribute(cell, 'data-value', String(count));
  cell.style.setProperty('--share', total > 0 ? (count / total).toFixed(3) : '0');
}

function cellText(names: readonly string[], { actual, predicted }: Confusion, count: number, total: number): string {
  const share = total > 0 ? ` (${formatPercent(count / total)})` : '';
  const verdict = actual === predicted ? `${names[actual]}, found` : `${names[actual]} taken for ${names[predicted]}`;
  return `${verdict}: ${formatCount(count)} of ${formatCount(total)}${share}`;
}

/** How many are right, and what is confused most. */
function confusionText(confusion: readonly (readonly number[])[], names: readonly string[], split: string): string {
  const total = confusion.reduce((sum, row) => sum + rowTotal(row), 0);
  const right = confusion.reduce((sum, row, index) => sum + row[index], 0);
  const [worst] = mistakes(confusion);
  const parts =
    total > 0
      ? [`right: ${formatCount(right)} of ${formatCount(total)} ${split} samples (${formatPercent(right / total)})`]
      : ['No prediction is finite.'];
  if (worst)
    parts.push(
      `commonest mistake: ${shorten(names[worst.actual], 24)} taken for ${shorten(names[worst.predicted], 24)}, ${formatCount(worst.count)}×`,
    );
  return parts.join(' · ');
}

function confusionTable(outcome: Outcome | undefined): ChartTable {
  const confusion = outcome?.confusion ?? [];
  const names = confusion.map((_, index) => className(outcome?.classes, index));
  return {
    columns: ['actual', ...names.map((name) => `predicted ${name}`), 'recall', 'precision'],
    rows: confusion.map((row, index) => [names[index], ...row, recall(confusion, index), precision(confusion, index)]),
  };
}
