import './layer.css';
import type { Scale, Tick } from 'chart.js';
import { formatCount, formatNumber, formatPercent } from '../src/base/format';
import type { Distribution } from '../src/train/observation';
import { Changes } from './changes';
import { ChartPanel, Figure } from './chartPanel';
import type { ChartTable } from './chartTable';
import { axisStyle, commonOptions, type LineConfiguration, ThemedChart, tickText } from './charts';
import { nearestIndex } from './columns';
import { el, setText } from './dom';
import { formatTick } from './formatTick';
import { type Bar, densities, numbersIn } from './histogram';
import { layerNote } from './layerNote';
import { type TensorChoice, tensorLabel, tensorOf, tensorQuantity } from './tensorChoice';
import { fade, type Theme } from './theme';
import { type ValueAxis, valueAxis } from './valueAxis';
import { scaleTitle, valueScale } from './valueScale';
import type { LayerHistory, Scene, View } from './view';

/** Datasets. */
const enum Curve {
  Start,
  Now,
}

/** From this ratio of the highest bars on, a linear axis shows only one of the histograms. */
const MANY_SIZES = 30;

const SHARES = [2, 16, 50, 84, 98];

interface Look {
  step: number;
  tensor: Distribution;
}

/** The histogram of a tensor of the selected layer, now and at the start, as shares per unit of value: so bins of any width compare. */
export class DistributionNow implements View {
  private readonly panel = new ChartPanel('histogram', 'Distribution now', [
    { label: 'now', mark: 'filled' },
    { label: 'at the start', mark: 'first' },
  ]);
  private readonly now = new PercentileLine('now');
  private readonly start = new PercentileLine('start');
  private axis: ValueAxis = valueAxis([]);
  private looks: { now?: Look; start?: Look } = {};
  private readonly themed: ThemedChart;
  private readonly changes = new Changes();

  constructor(private readonly choice: TensorChoice) {
    this.panel.figures.replaceWith(this.now.element, this.start.element);
    this.panel.table = () => this.table();
    this.themed = new ThemedChart(this.panel.canvas, (theme) => configure(theme, () => this.axis));
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.themed.retheme();
    this.changes.forget();
  }

  paint({ run, selected, history, moment }: Scene): void {
    const name = this.choice.offer(history?.moments ?? []);
    const note = layerNote(run, history);
    if (!this.changes.have(history, selected, name, moment, note)) return;
    const word = moment === undefined ? 'now' : 'then';
    this.panel.setTitle(`${history?.layer ?? selected ?? 'Layer'}: ${name ? tensorLabel(name) : 'distribution'} ${word} and at the start`, undefined);
    this.panel.explain(note);
    this.looks = this.find(history, name, moment);
    this.nameLooks(word);
    this.draw(name);
  }

  private find(history: LayerHistory | undefined, name: string | undefined, moment: number | undefined): { now?: Look; start?: Look } {
    const looks = (history?.moments ?? []).flatMap(({ step, tensors }) => {
      const tensor = name === undefined ? undefined : tensorOf({ step, tensors }, name);
      return tensor ? [{ step, tensor }] : [];
    });
    const now = looks.at(nearestIndex(looks.map(({ step }) => step), moment)); // prettier-ignore
    const start = looks.at(0);
    return { now, ...(start !== now && { start }) };
  }

  private nameLooks(word: string): void {
    const { now, start } = this.looks;
    this.panel.nameKey('filled', now ? `${word} (step ${formatCount(now.step)})` : word);
    this.panel.nameKey('first', start ? `at the start (step ${formatCount(start.step)})` : 'at the start');
    this.panel.showKey('first', start !== undefined);
    this.panel.showKey('filled', now !== undefined);
    this.now.show(word, now?.tensor);
    this.start.show('at the start', start?.tensor);
  }

  private draw(name: string | undefined): void {
    const { chart } = this.themed;
    const tensors = [this.looks.start, this.looks.now].map((look) => look?.tensor);
    this.axis = valueAxis(tensors.filter((tensor) => tensor !== undefined));
    const bars = tensors.map((tensor) => (tensor ? densities(tensor) : []));
    const heights = bars.map((one) => Math.max(0, ...one.map(({ density }) => density).filter(Number.isFinite)));
    const highest = Math.max(...heights) || 1;
    const positive = bars.flat().flatMap(({ density }) => (density > 0 && Number.isFinite(density) ? [density] : []));
    const lower = Math.min(...heights.filter((height) => height > 0));
    const isLogarithmic = highest / lower > MANY_SIZES;
    // Below the lowest bar, so that it has a height.
    const floor = isLogarithmic ? 10 ** Math.floor(Math.log10(Math.min(...positive) / 1.2)) : 0;
    chart.data.datasets.forEach((dataset, index) => {
      dataset.data = outline(bars[index], this.axis, floor, highest);
      // A line as high as the chart must be seen beside its frame.
      if (index === (Curve.Now as number)) Object.assign(dataset, { borderWidth: bars[index].length === 1 ? 4 : 1 });
    });
    const { x, y } = chart.options.scales!;
    const ends = tensors.flatMap((tensor) => (tensor?.percentiles ? [tensor.from, tensor.to] : [])).map(this.axis.place);
    const [min, max] = ends.length > 0 ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
    const margin = min === max ? 0.5 : (max - min) * 0.02;
    Object.assign(x!, { display: ends.length > 0, min: min - margin, max: max + margin });
    Object.assign(x!.title!, { text: scaleTitle(name === undefined ? '' : tensorQuantity(name), this.axis) });
    Object.assign(y!, {
      type: isLogarithmic ? 'logarithmic' : 'linear',
      display: ends.length > 0,
      min: floor,
      max: highest * (isLogarithmic ? 1.5 : 1.05),
    });
    Object.assign(y!.title!, { text: `share per unit${isLogarithmic ? ', logarithmic' : ''}` });
    this.themed.update();
  }

  private table(): ChartTable {
    const rows = (word: string, look: Look | undefined): ChartTable['rows'] =>
      look
        ? densities(look.tensor).map(({ from, to, density }) => [word, look.step, from, to, Number.isFinite(density) ? density : 'all numbers'])
        : [];
    return {
      columns: ['when', 'step', 'from', 'to', 'share per unit of value'],
      rows: [...rows('now', this.looks.now), ...rows('start', this.looks.start)],
    };
  }
}

/** The line around the bars; where all numbers are one, a line as high as the chart. */
function outline(bars: readonly Bar[], { place }: ValueAxis, floor: number, highest: number): { x: number; y: number }[] {
  if (bars.length === 0) return [];
  const tops = bars.flatMap(({ from, to, density }) => {
    const y = Number.isFinite(density) ? Math.max(floor, density) : highest;
    return [
      { x: place(from), y },
      { x: place(to), y },
    ];
  });
  return [{ x: tops[0].x, y: floor }, ...tops, { x: tops[tops.length - 1].x, y: floor }];
}

/** Percentiles of one look in a line. */
class PercentileLine {
  private readonly word = el('span', { class: 'figure-name' });
  private readonly figures: Figure[];
  private readonly all: Figure;
  private readonly broken: Figure;
  readonly element: HTMLElement;

  constructor(when: 'now' | 'start') {
    this.figures = SHARES.map(
      (share) => new Figure(`percentile-${share}-${when}`, share === 50 ? 'median' : `${share} %`, (value) => formatNumber(value, 3)),
    );
    this.all = new Figure(`all-${when}`, 'all finite numbers are', (value) => formatNumber(value, 3));
    this.broken = new Figure(`not-finite-${when}`, 'not finite', (value) => formatPercent(value));
    this.element = el('p', { class: 'figures' }, this.word, ...[...this.figures, this.all, this.broken].map(({ element }) => element));
  }

  show(word: string, tensor: Distribution | undefined): void {
    setText(this.word, word);
    this.element.hidden = tensor === undefined;
    const isOne = tensor?.percentiles !== undefined && tensor.from === tensor.to;
    this.figures.forEach((figure, index) => {
      figure.show(tensor?.percentiles?.[index]);
      figure.shown = tensor?.percentiles !== undefined && !isOne;
    });
    this.all.show(isOne ? tensor.from : undefined);
    this.all.shown = isOne;
    this.broken.shown = (tensor?.non_finite ?? 0) > 0;
    this.broken.show(tensor && tensor.non_finite / numbersIn(tensor));
  }
}

/** Shares per unit of very small values are very large. */
function shareText(this: Scale, share: number | string, index: number, ticks: Tick[]): string {
  return this.type === 'logarithmic' ? tickText.call(this, share, index, ticks) : formatTick(Number(share));
}

function configure(theme: Theme, axis: () => ValueAxis): LineConfiguration {
  const common = commonOptions(theme);
  const yStyle = axisStyle(theme, 'share per unit');
  return {
    type: 'line',
    data: {
      datasets: [
        { label: 'at the start', data: [], borderColor: theme.foreground, borderWidth: 1.5, borderDash: [4, 3], pointRadius: 0 },
        { label: 'now', data: [], borderColor: theme.train, backgroundColor: fade(theme.train, 0.35), borderWidth: 1, pointRadius: 0, fill: 'start' },
      ],
    },
    options: {
      ...common,
      layout: { padding: { top: 4, right: 6 } },
      scales: {
        x: { type: 'linear', ...valueScale(axisStyle(theme, ''), axis) },
        y: { type: 'linear', ...yStyle, ticks: { ...yStyle.ticks, callback: shareText } },
      },
      plugins: {
        ...common.plugins,
        decimation: { enabled: false },
        tooltip: {
          ...common.plugins?.tooltip,
          callbacks: {
            title: ([item]) => (item ? `at ${formatNumber(axis().at(item.parsed.x ?? 0), 3)}` : ''),
            label: ({ datasetIndex, parsed }) =>
              `${datasetIndex === (Curve.Now as number) ? 'now' : 'at the start'}: ${formatNumber(parsed.y, 3)} per unit`,
          },
        },
      },
    },
  };
}
