import { formatCount, formatNumber } from '../src/base/format';
import { ChartPanel } from './chartPanel';
import { axisStyle, commonOptions, flagAxis, type LineConfiguration, notFiniteMarks, stepAxis, ThemedChart, tickText } from './charts';
import { axisOf } from './evidenceChart';
import { fade, type Theme } from './theme';

/** What a curve is drawn of: a number, or a number with a range about it; null: not finite. */
export interface Reading {
  step: number;
  value: number | null;
  min?: number | null;
  max?: number | null;
}

/** How a curve looks; as the marks `train`, `running`, `scale` and `shift` of a legend. */
const STYLES = {
  train: { colour: ({ train }: Theme) => train, dash: [] },
  running: { colour: ({ validation }: Theme) => validation, dash: [6, 3] },
  scale: { colour: ({ compared }: Theme) => compared[0], dash: [] },
  shift: { colour: ({ compared }: Theme) => compared[1], dash: [2, 3] },
};

export interface Curve {
  name: string;
  style: keyof typeof STYLES;
  readings: readonly Reading[];
}

/** Datasets of one curve: line, lower and upper end. */
const SETS = 3;

/** How far a logarithmic axis reaches below the smallest mean. */
const BELOW = 10;

/** Two quantities over the steps, each with the range of its channels. */
export class StatisticChart {
  readonly panel: ChartPanel;
  private readonly themed: ThemedChart;
  private curves: readonly Curve[] = [];

  /** `quantity`: of the value axis, with its unit. */
  constructor(name: string, title: string, quantity: string) {
    this.panel = new ChartPanel(name, title, []);
    this.panel.table = () => ({
      columns: ['curve', 'step', 'value', 'smallest channel', 'largest channel'],
      rows: this.curves.flatMap(({ name, readings }) => readings.map(({ step, value, min, max }) => [name, step, value, min, max])),
    });
    this.themed = new ThemedChart(this.panel.canvas, (theme) => configure(theme, quantity));
  }

  retheme(): void {
    this.themed.retheme();
  }

  show(curves: readonly Curve[], moment: number | undefined): void {
    this.curves = curves;
    const { chart, theme } = this.themed;
    const broken: { x: number; y: number }[] = [];
    const values: number[] = [];
    curves.forEach(({ name, style, readings }, index) => {
      const sets = chart.data.datasets.slice(index * SETS, (index + 1) * SETS);
      const colour = STYLES[style].colour(theme);
      const points = (pick: (reading: Reading) => number | null | undefined) =>
        readings.map((reading) => ({ x: reading.step, y: pick(reading) ?? Number.NaN }));
      Object.assign(sets[0], { label: name, data: points(({ value }) => value), borderColor: colour, borderDash: STYLES[style].dash });
      Object.assign(sets[0], { pointRadius: readings.length < 2 ? 3 : 0, backgroundColor: colour });
      Object.assign(sets[1], { data: points(({ min }) => min) });
      Object.assign(sets[2], { data: points(({ max }) => max), backgroundColor: fade(colour, 0.16) });
      for (const { step, value, min, max } of readings) {
        if (value === null) broken.push({ x: step, y: 0.94 });
        for (const one of [value, min, max]) if (typeof one === 'number' && Number.isFinite(one)) values.push(one);
      }
    });
    chart.data.datasets.forEach((dataset, index) => {
      if (index >= curves.length * SETS) dataset.data = [];
    });
    chart.data.datasets[chart.data.datasets.length - 1].data = broken;
    const { x, y } = chart.options.scales!;
    const type = axisOf(values);
    Object.assign(x!, { max: Math.max(1, ...curves.map(({ readings }) => readings.at(-1)?.step ?? 0)) });
    Object.assign(y!, { type, min: type === 'logarithmic' ? lowestShown(curves) : undefined });
    Object.assign((chart.options.plugins!.annotation!.annotations as Record<'moment', object>).moment, {
      display: moment !== undefined,
      value: moment ?? 0,
    });
    this.panel.canvas.dataset.scale = type;
    this.themed.update();
  }
}

/** A single channel that has no variance must not set the axis of all others. */
function lowestShown(curves: readonly Curve[]): number | undefined {
  const values = curves.flatMap(({ readings }) => readings.flatMap(({ value }) => (value !== null && value > 0 ? [value] : [])));
  const ends = curves.flatMap(({ readings }) => readings.flatMap(({ min }) => (typeof min === 'number' && min > 0 ? [min] : [])));
  return Math.max(Math.min(...values) / BELOW, Math.min(...values, ...ends));
}

function configure(theme: Theme, quantity: string): LineConfiguration {
  const common = commonOptions(theme);
  const yStyle = axisStyle(theme, quantity);
  // A batch’s numbers jump: the second curve lies on the first one.
  const line = (index: number) => ({ data: [], borderWidth: index === 0 ? 1.5 : 2, pointRadius: 0, order: -index });
  const end = { data: [], borderWidth: 0, pointRadius: 0, pointHoverRadius: 0, order: 1 };
  const curve = (index: number) => [line(index), end, { ...end, fill: index * SETS + 1 }];
  return {
    type: 'line',
    data: { datasets: [...curve(0), ...curve(1), notFiniteMarks(theme)].map((dataset) => ({ ...dataset })) },
    options: {
      ...common,
      layout: { padding: { top: 4, right: 6 } },
      scales: {
        x: stepAxis(theme),
        y: { type: 'linear', grace: '5%', ...yStyle, ticks: { ...yStyle.ticks, maxTicksLimit: 5, callback: tickText } },
        flag: flagAxis,
      },
      plugins: {
        ...common.plugins,
        tooltip: {
          ...common.plugins?.tooltip,
          filter: ({ dataset }) => dataset.label !== undefined,
          callbacks: {
            title: ([item]) => (item ? `step ${formatCount(item.parsed.x ?? 0)}` : ''),
            label: ({ dataset, parsed }) => (dataset.yAxisID === 'flag' ? 'not finite' : `${dataset.label}: ${formatNumber(parsed.y)}`),
          },
        },
        annotation: {
          annotations: { moment: { type: 'line', scaleID: 'x', display: false, value: 0, borderColor: theme.focus, borderWidth: 2 } },
        },
      },
    },
  };
}
