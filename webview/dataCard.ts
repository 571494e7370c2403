import type { DataCard, OutputCard, Outcome } from '../src/train/outcome';
import { formatColumn, formatCount, formatNumber } from '../src/base/format';
import './outcome.css';
import { augmentedPairs } from './augmentedPairs';
import { classBalance } from './classBalance';
import type { ChartTable } from './chartTable';
import { setCodeText } from './codeText';
import { el, fillList, setText } from './dom';
import { featureRanges, scaleRemark, usualWidth } from './featureRanges';
import { className, OutcomePanel, shorten, stampText } from './outcomePanel';
import { paintPicture, pictureCanvas } from './picture';
import { outputReading, reachText } from './outputReading';
import { type Range, rangeAxis, rangeTrack } from './rangeTrack';
import { isOver } from './states';
import type { Scene, View } from './view';

/** What the data is, and what the last layer puts out beside what it should. */
export class DataCardView implements View {
  private readonly facts = el('ul', { class: 'facts-list' });
  private readonly parts = el('div', { class: 'card-parts' });
  private readonly output = el('tbody');
  private readonly axisEnds = el('th', { scope: 'col', class: 'track-cell' });
  private readonly reading = el('ul', { class: 'reading', 'data-role': 'output-reading' });
  private readonly outputTitle = el('h4');
  private readonly note = el('p', { class: 'card-note' });
  private readonly halves = el('div', { class: 'card-halves' }, this.dataHalf(), this.outputHalf());
  private readonly panel = new OutcomePanel('data-card', 'Data and output', () => cardTable(this.outcome), this.note, this.halves);
  private outcome?: Outcome;
  private data = '';

  get element(): HTMLElement {
    return this.panel.element;
  }

  paint({ run, moment }: Scene): void {
    const { outcome } = run;
    this.panel.element.hidden = false;
    this.halves.hidden = outcome === undefined;
    this.note.hidden = outcome !== undefined;
    setText(this.note, isOver(run.state) ? 'The run ended before its data was looked at.' : 'Waiting for the first look at data and predictions…');
    setText(this.panel.stamp, outcome ? stampText(outcome.step, moment) : '');
    if (!outcome || outcome === this.outcome) return;
    this.outcome = outcome;
    // The data of a run seldom changes, and comes anew with every outcome.
    const data = JSON.stringify([outcome.data, outcome.classes]);
    if (data !== this.data) this.showData(outcome.data, outcome.classes);
    this.data = data;
    this.showOutput(outcome);
  }

  retheme(): void {}

  private dataHalf(): HTMLElement {
    return el('div', { class: 'card-half' }, el('h4', {}, 'The data, as the model gets it'), this.facts, this.parts);
  }

  private outputHalf(): HTMLElement {
    const columns = ['min', 'mean', 'max'].map((name) => el('th', { scope: 'col' }, name));
    const head = el('tr', {}, el('th', { scope: 'col' }, el('span', { class: 'spoken' }, 'of')), this.axisEnds, ...columns);
    const caption = el('caption', { class: 'spoken' }, 'What the last layer puts out');
    const table = el('table', { class: 'card-table output' }, caption, el('thead', {}, head), this.output);
    return el('div', { class: 'card-half' }, this.outputTitle, this.reading, el('div', { class: 'card-scroller' }, table));
  }

  private showData(data: DataCard, classes: readonly string[] | undefined): void {
    fillList(this.facts, dataFacts(data));
    const tables = [
      ...(data.pictures ? [pictures(data.pictures)] : []),
      ...(data.augmented ? [augmentedPairs(data.augmented)] : []),
      ...(data.features && data.features.length > 0 ? featureTable(data.features) : []),
      ...(data.counts ? [scrolling(classBalance(data.counts, classes), 'Classes')] : []),
    ];
    this.parts.replaceChildren(...tables);
  }

  private showOutput({ outputs, split }: Outcome): void {
    const { layer, type, min, max, mean, reach, target } = outputs;
    this.outputTitle.replaceChildren('The output: ', el('code', {}, layer), ` (${type})`);
    const output = { min: min ?? Number.NaN, max: max ?? Number.NaN, mean: mean ?? Number.NaN };
    const rows: { name: string; range: Range; isReach?: boolean }[] = [
      { name: `puts out (${split})`, range: output },
      ...(target ? [{ name: 'targets', range: target }] : []),
      { name: 'can put out', range: { min: reach[0], max: reach[1] }, isReach: true },
    ];
    const known = rows.filter(({ isReach }) => !isReach);
    const column = (key: 'min' | 'mean' | 'max') => formatColumn(known.map(({ range }) => range[key]));
    const columns = { min: column('min'), mean: column('mean'), max: column('max') };
    const axis = rangeAxis(rows.map(({ range }) => range));
    this.axisEnds.replaceChildren(el('span', {}, formatNumber(axis.min, 2)), el('span', {}, formatNumber(axis.max, 2)));
    this.output.replaceChildren(
      ...rows.map(({ name, range, isReach }, index) => {
        const isDrawn = range.min === null || Number.isFinite(range.min);
        const track = el('td', { class: 'track-cell' }, ...(isDrawn ? [rangeTrack(axis, range)] : ['✕']));
        const numbers = isReach
          ? [el('td', { colspan: 3 }, reachText(reach))]
          : (['min', 'mean', 'max'] as const).map((key) => el('td', {}, columns[key][index]));
        return el('tr', { 'data-output': isReach ? 'reach' : name.split(' ')[0] }, el('th', { scope: 'row' }, name), track, ...numbers);
      }),
    );
    this.read(outputs);
  }

  private read(outputs: OutputCard): void {
    const items = outputReading(outputs).map(({ level, text }) => {
      const item = el('li', { 'data-level': level });
      setCodeText(item, text);
      return item;
    });
    this.reading.replaceChildren(...items);
  }
}

/** The data in figures. */
function dataFacts({ samples, featureCount, features, range }: DataCard): string[] {
  const usual = usualWidth(features ?? []);
  const noted = (features ?? []).filter((feature) => scaleRemark(feature, usual) !== '').length;
  const shown = features && features.length < featureCount ? `, the first ${features.length} below` : '';
  return [
    `${formatCount(samples.training)} training and ${samples.validation > 0 ? formatCount(samples.validation) : 'no'} validation samples`,
    `${formatCount(featureCount)} ${features ? 'feature' : 'number'}${featureCount === 1 ? '' : 's'} each${shown}, ${formatNumber(range.min, 3)} … ${formatNumber(range.max, 3)}, mean ${formatNumber(range.mean, 3)}, std ${formatNumber(range.std, 3)}`,
    ...(noted > 0 ? [`${noted} of them constant or out of scale`] : []),
  ];
}

function pictures(shown: NonNullable<DataCard['pictures']>): HTMLElement {
  const figures = shown.map(({ picture, label }, index) => {
    const canvas = pictureCanvas(label === undefined ? `sample ${index + 1}` : `a sample of class ${label}`);
    paintPicture(canvas, picture);
    return el('figure', {}, canvas, ...(label === undefined ? [] : [el('figcaption', { title: label }, shorten(label, 7))]));
  });
  return el('div', { class: 'pictures' }, ...figures);
}

function featureTable(features: NonNullable<DataCard['features']>): HTMLElement[] {
  const [table, ...more] = featureRanges(features);
  const scroller = scrolling(table, 'Features');
  // Folded or not, it ends where a row ends: the page scrolls.
  scroller.classList.add('whole');
  return [scroller, ...more];
}

/** Long tables scroll by themselves; a reader without a pointer can get into them. */
function scrolling(table: HTMLElement, name: string): HTMLElement {
  return el('div', { class: 'card-scroller', tabindex: 0, role: 'group', 'aria-label': name }, table);
}

/** All that is known of features, classes and output. */
function cardTable(outcome: Outcome | undefined): ChartTable {
  const columns = ['what', 'name', 'training samples', 'validation samples', 'min', 'max', 'mean', 'std'];
  if (!outcome) return { columns, rows: [] };
  const { data, outputs, classes } = outcome;
  const { counts, features, range } = data;
  const numbers = (what: string, name: string, of: { min: number | null; max: number | null; mean?: number | null; std?: number }) => [
    ...[what, name, undefined, undefined],
    ...[of.min, of.max, of.mean, of.std],
  ];
  return {
    columns,
    rows: [
      ['data', 'samples', data.samples.training, data.samples.validation],
      numbers('data', 'all numbers', range),
      ...(features ?? []).map((feature) => numbers('feature', feature.name, feature)),
      ...(counts?.training ?? []).map((count, index) => ['class', className(classes, index), count, counts?.validation?.[index]]),
      numbers('output', outputs.layer, outputs),
      ...(outputs.target ? [numbers('output', 'targets', outputs.target)] : []),
    ],
  };
}
