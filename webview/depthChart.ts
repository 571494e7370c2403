import './network.css';
import type { ChartOptions } from 'chart.js';
import { formatCount, formatLog10 } from '../src/base/format';
import type { RunView } from '../src/view/protocol';
import { Changes } from './changes';
import { ChartPanel, type Figure, type LegendEntry } from './chartPanel';
import { axisStyle, commonOptions, flagAxis, type LineConfiguration, ThemedChart } from './charts';
import type { ChartTable } from './chartTable';
import { el, setAttribute, setText } from './dom';
import { isOver } from './states';
import { labelled } from './labelled';
import { fade, type Theme } from './theme';
import type { Scene } from './view';

/** Beyond this many layers their points would touch. */
const CROWD = 30;

/** Of the chart, beside its axis of layers. */
const AROUND = 70;

/** Pixels that a label of the axis takes up along it, upright as it can be. */
const LABEL_WIDTH = 20;

/** Decades per layer, with their sign. */
export const formatSlope = (decades: number): string => `${decades > 0 ? '+' : ''}${formatLog10(decades, 2)}`;

export interface DepthChartContent {
  name: string;
  title: string;
  legend: LegendEntry[];
  figures: Figure[];
  /** A line of reading under the figures. */
  reading: HTMLElement;
  table: () => ChartTable;
  /** What the chart says of a layer in words, a line each. */
  describe: (index: number) => string[];
  /** `options` has the axis of layers, the mark of the selected one and what pointer and keys do. */
  configure: (theme: Theme, options: ChartOptions<'line'>) => LineConfiguration;
}

/**
 * A chart over the layers, input to output. The selected layer is marked; another one is selected with a click or, as on a slider, with the
 * arrow keys, which also reads out what the chart says of it.
 */
export class DepthChart {
  readonly panel: ChartPanel;
  readonly themed: ThemedChart;
  names: readonly string[] = [];
  /** Index of the selected layer; −1: none of these. */
  private at = -1;
  private readonly stamp = el('span', { class: 'stamp' });
  private readonly changes = new Changes();

  constructor(
    private readonly content: DepthChartContent,
    private readonly onSelect: (layer: string) => void,
  ) {
    this.panel = new ChartPanel(content.name, content.title, content.legend, this.stamp);
    this.panel.figures.append(...content.figures.map(({ element }) => element));
    this.panel.figures.after(content.reading);
    this.panel.table = content.table;
    const { canvas } = this.panel;
    for (const [name, value] of Object.entries({ role: 'slider', tabindex: '0', 'aria-valuemin': '0' })) canvas.setAttribute(name, value);
    // A slider has a value from the first moment on, before there is anything to draw.
    this.say(-1, false);
    this.themed = new ThemedChart(canvas, (theme) => content.configure(theme, this.options(theme)));
    canvas.addEventListener('keydown', (event) => this.navigate(event));
    canvas.addEventListener('blur', () => this.point(undefined));
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.themed.retheme();
    this.changes.forget();
  }

  /** Whether there is anything to draw anew: one of `values`, what is selected, or the moment. */
  isStale({ selected, moment }: Scene, ...values: unknown[]): boolean {
    return this.changes.have(selected, moment, ...values);
  }

  /** Draws, once the datasets are set. */
  draw(names: readonly string[], { selected, moment }: Scene, step: number | undefined, note: string | undefined): void {
    const { chart } = this.themed;
    this.names = names;
    const past = step === undefined ? 'the past: no statistics' : `the past: step ${formatCount(step)}`;
    setText(this.stamp, moment === undefined ? '' : past);
    this.panel.explain(note);
    Object.assign(chart.options.scales!.x!, { min: -0.5, max: Math.max(1, names.length) - 0.5 });
    this.at = selected === undefined ? -1 : names.indexOf(selected);
    const { at } = this;
    Object.assign((chart.options.plugins!.annotation!.annotations as Record<'selected', object>).selected, {
      display: at >= 0,
      value: Math.max(0, at),
    });
    chart.options.scales!.x!.display = chart.options.scales!.y!.display = note === undefined;
    this.themed.update();
    this.say(at);
  }

  /** Radius of points that stand beside so many others. */
  radius(usual: number): number {
    return this.names.length > CROWD ? usual * 0.6 : usual;
  }

  private say(at: number, isShown = true): void {
    const { canvas } = this.panel;
    setAttribute(canvas, 'aria-disabled', this.names.length === 0 ? 'true' : undefined);
    setAttribute(canvas, 'aria-valuemax', String(Math.max(0, this.names.length - 1)));
    setAttribute(canvas, 'aria-valuenow', String(Math.max(0, at)));
    setAttribute(canvas, 'aria-valuetext', at < 0 ? 'no layer of this chart is selected' : [this.names[at], ...this.content.describe(at)].join(', '));
    if (isShown && document.activeElement === canvas) this.point(at < 0 ? undefined : at);
  }

  /** Shows what the pointer would show there. */
  private point(at: number | undefined): void {
    const { chart } = this.themed;
    const found = chart.data.datasets
      .map(({ data }, datasetIndex) => ({ datasetIndex, index: data.findIndex((point) => (point as { x: number; y: number }).x === at) }))
      .filter(({ datasetIndex, index }) => index >= 0 && !Number.isNaN((chart.data.datasets[datasetIndex].data[index] as { y: number }).y));
    chart.tooltip?.setActiveElements(found.slice(0, 1), { x: 0, y: 0 });
    chart.render();
  }

  private navigate(event: KeyboardEvent): void {
    const last = this.names.length - 1;
    const { at } = this;
    const goals: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      PageUp: at + 10,
      PageDown: at - 10,
      Home: 0,
      End: last,
    };
    if (!Object.hasOwn(goals, event.key) || last < 0) return;
    event.preventDefault();
    // Before the paint that follows: keys may come faster.
    this.at = Math.min(last, Math.max(0, goals[event.key]));
    this.onSelect(this.names[this.at]);
  }

  private options(theme: Theme): ChartOptions<'line'> {
    const common = commonOptions(theme);
    const style = axisStyle(theme, 'layer, input to output');
    const name = (index: number) => this.names[index] ?? '';
    return {
      ...common,
      onClick: (_event, _elements, chart) => {
        const at = chart.tooltip?.dataPoints?.[0]?.parsed.x ?? undefined;
        if (at !== undefined && name(Math.round(at)) !== '') this.onSelect(name(Math.round(at)));
      },
      scales: {
        x: {
          // Not of categories: filled areas would end at the middle of the first and the last layer.
          type: 'linear',
          ...style,
          ticks: {
            ...style.ticks,
            maxRotation: 45,
            autoSkip: false,
            color: ({ tick }) => (tick?.value === this.at ? theme.foreground : theme.muted),
            callback: (index) => shorten(name(Number(index))),
          },
          afterBuildTicks: (axis) => {
            const most = Math.max(2, Math.floor((axis.chart.width - AROUND) / LABEL_WIDTH));
            axis.ticks = labelled(this.names.length, this.at, most).map((value) => ({ value }));
          },
        },
        // Before the flags' axis: what names none stands on the first.
        y: { type: 'linear' },
        flag: flagAxis,
      },
      plugins: {
        ...common.plugins,
        decimation: { enabled: false },
        tooltip: {
          ...common.plugins?.tooltip,
          displayColors: false,
          filter: (_item, index) => index === 0,
          callbacks: {
            title: (items) => (items.length > 0 ? name(Math.round(items[0].parsed.x ?? -1)) : ''),
            label: ({ parsed }) => this.content.describe(Math.round(parsed.x ?? -1)),
          },
        },
        annotation: {
          annotations: {
            selected: {
              type: 'line',
              scaleID: 'x',
              display: false,
              drawTime: 'beforeDatasetsDraw',
              borderColor: fade(theme.focus, 0.35),
              borderWidth: 10,
            },
          },
        },
      },
    };
  }
}

/** Points at the edge of the plot, for what has no place on its axis. `y`: 0 at the bottom, 1 at the top. */
export const edgeMarks = (theme: Theme, label: string, pointStyle: 'triangle' | 'crossRot', rotation = 0) =>
  ({
    label,
    data: [],
    yAxisID: 'flag',
    showLine: false,
    pointStyle,
    pointRotation: rotation,
    pointRadius: 6,
    pointBorderWidth: pointStyle === 'crossRot' ? 2 : 1,
    borderColor: theme.error,
    backgroundColor: theme.error,
  }) satisfies LineConfiguration['data']['datasets'][number];

/** Why a chart over depth is empty; `nothing`: why it stays so. */
export function emptyNote(run: RunView, moment: number | undefined, hasNumbers: boolean, nothing: string): string {
  if (hasNumbers) return nothing;
  if (moment !== undefined) return 'No statistics are kept of this time.';
  if (run.state === 'queued') return 'Waiting for a processor core.';
  return isOver(run.state)
    ? `The run ${run.state === 'failed' ? 'failed' : 'ended'} before its first statistics.`
    : 'Waiting for the first statistics…';
}

function shorten(name: string): string {
  return name.length > 12 ? `${name.slice(0, 5)}…${name.slice(-6)}` : name;
}
