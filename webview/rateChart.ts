import type { LossPoint, RunView } from '../src/view/protocol';
import { formatCount, formatSetting } from '../src/base/format';
import { ChartPanel, Figure } from './chartPanel';
import { axisStyle, commonOptions, flagAxis, type LineConfiguration, stepAxis, stepTooltip, ThemedChart, zeroMarks } from './charts';
import { formatTick } from './formatTick';
import { setAxisWidth } from './lossConfiguration';
import { spreadMarks } from './lossSeries';
import { onPickStep } from './pickStep';
import { lastChange, rangeOf } from './rateRange';
import { stepTable } from './stepTable';
import type { Theme } from './theme';
import { type TimeAxis, TimeMarks } from './timeMarks';

/** The learning rate over the steps, on the axis of the loss above it. */
export class RateChart {
  private readonly panel = new ChartPanel('rate', 'Learning rate', [{ label: 'exactly 0', mark: 'zero' }]);
  readonly element = this.panel.element;
  private readonly figures = {
    now: new Figure('lr', 'now', formatSetting),
    highest: new Figure('highest-lr', 'highest', formatSetting),
    since: new Figure('lr-since', 'unchanged since step', formatCount),
  };
  /** Only the lines: the flags of the edits are on the charts above. */
  private readonly marks = new TimeMarks(() => {});
  private readonly themed: ThemedChart;
  private losses: readonly LossPoint[] = [];

  constructor(onTime: (step: number) => void) {
    this.panel.setTitle('Learning rate', 'Factor of the optimizer’s step; it has no unit');
    this.panel.figures.append(...Object.values(this.figures).map((figure) => figure.element));
    this.panel.table = () => stepTable([{ name: 'learning rate', points: this.losses.map(({ step, lr }) => [step, lr]) }]);
    this.themed = new ThemedChart(this.panel.canvas, (theme) => ({ ...configure(theme), plugins: [this.marks.plugin(theme)] }));
    onPickStep(this.panel.canvas, () => this.themed.chart, onTime);
  }

  retheme(): void {
    this.themed.retheme();
  }

  /** `lastStep`: where the axis of the loss ends. */
  paint({ losses }: RunView, axis: TimeAxis, lastStep: number): void {
    this.losses = losses;
    const { chart } = this.themed;
    const { low, high } = rangeOf(losses);
    this.showFigures(high);
    this.panel.explain(losses.length > 0 ? undefined : 'Waiting for the first step…');
    const [rate, zero] = chart.data.datasets;
    rate.data = losses.map(({ step, lr }) => ({ x: step, y: lr }));
    zero.data = spreadMarks(
      losses.filter(({ lr }) => lr === 0).map(({ step }) => step),
      lastStep,
    ).map((x) => ({ x, y: 0.06 }));
    this.panel.showKey('zero', zero.data.length > 0);
    const { x, y } = chart.options.scales!;
    x!.max = lastStep;
    // More than a decade: on a linear axis the smaller rates would all lie on its ground.
    const isLogarithmic = high > 10 * low;
    Object.assign(y!, isLogarithmic ? { type: 'logarithmic', min: low / 1.5, max: high * 1.5 } : { type: 'linear', min: 0, max: high * 1.25 || 1 });
    this.marks.show(axis);
    this.themed.update();
  }

  private showFigures(highest: number): void {
    const last = this.losses.at(-1);
    this.figures.now.show(last?.lr);
    this.figures.highest.shown = last !== undefined && last.lr !== highest;
    this.figures.highest.show(highest);
    const since = lastChange(this.losses);
    this.figures.since.shown = since !== undefined;
    this.figures.since.show(since);
  }
}

function configure(theme: Theme): LineConfiguration {
  const common = commonOptions(theme);
  const yStyle = axisStyle(theme, 'rate');
  return {
    type: 'line',
    data: {
      datasets: [
        // A rate holds until the step that has another one.
        {
          label: 'learning rate',
          data: [],
          borderColor: theme.foreground,
          backgroundColor: theme.foreground,
          borderWidth: 1.5,
          pointRadius: 0,
          stepped: 'before',
        },
        { ...zeroMarks(theme), pointRadius: 5 },
      ],
    },
    options: {
      ...common,
      layout: { padding: { top: 4 } },
      scales: {
        // Said by the axis above.
        x: { ...stepAxis(theme), title: { display: false } },
        y: {
          type: 'linear',
          ...yStyle,
          ticks: { ...yStyle.ticks, maxTicksLimit: 4, callback: (value, _, ticks) => tick(Number(value), ticks.length) },
          afterFit: setAxisWidth,
        },
        flag: flagAxis,
      },
      plugins: {
        ...common.plugins,
        tooltip: stepTooltip(common, ({ dataset, parsed }) =>
          dataset.yAxisID === 'flag' ? 'learning rate: exactly 0' : `learning rate: ${formatSetting(parsed.y ?? 0)}`,
        ),
      },
    },
  };
}

/** On a logarithmic axis there are many ticks: only whole decades are named. */
function tick(value: number, count: number): string {
  const isDecade = value > 0 && Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
  return count <= 5 || isDecade ? formatTick(value) : '';
}
