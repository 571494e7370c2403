import { formatNumber } from '../src/base/format';
import type { Percentiles } from '../src/train/observation';
import { Figure } from './chartPanel';
import type { ChartTable } from './chartTable';
import { AIM, Curve, ladderConfiguration } from './ladderConfiguration';
import { DepthChart, emptyNote, formatSlope } from './depthChart';
import { el, setAttribute, setText } from './dom';
import { axisLimit, extentOf, ladderAxis, readLadder, type Rung, rungs, spreadSlope } from './spread';
import { type ValueAxis, valueAxis } from './valueAxis';
import { scaleTitle } from './valueScale';
import type { Scene, View } from './view';

/** Beyond this many layers each gets a point rather than a step of its own. */
const MOST_STEPS = 80;

const PERCENTS = [2, 16, 50, 84, 98] as const;

/** Percentiles of every layer's activation over depth, at the start and now (Glorot and Bengio 2010). */
export class ActivationLadder implements View {
  private readonly figures = {
    now: new Figure('spread-slope-now', 'spread, decades per layer: now', formatSlope),
    start: new Figure('spread-slope-start', 'at the start', formatSlope),
  };
  private readonly reading = el('p', { class: 'figures', 'data-role': 'ladder-reading' });
  private readonly depth: DepthChart;
  private now: Rung[] = [];
  private start: Rung[] = [];
  private axis: ValueAxis = valueAxis([]);

  constructor(onSelect: (layer: string) => void) {
    this.depth = new DepthChart(
      {
        name: 'ladder',
        title: 'Activation over depth',
        legend: [
          { label: 'median', mark: 'train-points' },
          { label: '16–84 %', mark: 'inner' },
          { label: '2–98 %', mark: 'outer' },
          { label: 'both at the start', mark: 'start-outline' },
          { label: '±1: where inits aim the middle 68 %', mark: 'aim' },
          { label: 'beyond the axis', mark: 'beyond' },
          { label: 'not finite', mark: 'broken' },
        ],
        figures: Object.values(this.figures),
        reading: this.reading,
        table: () => this.table(),
        describe: (index) => this.describe(index),
        configure: (theme, options) => ladderConfiguration(theme, options, () => this.axis),
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
    if (!this.depth.isStale(scene, run.layers, run.profile, run.firstProfile, run.state)) return;
    this.now = rungs(run.layers, run.profile ?? run.firstProfile);
    this.start = rungs(run.layers, run.firstProfile);
    this.axis = ladderAxis(this.now, this.start);
    const { limit, step } = axisLimit(this.now, this.start, this.axis);
    this.figures.now.name = `spread, decades per layer: ${moment === undefined ? 'now' : 'then'}`;
    this.figures.now.show(spreadSlope(this.now));
    this.figures.start.show(spreadSlope(this.start));
    setText(this.reading, readLadder(this.now, limit));
    this.fill(limit);
    this.fitAxis(limit, step);
    const names = this.now.map(({ layer }) => layer);
    const note = emptyNote(run, moment, run.profile !== undefined, 'The model has no layers.');
    this.depth.draw(names, scene, run.profile?.step, names.length > 0 ? undefined : note);
  }

  /** Linear, or logarithmic to both sides of 0; ±1 is on it in any case. */
  private fitAxis(limit: number, step: number): void {
    const { options } = this.depth.themed.chart;
    const { isLogarithmic, place } = this.axis;
    const { y } = options.scales!;
    Object.assign(y!, { min: -place(limit), max: place(limit) });
    Object.assign(y!.ticks!, { stepSize: isLogarithmic ? undefined : step });
    Object.assign((y as { title: object }).title, { text: scaleTitle('activation', this.axis) });
    const aims = options.plugins!.annotation!.annotations as Record<'aimAbove' | 'aimBelow', object>;
    Object.assign(aims.aimAbove, { value: place(AIM) });
    Object.assign(aims.aimBelow, { value: -place(AIM) });
    setAttribute(this.depth.panel.canvas, 'data-scale', isLogarithmic ? 'symmetric-log' : 'linear');
  }

  private fill(limit: number): void {
    const { panel, themed } = this.depth;
    const { data } = themed.chart;
    const at = (curve: Curve) => data.datasets[curve];
    const steps = (all: readonly Rung[], percentile: keyof Percentiles & number) => stepsOf(all, percentile, this.axis);
    at(Curve.Median).data = steps(this.now, 2);
    at(Curve.Inner).data = steps(this.now, 3);
    at(Curve.InnerEnd).data = steps(this.now, 1);
    at(Curve.Outer).data = steps(this.now, 4);
    at(Curve.OuterEnd).data = steps(this.now, 0);
    at(Curve.Start84).data = steps(this.start, 3);
    at(Curve.Start16).data = steps(this.start, 1);
    at(Curve.Start98).data = steps(this.start, 4);
    at(Curve.Start2).data = steps(this.start, 0);
    const beyond = this.now.filter(({ percentiles }) => percentiles && extentOf(percentiles) > limit);
    at(Curve.Above).data = beyond.filter(({ percentiles }) => percentiles![4] > limit).map(({ index }) => ({ x: index, y: 0.97 }));
    at(Curve.Below).data = beyond.filter(({ percentiles }) => percentiles![0] < -limit).map(({ index }) => ({ x: index, y: 0.03 }));
    at(Curve.Broken).data = this.now.filter(({ isBroken }) => isBroken).map(({ index }) => ({ x: index, y: 0.5 }));
    panel.showKey('beyond', beyond.length > 0);
    panel.showKey('broken', at(Curve.Broken).data.length > 0);
    panel.showKey('start-outline', this.start.length > 0);
  }

  private describe(index: number): string[] {
    return [
      ...(this.now[index] ? [`now: ${rungText(this.now[index])}`] : []),
      ...(this.start[index] ? [`at the start: ${rungText(this.start[index])}`] : []),
    ];
  }

  private table(): ChartTable {
    const cells = (rung: Rung | undefined) => PERCENTS.map((_, i) => rung?.percentiles?.[i] ?? (rung?.isBroken ? null : undefined));
    const columns = (when: string) => PERCENTS.map((percent) => `${percent} % ${when}`);
    return {
      columns: ['layer', ...columns('now'), ...columns('at the start')],
      rows: this.now.map((rung, index) => [rung.layer, ...cells(rung), ...cells(this.start[index])]),
    };
  }
}

/** One percentile over depth, a step for each layer. */
function stepsOf(all: readonly Rung[], percentile: keyof Percentiles & number, { place }: ValueAxis): { x: number; y: number }[] {
  const offsets = all.length > MOST_STEPS ? [0] : [-0.49, 0, 0.49];
  return all.flatMap(({ index, percentiles }) =>
    percentiles ? offsets.map((offset) => ({ x: index + offset, y: place(percentiles[percentile]) })) : [{ x: index, y: Number.NaN }],
  );
}

function rungText({ percentiles, isBroken }: Rung): string {
  if (!percentiles) return isBroken ? '✕ no finite number' : 'not observed';
  const [p2, p16, p50, p84, p98] = percentiles.map((value) => formatNumber(value, 3));
  return `median ${p50}, 68 % within ${p16} … ${p84}, 96 % within ${p2} … ${p98}`;
}
