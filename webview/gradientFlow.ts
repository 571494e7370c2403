import type { Chart, ChartEvent } from 'chart.js';
import type { RuleId } from '../src/diagnose/finding';
import type { FindingView, RunView } from '../src/view/protocol';
import { formatCount, formatLog10, formatNumber } from '../src/base/format';
import { ChartPanel, Figure } from './chartPanel';
import { axisStyle, commonOptions, flagAxis, type LineConfiguration, ThemedChart } from './charts';
import { el, setText } from './dom';
import { type MarkActions, type Marks, markText } from './findingMarks';
import { columnOf } from './findings';
import { decadesPerLayer, type DepthPoint, gradientDepth } from './gradientDepth';
import { isOver } from './states';
import { fade, type Theme } from './theme';
import type { Scene, View } from './view';

/** Datasets: the finite norms as curves, what has no logarithm as marks at the edge. */
const enum Curve {
  Now,
  Start,
  Zero,
  Broken,
  Finding,
}

/** From this slope on the earlier layers get visibly less, or more: a factor of 1.3 per layer. */
const NOTEWORTHY_SLOPE = 0.12;

/** Gradient norm of each layer's weight, input to output, now and at the first step: the picture of vanishing and exploding gradients. */
export class GradientFlow implements View {
  private readonly stamp = el('span', { class: 'stamp' });
  readonly panel = new ChartPanel(
    'flow',
    'Gradient over depth',
    [
      { label: 'now', mark: 'train-points' },
      { label: 'at the start', mark: 'start' },
      { label: 'exactly 0', mark: 'zero' },
      { label: 'not finite', mark: 'broken' },
      { label: 'see Diagnosis', mark: 'found' },
    ],
    this.stamp,
  );
  private readonly figures = {
    now: new Figure('slope-now', 'decades per layer: now', formatSlope),
    start: new Figure('slope-start', 'at the start', formatSlope),
    norm: new Figure('grad-norm', '‖∇‖ of all weights', (value) => formatNumber(value, 3)),
  };
  private readonly reading = el('p', { class: 'figures' });
  private names: string[] = [];
  private marks: Marks = new Map();
  private readonly themed: ThemedChart;

  constructor(onSelect: (layer: string) => void, actions: MarkActions) {
    this.panel.figures.append(...Object.values(this.figures).map((figure) => figure.element));
    this.panel.figures.after(this.reading);
    this.themed = new ThemedChart(this.panel.canvas, (theme) =>
      configure(
        theme,
        (index) => this.names[index] ?? '',
        (index) => this.names[index] !== undefined && onSelect(this.names[index]),
        (index) => this.markedAt(index),
        actions,
      ),
    );
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.themed.retheme();
  }

  paint({ run, selected, moment, marks }: Scene): void {
    this.marks = marks;
    this.name(run, moment);
    const now = gradientDepth(run.layers, run.now);
    const start = gradientDepth(run.layers, run.first);
    this.names = (now.length > 0 ? now : start).map((point) => point.layer);
    const slope = decadesPerLayer(now);
    this.figures.now.show(slope);
    this.figures.start.show(decadesPerLayer(start));
    setText(this.reading, reading(slope));
    this.figures.norm.show(run.losses.at(-1)?.grad_norm);
    this.panel.explain(this.names.length > 0 ? undefined : emptyNote(run, moment));
    this.draw(now, start, selected);
  }

  private name({ now }: RunView, moment: number | undefined): void {
    const word = moment === undefined ? 'now' : 'then';
    this.panel.nameKey('train-points', word);
    this.figures.now.name = `decades per layer: ${word}`;
    this.themed.chart.data.datasets[Curve.Now].label = word;
    setText(this.stamp, moment === undefined ? '' : now ? `the past: step ${formatCount(now.step)}` : 'the past: no statistics');
  }

  /** What is found of a layer's gradient, its weights or the layer as a whole. */
  private markedAt(index: number): FindingView[] {
    const shown = ['gradient', 'update', 'layer'];
    return (this.marks.get(this.names[index]) ?? []).filter((finding) => shown.includes(columnOf(finding)));
  }

  private draw(now: DepthPoint[], start: DepthPoint[], selected: string | undefined): void {
    const { chart } = this.themed;
    const { datasets } = chart.data;
    chart.data.labels = this.names;
    datasets[Curve.Now].data = logarithms(now);
    datasets[Curve.Start].data = logarithms(start);
    datasets[Curve.Zero].data = now.filter((point) => point.norm === 0).map(({ index }) => ({ x: index, y: 0.04 }));
    datasets[Curve.Broken].data = now.filter((point) => point.norm === undefined).map(({ index }) => ({ x: index, y: 0.95 }));
    datasets[Curve.Finding].data = this.names.flatMap((_, index) => (this.markedAt(index).length > 0 ? [{ x: index, y: 1 }] : []));
    this.panel.showKey('found', datasets[Curve.Finding].data.length > 0);
    this.panel.showKey('zero', datasets[Curve.Zero].data.length > 0);
    this.panel.showKey('broken', datasets[Curve.Broken].data.length > 0);
    const at = selected === undefined ? -1 : this.names.indexOf(selected);
    Object.assign((chart.options.plugins!.annotation!.annotations as Record<'selected', object>).selected, {
      display: at >= 0,
      value: Math.max(0, at),
    });
    const { x, y } = chart.options.scales!;
    x!.display = y!.display = this.names.length > 0;
    const crowded = this.names.length > 30;
    Object.assign(datasets[Curve.Now], { pointRadius: crowded ? 2.5 : 4 });
    Object.assign(datasets[Curve.Start], { pointRadius: crowded ? 2 : 3.5 });
    this.themed.update();
  }
}

function configure(
  theme: Theme,
  nameAt: (index: number) => string,
  onSelect: (index: number) => void,
  markedAt: (index: number) => FindingView[],
  actions: MarkActions,
): LineConfiguration {
  /** The finding whose mark is under the pointer. */
  const ruleAt = (chart: Chart, event: ChartEvent): RuleId | undefined => {
    const hit = chart
      .getElementsAtEventForMode(event as unknown as Event, 'nearest', { intersect: true }, true)
      .find(({ datasetIndex }) => datasetIndex === (Curve.Finding as number));
    const at = hit && (chart.data.datasets[Curve.Finding].data[hit.index] as { x: number }).x;
    return at === undefined ? undefined : markedAt(at)[0]?.rule;
  };
  const common = commonOptions(theme);
  const xStyle = axisStyle(theme, 'layer, input to output');
  const yStyle = axisStyle(theme, 'log₁₀ ‖∇W‖₂');
  const marks = { data: [], yAxisID: 'flag', showLine: false, pointRadius: 6, borderColor: theme.error, backgroundColor: theme.error };
  return {
    type: 'line',
    data: {
      labels: [],
      datasets: [
        { label: 'now', data: [], borderColor: theme.train, backgroundColor: theme.train, borderWidth: 2, pointRadius: 4 },
        {
          label: 'at the start',
          data: [],
          borderColor: theme.muted,
          backgroundColor: theme.background,
          borderWidth: 1,
          borderDash: [4, 3],
          pointRadius: 3.5,
          pointBorderWidth: 1.5,
        },
        { ...marks, label: 'exactly 0', pointStyle: 'triangle', pointRotation: 180 },
        { ...marks, label: 'not finite', pointStyle: 'crossRot', pointBorderWidth: 2 },
        {
          ...marks,
          label: 'finding',
          pointStyle: 'triangle',
          pointRadius: 6,
          pointHitRadius: 6,
          pointHoverRadius: 8,
          borderColor: theme.foreground,
          backgroundColor: theme.warn,
          clip: false,
        },
      ],
    },
    options: {
      ...common,
      onHover: (event, _elements, chart) => {
        const rule = ruleAt(chart, event);
        actions.point(rule);
        chart.canvas.style.cursor = rule ? 'pointer' : '';
      },
      onClick: (event, _elements, chart) => {
        const rule = ruleAt(chart, event);
        if (rule) return actions.open(rule);
        const [nearest] = chart.tooltip?.dataPoints ?? [];
        if (nearest?.parsed.x !== undefined && nearest.parsed.x !== null) onSelect(nearest.parsed.x);
      },
      scales: {
        x: {
          type: 'category',
          offset: true,
          ...xStyle,
          ticks: { ...xStyle.ticks, maxRotation: 45, autoSkipPadding: 4, callback: (index) => shorten(nameAt(Number(index))) },
        },
        y: { type: 'linear', grace: '5%', ...yStyle, ticks: { ...yStyle.ticks, callback: (value) => formatLog10(Number(value)) } },
        flag: flagAxis,
      },
      plugins: {
        ...common.plugins,
        decimation: { enabled: false },
        tooltip: {
          ...common.plugins?.tooltip,
          callbacks: {
            title: (items) => (items.length > 0 ? nameAt(items[0].parsed.x ?? -1) : ''),
            label: ({ dataset, datasetIndex, parsed }) =>
              datasetIndex === (Curve.Finding as number)
                ? markText(markedAt(parsed.x ?? -1)).split('\n')
                : dataset.yAxisID === 'flag'
                  ? `gradient ${dataset.label}`
                  : `${dataset.label}: ${formatNumber(10 ** (parsed.y ?? Number.NaN), 3)}`,
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
    },
  };
}

function logarithms(points: DepthPoint[]): { x: number; y: number }[] {
  return points.map(({ index, norm }) => ({ x: index, y: norm ? Math.log10(norm) : Number.NaN }));
}

function formatSlope(decades: number): string {
  return `${decades > 0 ? '+' : ''}${formatLog10(decades, 2)}`;
}

function reading(slope: number | undefined): string {
  if (slope === undefined) return '';
  if (Math.abs(slope) < NOTEWORTHY_SLOPE) return 'Level: no trend over depth.';
  return `Each layer gets about ${formatNumber(10 ** Math.abs(slope), 2)}× ${slope > 0 ? 'less' : 'more'} than the one after it.`;
}

function shorten(name: string): string {
  return name.length > 12 ? `${name.slice(0, 5)}…${name.slice(-6)}` : name;
}

function emptyNote(run: RunView, moment: number | undefined): string {
  if (run.now || run.first) return 'No layer here has a trained weight.';
  if (moment !== undefined) return 'No statistics are kept of this time.';
  if (run.state === 'queued') return 'Waiting for a processor core.';
  return isOver(run.state)
    ? `The run ${run.state === 'failed' ? 'failed' : 'ended'} before its first statistics.`
    : 'Waiting for the first statistics…';
}
