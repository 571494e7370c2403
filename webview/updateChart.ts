import type { ChartOptions } from 'chart.js';
import { formatCount, formatLog10, formatNumber } from '../src/base/format';
import { Figure } from './chartPanel';
import { axisStyle, limitLine, type LineConfiguration, tickText, zeroMarks } from './charts';
import type { ChartTable } from './chartTable';
import { DepthChart, edgeMarks, emptyNote } from './depthChart';
import { el, setText } from './dom';
import { rateShare } from './layerHealth';
import { fade, type Theme } from './theme';
import { MARKED_UPDATE, medianUpdate, outside, readUpdates, updateDepth, type UpdatePoint, USUAL_UPDATE } from './updateDepth';
import type { Scene, View } from './view';

const enum Curve {
  Now,
  Start,
  Zero,
  Broken,
}

/** Ends of the axis at least, in decades: the band and where marks begin lie within, with room on either side. */
const LEAST_AXIS = [-6, 0] as const;

/** Size of each layer's update beside that of its weights. */
export class UpdateChart implements View {
  private readonly figures = {
    median: new Figure('update-median', 'median log₁₀', (value) => formatLog10(value, 2)),
    outside: new Figure('updates-outside', 'outside the usual band', formatCount),
  };
  private readonly reading = el('p', { class: 'figures', 'data-role': 'update-reading' });
  private readonly depth: DepthChart;
  private now: UpdatePoint[] = [];
  private start: UpdatePoint[] = [];

  constructor(onSelect: (layer: string) => void) {
    this.depth = new DepthChart(
      {
        name: 'update',
        title: 'Update : weight',
        legend: [
          { label: 'now', mark: 'train-points' },
          { label: 'at the start', mark: 'start' },
          { label: `usual: ${formatLog10(USUAL_UPDATE.low)} … ${formatLog10(USUAL_UPDATE.high)}`, mark: 'band' },
          { label: `marked in the layer strip beyond ${formatLog10(MARKED_UPDATE.low)} and ${formatLog10(MARKED_UPDATE.high)}`, mark: 'aim' },
          { label: 'exactly 0', mark: 'zero' },
          { label: 'not finite', mark: 'broken', title: 'Also of a weight that is zero all over' },
        ],
        figures: Object.values(this.figures),
        reading: this.reading,
        table: () => this.table(),
        describe: (index) => this.describe(index),
        configure,
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
    const { run, moment } = scene;
    if (!this.depth.isStale(scene, run.layers, run.now, run.first, run.state)) return;
    this.now = updateDepth(run.layers, run.now ?? run.first);
    this.start = updateDepth(run.layers, run.first);
    const { below, above } = outside(this.now);
    this.depth.panel.nameKey('train-points', moment === undefined ? 'now' : 'then');
    this.figures.median.show(medianUpdate(this.now));
    this.figures.outside.show(this.now.length > 0 ? below.length + above.length : undefined);
    setText(this.reading, readUpdates(this.now, rateShare(run.losses)));
    this.fill();
    const names = this.now.map(({ layer }) => layer);
    const note = emptyNote(run, moment, (run.now ?? run.first) !== undefined, 'No layer here has a trained weight.');
    this.depth.draw(names, scene, run.now?.step, names.length > 0 ? undefined : note);
  }

  private fill(): void {
    const { panel, themed } = this.depth;
    const { datasets } = themed.chart.data;
    datasets[Curve.Now].data = logarithms(this.now);
    datasets[Curve.Start].data = logarithms(this.start);
    datasets[Curve.Zero].data = this.now.filter(({ ratio }) => ratio === 0).map(({ index }) => ({ x: index, y: 0.04 }));
    datasets[Curve.Broken].data = this.now.filter(({ ratio }) => ratio === undefined).map(({ index }) => ({ x: index, y: 0.95 }));
    Object.assign(datasets[Curve.Now], { pointRadius: this.depth.radius(4) });
    Object.assign(datasets[Curve.Start], { pointRadius: this.depth.radius(3.5) });
    panel.showKey('zero', datasets[Curve.Zero].data.length > 0);
    panel.showKey('broken', datasets[Curve.Broken].data.length > 0);
  }

  private describe(index: number): string[] {
    const say = (word: string, points: UpdatePoint[]) => (points[index] ? [`${word}: ${ratioText(points[index])}`] : []);
    return [...say('now', this.now), ...say('at the start', this.start)];
  }

  private table(): ChartTable {
    const cell = (point: UpdatePoint | undefined) => (point ? (point.ratio ?? null) : undefined);
    return {
      columns: ['layer', 'parameter', '‖ΔW‖ / ‖W‖ now', '‖ΔW‖ / ‖W‖ at the start'],
      rows: this.now.map((point, index) => [point.layer, point.param, cell(point), cell(this.start[index])]),
    };
  }
}

function configure(theme: Theme, options: ChartOptions<'line'>): LineConfiguration {
  const style = axisStyle(theme, 'log₁₀ ‖ΔW‖ / ‖W‖');
  return {
    type: 'line',
    data: {
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
        zeroMarks(theme),
        edgeMarks(theme, 'not finite', 'crossRot'),
      ],
    },
    options: {
      ...options,
      scales: {
        ...options.scales,
        y: {
          type: 'linear',
          suggestedMin: LEAST_AXIS[0],
          suggestedMax: LEAST_AXIS[1],
          ...style,
          ticks: { ...style.ticks, callback: tickText },
        },
      },
      plugins: {
        ...options.plugins,
        annotation: {
          annotations: {
            ...(options.plugins?.annotation?.annotations as object),
            band: {
              type: 'box',
              yScaleID: 'y',
              yMin: USUAL_UPDATE.low,
              yMax: USUAL_UPDATE.high,
              drawTime: 'beforeDatasetsDraw',
              backgroundColor: fade(theme.healthy, 0.12),
              borderColor: fade(theme.healthy, 0.6),
              borderWidth: 1,
            },
            markedBelow: limitLine(theme, MARKED_UPDATE.low),
            markedAbove: limitLine(theme, MARKED_UPDATE.high),
          },
        },
      },
    },
  };
}

function logarithms(points: UpdatePoint[]): { x: number; y: number }[] {
  return points.map(({ index, ratio }) => ({ x: index, y: ratio ? Math.log10(ratio) : Number.NaN }));
}

function ratioText({ ratio, param }: UpdatePoint): string {
  if (ratio === undefined) return `✕ the ratio of ${param} is not finite`;
  return ratio === 0
    ? `□ ${param} does not change at all: exactly 0`
    : `${param} changes by ${formatNumber(ratio, 3)} of its norm (log₁₀ ${formatLog10(Math.log10(ratio))})`;
}
