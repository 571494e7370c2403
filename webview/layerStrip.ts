import type { RunView } from '../src/view/protocol';
import { formatCount } from '../src/base/format';
import { el, setAttribute, setText } from './dom';
import { listenToMarks, type MarkActions, markedRule, type Marks, paintMarks } from './findingMarks';
import { fill, heading } from './layerCell';
import { type Column, COLUMNS, layerRows, rateShare, type Row } from './layerHealth';
import { isOver } from './states';
import { InSight } from './inSight';
import { StripFolds } from './stripFolds';
import { type StripRow, stripRows, worstOf } from './stripRows';
import { stripRowView, type StripRowView } from './stripRowView';
import type { Scene, View } from './view';

/**
 * One row per layer in source order; the numbers of the latest sampled step, each on a small track that also shows where it started. Blocks of layers
 * close to a row that shows the worst of theirs.
 */
export class LayerStrip implements View {
  readonly element: HTMLElement;
  private readonly stamp = el('span', { class: 'stamp', 'data-role': 'stats-step' });
  private readonly head = el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'layer'), ...COLUMNS.map(heading)));
  private readonly body = el('tbody');
  private readonly scroller = el('div', { class: 'scroller' });
  private readonly note = el('p', { class: 'note', hidden: true });
  private readonly folds = new StripFolds();
  private readonly inSight = new InSight<StripRowView>(this.scroller, (view) => this.fillRow(view));
  private rows: StripRowView[] = [];
  private runId?: string;
  private layers: RunView['layers'] = [];
  private now?: RunView['now'];
  private first?: RunView['first'];
  /** Every layer's numbers; of the start, where every track's tick stands. */
  private numbers: Row[] = [];
  private start: Row[] = [];
  private selected?: string;
  private marks: Marks = new Map();

  constructor(
    private readonly onSelect: (layer: string) => void,
    marks: MarkActions,
  ) {
    const table = el(
      'table',
      { class: 'layer-strip', role: 'treegrid', 'aria-describedby': 'layers-hint' },
      el('caption', { class: 'spoken' }, 'Every layer at the latest sampled step'),
      this.head,
      this.body,
    );
    this.element = el(
      'section',
      { class: 'panel layers', 'aria-labelledby': 'layers-title' },
      el('div', { class: 'panel-head' }, el('h3', { id: 'layers-title' }, 'Layers'), this.stamp),
      el(
        'p',
        { class: 'figures', id: 'layers-hint' },
        '▲ ▼ mark what is far outside its usual range, □ what is exactly 0. A row leads to its line in the file.',
      ),
      this.scroller,
    );
    this.scroller.append(table, this.note);
    this.body.addEventListener('click', (event) => this.click(event.target));
    listenToMarks(this.body, marks);
    this.body.addEventListener('keydown', (event) => this.navigate(event));
  }

  paint({ run, selected, moment, marks }: Scene): void {
    if (run.layers !== this.layers || run.runId !== this.runId) this.adopt(run);
    let isRefolded = false;
    if (marks !== this.marks) isRefolded = this.folds.revealFound(this.contents, marks);
    if (selected !== this.selected) isRefolded = this.folds.reveal(this.rowOf(selected)?.content) || isRefolded;
    if (isRefolded) this.fold();
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
    const found = this.rowOf(layer);
    if (!found) return;
    if (this.folds.reveal(found.content)) this.fold();
    const { row } = found;
    const above = row.offsetTop - this.head.offsetHeight;
    const below = row.offsetTop + row.offsetHeight - this.scroller.clientHeight;
    if (this.scroller.scrollTop > above) this.scroller.scrollTop = above;
    else if (this.scroller.scrollTop < below) this.scroller.scrollTop = below;
  }

  private get contents(): StripRow[] {
    return this.rows.map(({ content }) => content);
  }

  /** The host may send the same layers again; their rows then stay, with the reader's focus and scroll position. */
  private adopt({ runId, layers }: RunView): void {
    const isSame = runId === this.runId && JSON.stringify(layers) === JSON.stringify(this.layers);
    this.runId = runId;
    this.layers = layers;
    if (!isSame) this.rebuild(runId, layers);
  }

  private rebuild(runId: string, layers: RunView['layers']): void {
    this.now = this.first = this.selected = undefined;
    this.marks = new Map();
    this.numbers = this.start = layerRows(layers, undefined);
    this.rows = stripRows(layers).map((content) => stripRowView(content, layers));
    this.folds.adopt(runId, layers, this.contents);
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
    this.fold();
    if (this.rows.length > 0) this.makeTabStop(this.rows[0].row);
  }

  private refresh(run: RunView): void {
    if (run.first !== this.first) this.start = layerRows(run.layers, run.first);
    this.now = run.now;
    this.first = run.first;
    this.numbers = layerRows(run.layers, run.now ?? run.first, rateShare(run.losses));
    this.fillRows();
  }

  /** What is hidden is filled when it is shown. */
  private fillRows(): void {
    this.inSight.request(this.rows.filter(({ row }) => !row.hidden));
  }

  private fillRow({ content, cells }: StripRowView): void {
    const [now, start] = [this.numbers, this.start].map((numbers) => this.shownOf(content, numbers));
    for (const column of COLUMNS) fill(cells[column], now[column], start[column].at);
  }

  /** A closed block shows the worst of its layers; one that is no layer shows nothing of its own. */
  private shownOf(content: StripRow, numbers: readonly Row[]): Row {
    if (this.folds.isClosed(content)) return worstOf(this.layers, numbers, content);
    return content.layer ? numbers[content.inside[0]] : NOTHING;
  }

  /** Shows and hides rows as their blocks are open or closed. */
  private fold(): void {
    for (const { content, row } of this.rows) {
      row.hidden = this.folds.isHidden(content);
      if (content.isBlock) setAttribute(row, 'aria-expanded', String(!this.folds.isClosed(content)));
    }
    this.fillRows();
    this.mark(this.marks);
  }

  private toggle(view: StripRowView, isOpen: boolean): void {
    this.folds.set(view.content, isOpen);
    this.fold();
    const stop = this.rows.find(({ row }) => row.tabIndex === 0);
    if (!stop || stop.row.hidden) this.makeTabStop(view.row);
  }

  private mark(marks: Marks): void {
    this.marks = marks;
    for (const { content, head, cells } of this.rows) {
      const places = Object.fromEntries(COLUMNS.map((column) => [column, cells[column].cell])) as Record<Column, HTMLTableCellElement>;
      const names = this.folds.isClosed(content) ? content.inside.map((index) => this.layers[index].name) : [content.layer?.name ?? ''];
      paintMarks({ ...places, layer: head }, [...new Set(names.flatMap((name) => marks.get(name) ?? []))]);
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
    for (const { row } of this.rows)
      setAttribute(row, 'aria-current', row.dataset.layer !== undefined && row.dataset.layer === selected ? 'true' : undefined);
    const found = this.rowOf(selected);
    if (found) this.makeTabStop(found.row);
  }

  private click(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest('tr') : null;
    const view = this.rows.find((one) => one.row === row);
    if (!view || markedRule(target)) return;
    const isFold = target instanceof Element && target.closest('.twisty') !== null;
    if (isFold) this.toggle(view, this.folds.isClosed(view.content));
    else this.choose(view);
  }

  /** A layer is selected; a block that is no layer opens or closes. */
  private choose(view: StripRowView): void {
    this.makeTabStop(view.row);
    const { layer } = view.content;
    if (layer) this.onSelect(layer.name);
    else this.toggle(view, this.folds.isClosed(view.content));
  }

  /** The keys of a tree grid. */
  private navigate(event: KeyboardEvent): void {
    const shown = this.rows.filter(({ row }) => !row.hidden);
    const index = shown.findIndex(({ row }) => row === event.target);
    if (index < 0) return;
    const view = shown[index];
    const isClosed = this.folds.isClosed(view.content);
    const isOpen = view.content.isBlock && !isClosed;
    const focus = (goal: number) => this.focus(shown[Math.min(shown.length - 1, Math.max(0, goal))]);
    const parent = shown.findIndex(({ content }) => content === view.content.parent);
    const actions: Record<string, () => void> = {
      Enter: () => this.choose(view),
      ' ': () => this.choose(view),
      ArrowDown: () => focus(index + 1),
      ArrowUp: () => focus(index - 1),
      Home: () => focus(0),
      End: () => focus(shown.length - 1),
      ArrowRight: () => (isClosed ? this.toggle(view, true) : isOpen && focus(index + 1)),
      ArrowLeft: () => (isOpen ? this.toggle(view, false) : parent >= 0 && focus(parent)),
    };
    if (!Object.hasOwn(actions, event.key)) return;
    actions[event.key]();
    event.preventDefault();
  }

  private focus({ row }: StripRowView): void {
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

  private rowOf(layer: string | undefined): StripRowView | undefined {
    return layer === undefined ? undefined : this.rows.find(({ row }) => row.dataset.layer === layer);
  }
}

const NOTHING = Object.fromEntries(COLUMNS.map((column) => [column, { text: '', level: 'none', explain: () => '' }])) as Row;

function emptyNote({ state }: RunView): string {
  if (state === 'queued') return 'Waiting for a processor core.';
  return isOver(state) ? `The run ${state === 'failed' ? 'failed' : 'ended'} before its layers were built.` : 'Building the layers…';
}
