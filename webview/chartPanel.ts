import { chartActions } from './chartActions';
import type { ChartTable } from './chartTable';
import { el, setAttribute, setText } from './dom';
import { chartPicture, type Words } from './exportChart';

/** A key to one mark of a chart: its line style and point shape, so that colour is never the only difference. */
export interface LegendEntry {
  label: string;
  /** Says more on hovering. */
  title?: string;
  mark:
    | 'train'
    | 'train-faint'
    | 'train-points'
    | 'validation'
    | 'gap'
    | 'best'
    | 'before'
    | 'start'
    | 'outer'
    | 'inner'
    | 'start-outline'
    | 'aim'
    | 'band'
    | 'beyond'
    | 'broken'
    | 'zero'
    | 'found'
    | 'filled'
    | 'first'
    | 'never'
    | 'dead'
    | 'died'
    | 'revived'
    | 'running'
    | 'spread'
    | 'scale'
    | 'shift';
}

/** A heading, a line of figures, a canvas with room for a note on it, and a legend. */
export class ChartPanel {
  readonly canvas: HTMLCanvasElement;
  readonly element: HTMLElement;
  /** The canvas and what lies on it. */
  readonly plot: HTMLElement;
  readonly figures = el('p', { class: 'figures' });
  /** What its picture needs beside the words: keys of marks, a scale of colours. */
  pictured?: () => Pick<Words, 'keys' | 'ramp'>;
  private readonly heading: HTMLHeadingElement;
  private readonly head: HTMLElement;
  /** One child, as the rows of panels side by side are shared. */
  private readonly foot: HTMLElement;
  private readonly note = el('p', { class: 'note', hidden: true });
  private readonly keys = new Map<LegendEntry['mark'], HTMLElement>();
  private readonly labels = new Map<LegendEntry['mark'], Text>();

  constructor(name: string, title: string, legend: LegendEntry[], control?: HTMLElement) {
    this.heading = el('h3', { id: `${name}-title` }, title);
    this.canvas = el('canvas', { role: 'img', 'aria-labelledby': `${name}-title`, 'data-chart': name });
    for (const { label, mark, title } of legend) {
      const text = document.createTextNode(label);
      this.labels.set(mark, text);
      this.keys.set(mark, el('li', { 'data-mark': mark, title }, el('i', { class: `mark ${mark}` }), text));
    }
    this.plot = el('div', { class: 'plot' }, this.canvas, this.note);
    this.head = el('div', { class: 'panel-head' }, this.heading, ...(control ? [control] : []));
    this.foot = el('div', {}, el('ul', { class: 'legend' }, ...this.keys.values()));
    this.element = el('section', { class: `panel ${name}`, 'aria-labelledby': `${name}-title` }, this.head, this.figures, this.plot, this.foot);
  }

  /** Gives the numbers on show: for readers who do not see the chart, and for files. Set once. */
  set table(table: () => ChartTable) {
    const actions = chartActions(
      () => this.heading.textContent,
      table,
      chartPicture(this.canvas, () => this.words),
    );
    this.head.append(actions.buttons);
    this.foot.append(actions.table);
  }

  private get words(): Words {
    // As it is seen: a figure may be hidden.
    const figures = this.figures.innerText.split('\n').filter((text) => text.trim() !== '');
    return { title: this.heading.textContent, figures, ...this.pictured?.() };
  }

  /** The heading, and what it says on hovering. */
  setTitle(text: string, explanation: string | undefined): void {
    setText(this.heading, text);
    setAttribute(this.heading, 'title', explanation);
  }

  /** Says why the chart is empty, or goes away. */
  explain(text: string | undefined): void {
    this.note.hidden = text === undefined;
    setText(this.note, text ?? '');
    setAttribute(this.canvas, 'data-empty', text === undefined ? undefined : 'true');
  }

  /** Shows or hides an entry of the legend. */
  showKey(mark: LegendEntry['mark'], shown: boolean): void {
    const entry = this.keys.get(mark);
    if (entry && entry.hidden === shown) entry.hidden = !shown;
  }

  /** Renames an entry of the legend. */
  nameKey(mark: LegendEntry['mark'], label: string): void {
    const text = this.labels.get(mark);
    if (text && text.data !== label) text.data = label;
  }
}

/** A named figure in the line under a heading: `validation 0.2040`. `data-value` carries the exact number for tests. */
export class Figure {
  readonly element: HTMLElement;
  private readonly value = el('b');
  private readonly label = document.createTextNode('');

  constructor(
    role: string,
    name: string,
    private readonly format: (value: number) => string,
  ) {
    this.value.dataset.role = role;
    this.element = el('span', { class: 'figure' }, this.label, ' ', this.value);
    this.name = name;
    this.show(undefined);
  }

  set name(name: string) {
    if (this.label.data !== name) this.label.data = name;
  }

  set shown(shown: boolean) {
    if (this.element.hidden === shown) this.element.hidden = !shown;
  }

  /** Undefined: not known yet or not there; null: not finite. */
  show(value: number | null | undefined): void {
    setText(this.value, value === undefined ? '–' : value === null ? '✕ not finite' : this.format(value));
    setAttribute(this.value, 'data-value', value === undefined ? undefined : String(value ?? 'NaN'));
  }
}
