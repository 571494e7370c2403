import type { Evidence } from '../src/diagnose/finding';
import { formatCount, formatNumber } from '../src/base/format';
import { axisStyle, commonOptions, flagAxis, type LineConfiguration, notFiniteMarks, stepAxis, stepTooltip, ThemedChart, tickText } from './charts';
import { el, setAttribute } from './dom';
import type { Theme } from './theme';

/** From this ratio of the largest to the smallest value on, only a logarithmic axis shows both. */
const MANY_SIZES = 30;

/** The quantity that decided, over the steps of the run. */
export class EvidenceChart {
  private readonly canvas = el('canvas', { role: 'img', 'data-chart': 'evidence' });
  readonly element = el('div', { class: 'plot' }, this.canvas);
  private readonly themed = new ThemedChart(this.canvas, configure);
  private shown?: Evidence['series'];

  retheme(): void {
    this.themed.retheme();
    this.shown = undefined;
  }

  paint({ quantity, series }: Evidence): void {
    this.element.hidden = series === undefined || series.length < 2;
    if (this.element.hidden || series === this.shown) return;
    this.shown = series;
    const points = series!;
    setAttribute(this.canvas, 'aria-label', `${quantity} from step ${formatCount(points[0].step)} to ${formatCount(points.at(-1)!.step)}`);
    const { chart } = this.themed;
    const [line, broken] = chart.data.datasets;
    line.label = quantity;
    line.data = points.map(({ step, value }) => ({ x: step, y: value ?? Number.NaN }));
    broken.data = points.flatMap(({ step, value }) => (value === null || !Number.isFinite(value) ? [{ x: step, y: 0.95 }] : []));
    Object.assign(chart.options.scales!.x!, { min: points[0].step, max: Math.max(points.at(-1)!.step, points[0].step + 1) });
    Object.assign(chart.options.scales!.y!, { type: axisOf(points.map(({ value }) => value)) });
    this.themed.update();
  }
}

/** Logarithmic where the values are of many sizes; a logarithm needs them above zero. */
export function axisOf(values: readonly (number | null)[]): 'linear' | 'logarithmic' {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const smallest = Math.min(...finite);
  return smallest > 0 && Math.max(...finite) / smallest >= MANY_SIZES ? 'logarithmic' : 'linear';
}

function configure(theme: Theme): LineConfiguration {
  const common = commonOptions(theme);
  const yStyle = axisStyle(theme, '');
  return {
    type: 'line',
    data: {
      datasets: [
        { label: '', data: [], borderColor: theme.train, backgroundColor: theme.train, borderWidth: 1.5, pointRadius: 0 },
        notFiniteMarks(theme),
      ],
    },
    options: {
      ...common,
      layout: { padding: { top: 4, right: 4 } },
      scales: {
        x: stepAxis(theme),
        y: {
          type: 'linear',
          grace: '5%',
          ...yStyle,
          title: { display: false },
          ticks: { ...yStyle.ticks, maxTicksLimit: 5, callback: tickText },
        },
        flag: flagAxis,
      },
      plugins: {
        ...common.plugins,
        tooltip: stepTooltip(common, ({ dataset, parsed }) => (dataset.yAxisID === 'flag' ? 'not finite' : formatNumber(parsed.y))),
      },
    },
  };
}
