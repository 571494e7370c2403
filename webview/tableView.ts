import { type Cell, exactly } from '../src/base/csvText';
import { formatColumn, formatCount, formatNumber } from '../src/base/format';
import { type ChartTable, spreadRows } from './chartTable';
import { el, setAttribute, setText } from './dom';

/** Cells that are laid out: more take the page longer than a frame. The file has them all. */
const MOST_CELLS = 1000;

const REFRESH_MS = 1000;

/** The numbers of a chart as a table. It is filled only while it is open. */
export class TableView {
  private readonly caption = el('caption');
  private readonly head = el('tr');
  private readonly body = el('tbody');
  private readonly more = el('p', { class: 'figures', hidden: true });
  private readonly table = el('table', {}, this.caption, el('thead', {}, this.head), this.body);
  // It scrolls: with the keyboard only if it can have the focus.
  private readonly scroller = el('div', { class: 'chart-table-scroller', tabindex: 0, role: 'region' }, this.table);
  readonly element = el('div', { class: 'chart-table', hidden: true }, this.scroller, this.more);
  private timer?: ReturnType<typeof setInterval>;

  constructor(
    private readonly name: () => string,
    private readonly read: () => ChartTable,
  ) {}

  get isOpen(): boolean {
    return this.timer !== undefined;
  }

  toggle(): void {
    if (this.isOpen) clearInterval(this.timer);
    this.timer = this.isOpen ? undefined : setInterval(() => this.refresh(), REFRESH_MS);
    this.element.hidden = !this.isOpen;
    if (this.isOpen) this.fill();
  }

  /** One that is out of sight waits. */
  private refresh(): void {
    if (this.element.checkVisibility()) this.fill();
  }

  private fill(): void {
    const { columns, rows } = this.read();
    const shown = spreadRows(rows, Math.max(12, Math.floor(MOST_CELLS / columns.length)));
    setText(this.caption, this.name());
    setAttribute(this.scroller, 'aria-label', `${this.name()}, table`);
    fit(this.head, columns.length, () => el('th', { scope: 'col' }));
    columns.forEach((column, index) => setText(this.head.children[index], column));
    fit(this.body, shown.length, () => el('tr'));
    const texts = columns.map((_, column) => columnTexts(shown.map((cells) => cells[column])));
    shown.forEach((cells, index) =>
      this.fillRow(
        this.body.children[index] as HTMLElement,
        cells,
        texts.map((column) => column[index]),
      ),
    );
    this.more.hidden = rows.length > 0 && shown.length === rows.length;
    setText(
      this.more,
      rows.length === 0 ? 'No numbers yet.' : `${shown.length} of ${formatCount(rows.length)} rows, evenly spread. The CSV file has all.`,
    );
  }

  /** The first cell names its row. */
  private fillRow(row: HTMLElement, cells: readonly Cell[], texts: readonly string[]): void {
    fit(row, texts.length, (index) => (index === 0 ? el('th', { scope: 'row' }) : el('td')));
    for (let index = 0; index < texts.length; index++) {
      const cell = cells[index];
      const element = row.children[index];
      setText(element, texts[index]);
      setAttribute(element, 'data-value', typeof cell === 'string' || cell === undefined ? undefined : exactly(cell));
    }
  }
}

/** Cells that stand below each other: numbers alone have decimals in common. */
function columnTexts(cells: readonly Cell[]): string[] {
  const isNumbers = cells.every((cell) => typeof cell !== 'string');
  return isNumbers ? formatColumn(cells) : cells.map(readable);
}

/** A cell for people; an absent number is a dash. */
export function readable(cell: Cell): string {
  if (cell === undefined) return '–';
  if (typeof cell === 'string') return cell;
  return Number.isInteger(cell) && Math.abs(cell!) < 1e9 ? formatCount(cell!) : formatNumber(cell);
}

/** Children that stay are not touched. */
function fit(parent: HTMLElement, count: number, make: (index: number) => HTMLElement): void {
  while (parent.children.length > count) parent.lastElementChild!.remove();
  while (parent.children.length < count) parent.append(make(parent.children.length));
}
