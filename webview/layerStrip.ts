import type { RunView } from '../src/view/protocol';
import { formatCompact, formatCount } from '../src/base/format';
import { el, setAttribute, setText } from './dom';
import { listenToMarks, type MarkActions, markedRule, type Marks, paintMarks } from './findingMarks';
import { type Column, COLUMNS, layerRows, rateShare, type Row } from './layerHealth';
import { type CellView, cellView, fill, heading } from './layerCell';
import { isOver } from './states';
import type { Scene, View } from './view';

/** One row per layer in source order; the numbers of the latest sampled step, each on a small track that also shows where it started. */
export class LayerStrip implements View {
  readonly element: HTMLElement;
  private readonly stamp = el('span', { class: 'stamp', 'data-role': 'stats-step' });
  private readonly head = el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'layer'), ...COLUMNS.map(heading)));
  private readonly body = el('tbody');
  private readonly scroller = el('div', { class: 'scroller' });
  private readonly note = el('p', { class: 'note', hidden: true });
  private rows: { row: HTMLTableRowElement; head: HTMLElement; cells: Record<Column, CellView> }[] = [];
  private layers?: RunView['layers'];
  private now?: RunView['now'];
  private first?: RunView['first'];
  /** Where every track's tick of the start stands. */
  private start: Row[] = [];
  private selected?: string;
  private marks?: Marks;

  constructor(
    private readonly onSelect: (layer: string) => void,
    marks: MarkActions,
  ) {
    const table = el(
      'table',
      { class: 'layer-strip', 'aria-describedby': 'layers-hint' },
      el('caption', { class: 'spoken' }, 'Every layer at the latest sampled step'),
      this.head,
      this.body,
    );
    this.element = el(
      'section',
      { class: 'panel layers', 'aria-labelledby': 'layers-title' },
      el('div', { class: 'panel-head' }, el('h2', { id: 'layers-title' }, 'Layers'), this.stamp),
      el('p', { class: 'figures', id: 'layers-hint' }, '▲ ▼ mark what is outside its usual range. A row leads to its line in the file.'),
      this.scroller,
    );
    this.scroller.append(table, this.note);
    this.body.addEventListener('click', (event) => this.choose(event.target));
    listenToMarks(this.body, marks);
    this.body.addEventListener('keydown', (event) => this.navigate(event));
  }

  paint({ run, selected, moment, marks }: Scene): void {
    if (run.layers !== this.layers) this.adopt(run.layers);
    if (run.now !== this.now || run.first !== this.first) this.refresh(run);
    if (marks !== this.marks) this.mark(marks);
    if (selected !== this.selected) this.highlight(selected);
    this.note.hidden = run.layers.length > 0;
    setText(this.note, moment === undefined ? emptyNote(run) : 'No layers are known of this time.');
    this.paintStamp(run, moment);
  }

  retheme(): void {}

  /** Brings the row of the selected layer into sight within the strip; the page itself stays where the reader has it. */
  reveal(layer: string | undefined): void {
    const row = this.rowOf(layer);
    if (!row) return;
    const above = row.offsetTop - this.head.offsetHeight;
    const below = row.offsetTop + row.offsetHeight - this.scroller.clientHeight;
    if (this.scroller.scrollTop > above) this.scroller.scrollTop = above;
    else if (this.scroller.scrollTop < below) this.scroller.scrollTop = below;
  }

  /** The host may send the same layers again; their rows then stay, with the reader's focus and scroll position. */
  private adopt(layers: RunView['layers']): void {
    const isSame = JSON.stringify(layers) === JSON.stringify(this.layers);
    this.layers = layers;
    if (!isSame) this.rebuild(layers);
  }

  private rebuild(layers: RunView['layers']): void {
    this.start = [];
    this.now = this.first = this.selected = this.marks = undefined;
    this.rows = layers.map((layer, index) => {
      const cells = Object.fromEntries(COLUMNS.map((column) => [column, cellView(column)])) as Record<Column, CellView>;
      const detail = `${layer.type} · line ${layer.line} · ${layer.output.slice(1).join('×') || 'scalar'}${layer.params > 0 ? ` · ${formatCompact(layer.params)} parameters` : ''}`;
      const head = el(
        'th',
        { scope: 'row', title: `${layer.name}\n${detail}` },
        el('span', { class: 'layer-name' }, layer.name),
        el('span', { class: 'layer-detail' }, detail),
      );
      const row = el(
        'tr',
        { 'data-layer': layer.name, 'data-line': layer.line, tabindex: index === 0 ? 0 : -1 },
        head,
        ...COLUMNS.map((column) => cells[column].cell),
      );
      return { row, head, cells };
    });
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
    const blank = layerRows(layers, undefined);
    this.rows.forEach(({ cells }, index) => COLUMNS.forEach((column) => fill(cells[column], blank[index][column], undefined)));
  }

  private refresh(run: RunView): void {
    if (run.first !== this.first || this.start.length === 0) this.start = layerRows(run.layers, run.first);
    this.now = run.now;
    this.first = run.first;
    const now = layerRows(run.layers, run.now ?? run.first, rateShare(run.losses));
    this.rows.forEach(({ cells }, index) => COLUMNS.forEach((column) => fill(cells[column], now[index][column], this.start[index][column].at)));
  }

  private mark(marks: Marks): void {
    this.marks = marks;
    for (const { row, head, cells } of this.rows) {
      const places = Object.fromEntries(COLUMNS.map((column) => [column, cells[column].cell])) as Record<Column, HTMLTableCellElement>;
      paintMarks({ ...places, layer: head }, marks.get(row.dataset.layer!) ?? []);
    }
    this.keepMarksReachable();
  }

  private paintStamp(run: RunView, moment: number | undefined): void {
    const step = (run.now ?? run.first)?.step;
    const text = step === undefined ? (moment === undefined ? '' : 'no statistics') : `step ${formatCount(step)}`;
    setText(this.stamp, moment === undefined ? text : `the past: ${text}`);
  }

  private highlight(selected: string | undefined): void {
    this.selected = selected;
    for (const { row } of this.rows) setAttribute(row, 'aria-current', row.dataset.layer === selected ? 'true' : undefined);
    const row = this.rowOf(selected);
    if (row) this.makeTabStop(row);
  }

  private choose(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest<HTMLTableRowElement>('tr[data-layer]') : null;
    if (row?.dataset.layer === undefined || markedRule(target)) return;
    this.makeTabStop(row);
    this.onSelect(row.dataset.layer);
  }

  private navigate(event: KeyboardEvent): void {
    const index = this.rows.findIndex(({ row }) => row === event.target);
    if (index < 0) return;
    const goals: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: this.rows.length - 1 };
    if (event.key === 'Enter' || event.key === ' ') this.choose(event.target);
    else if (event.key in goals) this.focus(Math.min(this.rows.length - 1, Math.max(0, goals[event.key])));
    else return;
    event.preventDefault();
  }

  private focus(index: number): void {
    const { row } = this.rows[index];
    this.makeTabStop(row);
    row.focus();
  }

  /** One row at a time is in the tab order; the arrow keys move among the rest. */
  private makeTabStop(stop: HTMLTableRowElement): void {
    for (const { row } of this.rows) if (row.tabIndex !== (row === stop ? 0 : -1)) row.tabIndex = row === stop ? 0 : -1;
    this.keepMarksReachable();
  }

  /** From the row in the tab order, so do its marks follow. */
  private keepMarksReachable(): void {
    for (const mark of this.body.querySelectorAll<HTMLElement>('.finding-mark')) mark.tabIndex = mark.closest('tr')!.tabIndex;
  }

  private rowOf(layer: string | undefined): HTMLTableRowElement | undefined {
    return this.rows.find(({ row }) => row.dataset.layer === layer)?.row;
  }
}

function emptyNote({ state }: RunView): string {
  if (state === 'queued') return 'Waiting for a processor core.';
  return isOver(state) ? `The run ${state === 'failed' ? 'failed' : 'ended'} before its layers were built.` : 'Building the layers…';
}
