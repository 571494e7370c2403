import type { Chart, ChartEvent, ChartOptions } from 'chart.js';
import { formatLog10, formatNumber } from '../src/base/format';
import type { RuleId } from '../src/diagnose/finding';
import type { FindingView } from '../src/view/protocol';
import { Figure } from './chartPanel';
import { axisStyle, type LineConfiguration, tickText, zeroMarks } from './charts';
import type { ChartTable } from './chartTable';
import { DepthChart, edgeMarks, emptyNote, formatSlope } from './depthChart';
import { el, setText } from './dom';
import { type MarkActions, type Marks, markText } from './findingMarks';
import { columnOf } from './findings';
import { decadesPerLayer, type DepthPoint, gradientDepth, outputDepth } from './gradientDepth';
import { readGradients } from './gradientReading';
import { fade, type Theme } from './theme';
import type { Scene, View } from './view';

/** Datasets: the finite norms as curves, what has no logarithm as marks at the edge. */
const enum Curve {
  Now,
  Before,
  Start,
  Zero,
  Broken,
  Finding,
}

/**
 * Gradient norm of each layer's weight, input to output, now, a little before and at the first step: what each weight learns from. The layer strip
 * has the gradient at the layers' outputs, what flows back: one reading tells of both.
 */
export class GradientFlow implements View {
  private readonly figures = {
    now: new Figure('slope-now', 'decades per layer: weights now', formatSlope),
    start: new Figure('slope-start', 'at the start', formatSlope),
    outputs: new Figure('slope-outputs', 'outputs (layer strip)', formatSlope),
    norm: new Figure('grad-norm', '‖∇W‖₂ of all', (value) => formatNumber(value, 3)),
  };
  private readonly reading = el('p', { class: 'figures' });
  private readonly depth: DepthChart;
  private marks: Marks = new Map();
  private now: DepthPoint[] = [];
  private before: DepthPoint[] = [];
  private start: DepthPoint[] = [];

  constructor(
    onSelect: (layer: string) => void,
    private readonly actions: MarkActions,
  ) {
    this.depth = new DepthChart(
      {
        name: 'flow',
        title: 'Weight gradient over depth',
        legend: [
          { label: 'now', mark: 'train-points' },
          { label: '20 steps ago', mark: 'before', title: 'Or the nearest sampled step before that' },
          { label: 'at the start', mark: 'start' },
          { label: 'exactly 0', mark: 'zero' },
          { label: 'not finite', mark: 'broken' },
          { label: 'see Diagnosis', mark: 'found' },
        ],
        figures: Object.values(this.figures),
        reading: this.reading,
        table: () => this.table(),
        describe: (index) => this.describe(index),
        configure: (theme, options) => configure(theme, this.withMarks(options)),
      },
      onSelect,
    );
  }

  get element(): HTMLElement {
    return this.depth.element;
  }

  retheme(): void {
    this.depth.retheme();
  }

  paint(scene: Scene): void {
    const { run, moment, marks } = scene;
    this.figures.norm.show(run.losses.at(-1)?.grad_norm);
    if (!this.depth.isStale(scene, run.layers, run.now, run.before, run.first, run.state, marks)) return;
    this.marks = marks;
    this.now = gradientDepth(run.layers, run.now);
    this.before = gradientDepth(run.layers, run.before);
    this.start = gradientDepth(run.layers, run.first);
    this.name(moment);
    const slopes = { weights: decadesPerLayer(this.now), outputs: decadesPerLayer(outputDepth(run.layers, run.now)) };
    this.figures.now.show(slopes.weights);
    this.figures.start.show(decadesPerLayer(this.start));
    this.figures.outputs.show(slopes.outputs);
    setText(this.reading, readGradients(slopes, this.now));
    this.draw(scene);
  }

  private name(moment: number | undefined): void {
    const word = moment === undefined ? 'now' : 'then';
    this.depth.panel.nameKey('train-points', word);
    this.figures.now.name = `decades per layer: weights ${word}`;
  }

  private draw(scene: Scene): void {
    const { run, moment } = scene;
    const { panel, themed } = this.depth;
    const { datasets } = themed.chart.data;
    const names = (this.now.length > 0 ? this.now : this.start).map(({ layer }) => layer);
    datasets[Curve.Now].data = logarithms(this.now);
    datasets[Curve.Before].data = logarithms(this.before);
    datasets[Curve.Start].data = logarithms(this.start);
    datasets[Curve.Zero].data = this.now.filter((point) => point.norm === 0).map(({ index }) => ({ x: index, y: 0.04 }));
    datasets[Curve.Broken].data = this.now.filter((point) => point.norm === undefined).map(({ index }) => ({ x: index, y: 0.95 }));
    datasets[Curve.Finding].data = names.flatMap((name, index) => (this.markedAt(name).length > 0 ? [{ x: index, y: 1 }] : []));
    panel.showKey('before', this.before.length > 0);
    panel.showKey('found', datasets[Curve.Finding].data.length > 0);
    panel.showKey('zero', datasets[Curve.Zero].data.length > 0);
    panel.showKey('broken', datasets[Curve.Broken].data.length > 0);
    Object.assign(datasets[Curve.Now], { pointRadius: this.depth.radius(4) });
    Object.assign(datasets[Curve.Start], { pointRadius: this.depth.radius(3.5) });
    const note = emptyNote(run, moment, (run.now ?? run.first) !== undefined, 'No layer here has a trained weight.');
    this.depth.draw(names, scene, run.now?.step, names.length > 0 ? undefined : note);
  }

  /** What is found of a layer's gradient, its weights or the layer as a whole. */
  private markedAt(layer: string): FindingView[] {
    const shown = ['gradient', 'update', 'layer'];
    return (this.marks.get(layer) ?? []).filter((finding) => shown.includes(columnOf(finding)));
  }

  private describe(index: number): string[] {
    const say = (word: string, points: DepthPoint[]) => (points[index] ? [`${word}: ‖∇W‖ ${sizeText(points[index].norm)}`] : []);
    const found = this.markedAt(this.depth.names[index]);
    return [
      ...say('now', this.now),
      ...say('20 steps ago', this.before),
      ...say('at the start', this.start),
      ...(found.length > 0 ? markText(found).split('\n') : []),
    ];
  }

  private table(): ChartTable {
    const cell = (point: DepthPoint | undefined) => (point ? (point.norm ?? null) : undefined);
    return {
      columns: ['layer', '‖∇W‖₂ now', '‖∇W‖₂ 20 steps ago', '‖∇W‖₂ at the start'],
      rows: this.depth.names.map((name, index) => [name, cell(this.now[index]), cell(this.before[index]), cell(this.start[index])]),
    };
  }

  /** A mark leads to its finding, everything else to the layer. */
  private withMarks(options: ChartOptions<'line'>): ChartOptions<'line'> {
    return {
      ...options,
      onHover: (event, _elements, chart) => {
        const rule = this.ruleAt(chart, event);
        this.actions.point(rule);
        chart.canvas.style.cursor = rule ? 'pointer' : '';
      },
      onClick: (event, elements, chart) => {
        const rule = this.ruleAt(chart, event);
        if (rule) this.actions.open(rule);
        else options.onClick?.call(chart, event, elements, chart);
      },
    };
  }

  /** The finding whose mark is under the pointer. */
  private ruleAt(chart: Chart, event: ChartEvent): RuleId | undefined {
    const hit = chart
      .getElementsAtEventForMode(event as unknown as Event, 'nearest', { intersect: true }, true)
      .find(({ datasetIndex }) => datasetIndex === (Curve.Finding as number));
    const at = hit && (chart.data.datasets[Curve.Finding].data[hit.index] as { x: number }).x;
    return at === undefined ? undefined : this.markedAt(this.depth.names[at])[0]?.rule;
  }
}

function configure(theme: Theme, options: ChartOptions<'line'>): LineConfiguration {
  const style = axisStyle(theme, 'log₁₀ ‖∇W‖₂ of the weight');
  return {
    type: 'line',
    data: {
      datasets: [
        { label: 'now', data: [], borderColor: theme.train, backgroundColor: theme.train, borderWidth: 2, pointRadius: 4 },
        {
          label: '20 steps ago',
          data: [],
          borderColor: fade(theme.train, 0.75),
          borderWidth: 1.5,
          borderDash: [2, 3],
          pointRadius: 0,
          pointHitRadius: 4,
        },
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
        zeroMarks(theme),
        edgeMarks(theme, 'not finite', 'crossRot'),
        {
          ...edgeMarks(theme, 'finding', 'triangle'),
          pointHitRadius: 6,
          pointHoverRadius: 8,
          borderColor: theme.foreground,
          backgroundColor: theme.warn,
          clip: false,
        },
      ],
    },
    options: {
      ...options,
      scales: {
        ...options.scales,
        y: { type: 'linear', grace: '5%', ...style, ticks: { ...style.ticks, callback: tickText } },
      },
    },
  };
}

function logarithms(points: DepthPoint[]): { x: number; y: number }[] {
  return points.map(({ index, norm }) => ({ x: index, y: norm ? Math.log10(norm) : Number.NaN }));
}

function sizeText(norm: number | undefined): string {
  if (norm === undefined) return '✕ not finite';
  return norm === 0 ? '□ exactly 0' : `${formatNumber(norm, 3)} (log₁₀ ${formatLog10(Math.log10(norm))})`;
}
