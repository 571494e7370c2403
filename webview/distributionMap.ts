import './layer.css';
import { formatCount, formatNumber, formatPercent } from '../src/base/format';
import type { Distribution } from '../src/train/observation';
import { Changes } from './changes';
import { ChartPanel, Figure } from './chartPanel';
import type { ChartTable } from './chartTable';
import { setAttribute } from './dom';
import { shadeAt } from './heatColours';
import { type Ground, HeatMap } from './heatMap';
import { binEdges, numbersIn } from './histogram';
import { layerNote } from './layerNote';
import { RampLegend } from './rampLegend';
import { type TensorChoice, tensorLabel, tensorOf, tensorQuantity } from './tensorChoice';
import { type ValueAxis, valueAxis } from './valueAxis';
import { scaleTitle, valueScale } from './valueScale';
import type { LayerHistory, Scene, View } from './view';

/** The row of what is not finite, in pixels above the map. */
const ROW = { bottom: 4, height: 9 };

/** All numbers are one: how high that is drawn, in pixels. */
const SPIKE = 3;

/** Of the scale: numbers further right would touch the last one. */
const CROWDED = 0.8;

interface Column {
  step: number;
  tensor: Distribution;
  numbers: number;
}

/** The histogram of a tensor of the selected layer over the steps: a column for each look at it, as light or dark as numbers are many. */
export class DistributionMap implements View {
  private readonly panel: ChartPanel;
  private readonly figures = {
    looks: new Figure('looks', 'looks', formatCount),
    broken: new Figure('not-finite', 'not finite at the worst', (share) => formatPercent(share)),
  };
  private readonly legend = new RampLegend('numbers in a cell');
  private readonly map: HeatMap;
  private columns: Column[] = [];
  private axis: ValueAxis = valueAxis([]);
  private readonly changes = new Changes();

  constructor(
    private readonly choice: TensorChoice,
    onPick: (step: number) => void,
  ) {
    this.panel = new ChartPanel('distribution', 'Distribution over time', [{ label: 'NaN or infinite', mark: 'broken' }]);
    this.panel.figures.before(choice.element);
    this.panel.figures.append(...Object.values(this.figures).map(({ element }) => element));
    this.panel.plot.after(this.legend.element);
    this.panel.table = () => this.table();
    this.panel.pictured = () => ({ ramp: this.legend.ramp });
    this.map = new HeatMap(
      this.panel,
      {
        draw: (ground) => this.drawCells(ground),
        describe: (column, place) => this.describe(this.columns[column], this.axis.at(place)),
        axis: (style) => valueScale(style, () => this.axis),
      },
      onPick,
    );
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.map.retheme();
    this.changes.forget();
  }

  paint({ run, selected, history, moment }: Scene): void {
    const tensor = this.choice.offer(history?.moments ?? []);
    const note = layerNote(run, history);
    if (!this.changes.have(history, selected, tensor, moment, note, run.edits)) return;
    this.panel.setTitle(
      `${history?.layer ?? selected ?? 'Layer'}: ${tensor ? `${tensorLabel(tensor)} over time` : 'distribution over time'}`,
      undefined,
    );
    this.panel.explain(note);
    this.take(history, tensor);
    this.map.show(
      this.columns.map(({ step }) => step),
      moment,
      run.edits,
    );
    this.showLegend();
  }

  private take(history: LayerHistory | undefined, name: string | undefined): void {
    this.columns = (history?.moments ?? []).flatMap((moment) => {
      const tensor = name === undefined ? undefined : tensorOf(moment, name);
      return tensor ? [{ step: moment.step, tensor, numbers: numbersIn(tensor) }] : [];
    });
    this.axis = valueAxis(this.columns.map(({ tensor }) => tensor));
    const places = this.columns.flatMap(({ tensor }) => (tensor.percentiles ? [tensor.from, tensor.to] : [])).map(this.axis.place);
    const { y } = this.map.themed.chart.options.scales!;
    const [min, max] = places.length > 0 ? [Math.min(...places), Math.max(...places)] : [0, 1];
    const isFlat = min === max;
    Object.assign(y!, { min: isFlat ? min - 0.5 : min, max: isFlat ? max + 0.5 : max });
    Object.assign(y!.title!, { text: scaleTitle(name === undefined ? '' : tensorQuantity(name), this.axis) });
    setAttribute(this.panel.canvas, 'data-scale', this.axis.isLogarithmic ? 'symmetric-log' : 'linear');
  }

  private showLegend(): void {
    const most = Math.max(0, ...this.columns.map(({ numbers }) => numbers));
    const broken = this.columns.map(({ tensor, numbers }) => tensor.non_finite / (numbers || 1));
    this.figures.looks.show(this.columns.length);
    this.figures.looks.shown = this.columns.length > 0;
    const worst = Math.max(0, ...broken);
    this.figures.broken.show(broken.length > 0 ? worst : undefined);
    this.figures.broken.shown = worst > 0;
    this.panel.showKey('broken', worst > 0);
    this.legend.element.hidden = most === 0;
    const counts = [1, 10, 100, 1000].filter((count) => Math.log1p(count) / Math.log1p(most) < CROWDED);
    this.legend.show(
      this.map.palette,
      [...counts, most].map((count) => ({ at: Math.log1p(count) / Math.log1p(most), label: formatCount(count) })),
    );
  }

  private drawCells({ chart, theme, colours, xs }: Ground): void {
    const { ctx, chartArea, scales } = chart;
    const most = Math.log1p(Math.max(...this.columns.map(({ numbers }) => numbers)));
    // The scale is even in places: asking it for each of thousands takes most of the time of a paint.
    const { min, max } = scales.y;
    const origin = scales.y.getPixelForValue(min);
    const unit = (scales.y.getPixelForValue(max) - origin) / (max - min);
    this.columns.forEach(({ tensor }, column) => {
      const [left, width] = [xs[column], Math.max(1, xs[column + 1] - xs[column])];
      if (!tensor.percentiles) return;
      const ys = binEdges(tensor).map((edge) => Math.round(origin + unit * (this.axis.place(edge) - min)));
      const isOne = tensor.from === tensor.to;
      if (isOne) [ys[0], ys[1]] = [ys[0] + SPIKE / 2, ys[0] - SPIKE / 2];
      let [from, colour] = [0, ''];
      for (let bin = 0; bin <= tensor.counts.length; bin++) {
        const count = tensor.counts[bin];
        const next = count ? shadeAt(colours, Math.log1p(count) / most) : '';
        if (next === colour) continue;
        if (colour) ctx.fillStyle = colour;
        if (colour) ctx.fillRect(left, ys[bin], width, Math.max(1, ys[from] - ys[bin]));
        [from, colour] = [bin, next];
      }
    });
    if (this.columns.every(({ tensor }) => tensor.non_finite === 0)) return;
    ctx.fillStyle = theme.error;
    const top = chartArea.top - ROW.bottom - ROW.height;
    this.columns.forEach(({ tensor, numbers }, column) => {
      ctx.globalAlpha = 0.4 + (0.6 * Math.log1p(tensor.non_finite)) / Math.log1p(numbers);
      if (tensor.non_finite > 0) ctx.fillRect(xs[column], top, Math.max(1, xs[column + 1] - xs[column]), ROW.height);
    });
    ctx.globalAlpha = 1;
    ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    ctx.fillText('✕ NaN', chartArea.left - 5, top + ROW.height / 2);
  }

  private describe({ tensor, numbers }: Column, value: number): string[] {
    const { percentiles, from, to, counts, non_finite } = tensor;
    const edges = binEdges(tensor);
    const bin = from === to ? 0 : Math.min(counts.length - 1, Math.floor(((value - from) / (to - from)) * counts.length));
    const isInside = percentiles && value >= from && value <= to && from !== to;
    return [
      ...(isInside ? [`${formatNumber(edges[bin], 3)} … ${formatNumber(edges[bin + 1], 3)}: ${share(counts[bin], numbers)}`] : []),
      ...(percentiles && from === to ? [`all are ${formatNumber(from, 3)}`] : []),
      ...(percentiles && from !== to
        ? [`median ${formatNumber(percentiles[2], 3)}, 2 … 98 %: ${formatNumber(percentiles[0], 3)} … ${formatNumber(percentiles[4], 3)}`]
        : []),
      ...(non_finite > 0 ? [`not finite: ${share(non_finite, numbers)}`] : []),
    ];
  }

  private table(): ChartTable {
    return {
      columns: ['step', 'smallest', '2 %', '16 %', 'median', '84 %', '98 %', 'largest', 'not finite', 'numbers'],
      rows: this.columns.map(({ step, tensor, numbers }) => {
        const { percentiles, from, to, non_finite } = tensor;
        return [step, percentiles && from, ...(percentiles ?? Array<undefined>(5).fill(undefined)), percentiles && to, non_finite, numbers];
      }),
    };
  }
}

const share = (count: number, of: number): string => `${formatCount(count)} of ${formatCount(of)} numbers (${formatPercent(count / of)})`;
