import type { Outcome, SampleOutcome } from '../src/train/outcome';
import './outcome.css';
import type { ChartTable } from './chartTable';
import type { Confusion } from './confusionMatrix';
import { el, setAttribute, setText } from './dom';
import { className, OutcomePanel, samplesText } from './outcomePanel';
import { paintPicture } from './picture';
import { sampleDetail } from './sampleDetail';
import { isRight, sureness, verdict } from './sampleTexts';
import { readTheme } from './theme';
import type { Scene, View } from './view';

/** The samples that the model gets most wrong, and where it looks. */
export class SampleGallery implements View {
  private readonly list = el('div', { class: 'sample-list', role: 'listbox', 'aria-label': 'Samples, the worst first' });
  private readonly detail = el('div', { class: 'sample-detail', 'data-role': 'sample-detail' });
  private readonly all = el('button', { type: 'button', class: 'link', hidden: true }, 'show all');
  private readonly text = el('span');
  private readonly panel = new OutcomePanel('samples', 'Worst samples', sampleTable, el('div', { class: 'sample-parts' }, this.list, this.detail));
  /** The run that is filtered and chosen from. */
  private runId?: string;
  private only?: Confusion;
  private shown: SampleOutcome[] = [];
  /** Its row in the split: samples change places from look to look. */
  private chosen?: number;

  constructor() {
    this.panel.figures.append(this.text, this.all);
    this.all.addEventListener('click', () => {
      this.filter(undefined);
      this.options[0]?.focus();
    });
    this.list.addEventListener('click', ({ target }) => this.choose(target));
    this.list.addEventListener('keydown', (event) => this.navigate(event));
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  private get options(): HTMLElement[] {
    return [...this.list.children] as HTMLElement[];
  }

  /** Shows those of one cell of the confusion matrix. */
  filter(only: Confusion | undefined): void {
    this.only = only;
    const { outcome } = this.panel;
    if (outcome) this.fill(outcome);
  }

  retheme(): void {
    this.panel.forget();
  }

  paint({ run, moment }: Scene): void {
    const { outcome } = run;
    const samples = this.panel.take(outcome, (of) => (of.samples?.length ? of.samples : undefined), moment);
    if (!outcome || !samples) return;
    if (run.runId !== this.runId) this.only = this.chosen = undefined;
    this.runId = run.runId;
    this.fill(outcome);
  }

  private fill(outcome: Outcome): void {
    const { samples = [], classes } = outcome;
    const { only } = this;
    this.shown = only ? samples.filter(({ actual, predicted }) => actual === only.actual && predicted === only.predicted) : samples;
    this.all.hidden = only === undefined;
    setText(
      this.text,
      only ? filterText(only, classes, this.shown.length) : `The worst ${this.shown.length} of ${samplesText(outcome)}: actual → predicted.`,
    );
    const hadFocus = this.list.contains(document.activeElement);
    const { scrollTop } = this.list;
    this.list.replaceChildren(...this.shown.map((sample) => option(sample, classes)));
    this.list.scrollTop = scrollTop;
    this.list.hidden = this.shown.length === 0;
    const kept = this.shown.findIndex(({ row }) => row === this.chosen);
    this.show(Math.max(0, kept), hadFocus);
  }

  private show(index: number, focus: boolean): void {
    const sample = this.shown.at(index);
    this.options.forEach((option, at) => {
      setAttribute(option, 'aria-selected', String(at === index));
      option.tabIndex = at === index ? 0 : -1;
    });
    if (focus) this.options[index]?.focus({ preventScroll: true });
    const { outcome } = this.panel;
    if (!sample || !outcome) return this.detail.replaceChildren();
    this.detail.replaceChildren(...sampleDetail(sample, outcome.classes, outcome.split, readTheme()));
  }

  private choose(target: EventTarget | null): void {
    const index = this.options.findIndex((option) => target instanceof Node && option.contains(target));
    if (index >= 0) this.select(index);
  }

  private select(index: number): void {
    this.chosen = this.shown[index].row;
    this.show(index, true);
    this.options[index].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private navigate(event: KeyboardEvent): void {
    const index = this.options.indexOf(event.target as HTMLElement);
    const last = this.options.length - 1;
    const goals: Record<string, number> = {
      ArrowRight: index + 1,
      ArrowDown: index + 1,
      ArrowLeft: index - 1,
      ArrowUp: index - 1,
      Home: 0,
      End: last,
      Enter: index,
      ' ': index,
    };
    if (index < 0 || !Object.hasOwn(goals, event.key)) return;
    event.preventDefault();
    this.select(Math.max(0, Math.min(last, goals[event.key])));
  }
}

function option(sample: SampleOutcome, classes: readonly string[] | undefined): HTMLElement {
  const right = isRight(sample, classes);
  const text = verdict(sample, classes);
  const words = el(
    'span',
    { class: 'sample-verdict' },
    classes ? el('i', { class: right ? 'good-sign' : 'bad-sign', 'aria-hidden': 'true' }, right ? '✓' : '✕') : '',
    verdict(sample, classes, 6),
  );
  const item = el('div', { role: 'option', class: 'sample', 'data-row': sample.row, title: `${text}, ${sureness(sample)}` }, words);
  item.append(el('span', { class: 'muted' }, sureness(sample)));
  if (!sample.image) return item;
  const canvas = el('canvas', { class: 'picture', 'aria-hidden': 'true' });
  paintPicture(canvas, sample.image);
  item.prepend(canvas);
  return item;
}

function filterText({ actual, predicted }: Confusion, classes: readonly string[] | undefined, count: number): string {
  const which = `${className(classes, actual)} → ${className(classes, predicted)}`;
  return count > 0 ? `Only ${which}: ${count} of the worst.` : `None of the worst samples is ${which}.`;
}

function sampleTable(outcome: Outcome | undefined): ChartTable {
  const { samples = [], classes } = outcome ?? {};
  const names = samples[0]?.features?.map(({ name }) => name) ?? [];
  const named = (value: number | null) => (value === null || !classes ? value : className(classes, value));
  return {
    columns: ['sample', 'actual', 'predicted', ...(classes ? ['probability'] : []), 'loss', ...names],
    rows: samples.map(({ row, actual, predicted, probability, loss, features }) => [
      ...[row, named(actual), named(predicted)],
      ...(classes ? [probability] : []),
      loss,
      ...names.map((_, index) => features?.[index]?.value),
    ]),
  };
}
