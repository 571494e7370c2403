import './compare.css';
import type { ComparedRun, RunView } from '../src/view/protocol';
import { chartActions } from './chartActions';
import { seriesStyle } from './comparedCurves';
import { seriesClass } from './comparedLegend';
import { columnsOfAll, layersOfAll, stripCells, type StripCells, stripTable } from './comparedRows';
import { el } from './dom';
import { type CellView, cellView, fill, HEADINGS } from './layerCell';
import type { Column } from './layerHealth';

/** What a reader can follow; the run on show is told of ten times a second. */
const REFRESH_MS = 1000;

/** Beside the letters of the others. */
const OWN_MARK = '●';

/** Layer strips of the compared runs, side by side: for every number of a layer a cell each run. */
export class ComparedStrips {
  readonly element: HTMLElement;
  private readonly head = el('thead');
  private readonly body = el('tbody');
  private readonly scroller = el(
    'div',
    { class: 'scroller', tabindex: 0, role: 'region', 'aria-labelledby': 'compared-layers-title' },
    el(
      'table',
      { class: 'layer-strip compared-strip' },
      el('caption', { class: 'spoken' }, 'Layers of the compared runs at their latest sampled steps'),
      this.head,
      this.body,
    ),
  );
  private shown?: RunView['layers'];
  private compared?: readonly ComparedRun[];
  private now?: RunView['now'];
  private paintedAt = 0;
  private layers: string[] = [];
  private columns: Column[] = [];
  private names: string[] = [];
  private strips: StripCells[] = [];
  /** By layer and column, in the order of the runs. */
  private cells: CellView[][][] = [];

  constructor() {
    const title = 'Layers compared';
    const actions = chartActions(
      () => title,
      () => stripTable(this.layers, this.columns, this.strips, this.names),
    );
    this.element = el(
      'section',
      { class: 'panel compared-layers', 'aria-labelledby': 'compared-layers-title', 'data-role': 'compared-layers', hidden: true },
      el('div', { class: 'panel-head' }, el('h2', { id: 'compared-layers-title' }, title), actions.buttons),
      el(
        'p',
        { class: 'figures' },
        `${OWN_MARK} is the run on show. Layers are matched by name; ▲ ▼ mark what is far outside its usual range, □ what is exactly 0.`,
      ),
      this.scroller,
      actions.table,
    );
  }

  paint(run: RunView, compared: readonly ComparedRun[]): void {
    this.element.hidden = compared.length === 0;
    if (compared.length === 0) {
      this.compared = undefined;
      return this.body.replaceChildren();
    }
    const isOther = compared !== this.compared || run.layers !== this.shown;
    const isNew = run.now !== this.now && performance.now() - this.paintedAt > REFRESH_MS;
    if (!isOther && !isNew) return;
    this.paintedAt = performance.now();
    this.now = run.now;
    this.strips = isOther ? [run, ...compared].map(stripCells) : [stripCells(run), ...this.strips.slice(1)];
    if (isOther) this.adopt(run, compared);
    this.strips.forEach((_, index) => (isOther || index === 0) && this.refresh(index));
  }

  /** Its colours are those of the page. */
  retheme(): void {}

  /** The host sends compared runs again while they train; the cells then stay, with the reader's place. */
  private adopt(run: RunView, compared: readonly ComparedRun[]): void {
    this.shown = run.layers;
    this.compared = compared;
    const runs = [run, ...compared];
    const known = JSON.stringify([this.layers, this.columns, this.names]);
    this.names = runs.map(({ name }) => name);
    this.layers = layersOfAll(runs);
    this.columns = columnsOfAll(this.strips);
    if (JSON.stringify([this.layers, this.columns, this.names]) !== known || this.body.children.length === 0) this.rebuild();
  }

  private rebuild(): void {
    const marks = this.names.map((name, index) => ({ name, mark: markOf(index), class: index === 0 ? 'own' : `series ${seriesClass(index - 1)}` }));
    const groups = this.columns.map((column) => {
      const { name, unit, title } = HEADINGS[column];
      return el(
        'th',
        { scope: 'colgroup', colspan: marks.length, title, 'aria-label': `${name}, ${unit}` },
        name,
        ' ',
        el('span', { class: 'unit' }, unit),
      );
    });
    const runs = this.columns.flatMap(() =>
      marks.map(({ mark, name, class: style }) => el('th', { scope: 'col', class: style, title: name, 'aria-label': name }, el('b', {}, mark))),
    );
    this.head.replaceChildren(el('tr', {}, el('th', { scope: 'col', rowspan: 2 }, 'layer'), ...groups), el('tr', {}, ...runs));
    this.cells = this.layers.map(() => this.columns.map((column) => marks.map(() => cellView(column))));
    this.body.replaceChildren(
      ...this.layers.map((layer, row) => {
        const cells = this.cells[row].flatMap((group) => group.map(({ cell }) => cell));
        for (const [own] of this.cells[row]) own.cell.classList.add('own');
        return el('tr', { 'data-layer': layer }, el('th', { scope: 'row', title: layer }, el('span', { class: 'layer-name' }, layer)), ...cells);
      }),
    );
  }

  private refresh(run: number): void {
    this.layers.forEach((layer, row) => {
      const cells = this.strips[run].get(layer);
      this.columns.forEach((column, at) => fill(this.cells[row][at][run], cells?.[column] ?? MISSING, undefined));
    });
  }
}

const markOf = (index: number): string => (index === 0 ? OWN_MARK : seriesStyle(index - 1).letter);

const MISSING = { text: '', level: 'none', explain: () => 'This run has no layer of this name.' } as const;
