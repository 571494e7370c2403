import { formatNumber } from '../src/base/format';
import type { Distribution, Percentiles } from '../src/train/observation';
import { ChartPanel } from './chartPanel';
import { axisStyle, commonOptions, type LineConfiguration, ThemedChart } from './charts';
import type { Theme } from './theme';
import { type ValueAxis, valueAxis } from './valueAxis';
import { scaleTitle, valueScale } from './valueScale';

/** Rows, from the top. */
const ROWS = ['before', 'after'] as const;

/** Of the axis of values. */
const QUANTITY = 'input and output of the layer';

/** Datasets of one row: median, 16…84 %, 2…98 %; the first lies on top. */
const SETS = 3;

/** How the numbers spread before and after a layer: a thin line holds 96 % of them, a thick one 68 %, a dot is the median. */
export class BeforeAfterChart {
  readonly panel = new ChartPanel('before-after', 'Before and after the layer', []);
  private axis: ValueAxis = valueAxis([]);
  private spreads: (Percentiles | undefined)[] = [];
  private readonly themed: ThemedChart;

  constructor() {
    this.panel.table = () => ({
      columns: ['side of the layer', '2 %', '16 %', 'median', '84 %', '98 %'],
      rows: ROWS.map((row, index) => [row, ...(this.spreads[index] ?? Array<null>(5).fill(null))]),
    });
    this.themed = new ThemedChart(this.panel.canvas, (theme) => configure(theme, () => this.axis));
  }

  retheme(): void {
    this.themed.retheme();
  }

  show(before: Distribution | undefined, after: Distribution | undefined): void {
    const tensors = [before, after];
    this.spreads = tensors.map((tensor) => tensor?.percentiles);
    // Of the outermost percentiles: what lies beyond them is not drawn.
    this.axis = valueAxis(
      this.spreads.flatMap((spread) => (spread ? [{ percentiles: spread, from: spread[0], to: spread[4], counts: [], non_finite: 0 }] : [])),
    );
    const { datasets } = this.themed.chart.data;
    Object.assign((this.themed.chart.options.scales!.x as { title: object }).title, { text: scaleTitle(QUANTITY, this.axis) });
    this.spreads.forEach((spread, row) => {
      const line = (ends: readonly number[]) => ends.map((value) => ({ x: this.axis.place(value), y: row }));
      const [low, lower, median, upper, high] = spread ?? [];
      const parts = low === undefined ? [[], [], []] : [[median!], [lower!, upper!], [low, high!]];
      parts.forEach((ends, part) => (datasets[row * SETS + part].data = line(ends)));
    });
    const isEmpty = this.spreads.every((spread) => !spread);
    this.panel.explain(isEmpty ? (tensors.some(Boolean) ? 'No number is finite.' : 'Nothing yet.') : undefined);
    this.themed.update();
  }
}

function configure(theme: Theme, axis: () => ValueAxis): LineConfiguration {
  const common = commonOptions(theme);
  const style = axisStyle(theme, QUANTITY);
  const row = (colour: string) => [
    { data: [], pointRadius: 5, borderColor: theme.foreground, backgroundColor: theme.background, borderWidth: 2 },
    { data: [], borderColor: colour, borderWidth: 9, pointRadius: 0 },
    { data: [], borderColor: colour, borderWidth: 1.5, pointRadius: 0 },
  ];
  return {
    type: 'line',
    data: { datasets: [...row(theme.muted), ...row(theme.train)].map((dataset) => ({ ...dataset, showLine: true })) },
    options: {
      ...common,
      layout: { padding: { top: 4, right: 6 } },
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      scales: {
        x: { type: 'linear', grace: '5%', ...valueScale(style, axis) },
        y: {
          type: 'linear',
          min: -0.6,
          max: 1.6,
          reverse: true,
          ...style,
          title: { display: false },
          grid: { display: false },
          afterBuildTicks: (scale) => (scale.ticks = ROWS.map((_, value) => ({ value }))),
          ticks: { ...style.ticks, callback: (index) => ROWS[Number(index)] },
        },
      },
      plugins: {
        ...common.plugins,
        decimation: { enabled: false },
        tooltip: {
          ...common.plugins?.tooltip,
          displayColors: false,
          callbacks: { title: ([item]) => (item ? ROWS[item.parsed.y ?? 0] : ''), label: ({ parsed }) => formatNumber(axis().at(parsed.x ?? 0), 3) },
        },
      },
    },
  };
}
