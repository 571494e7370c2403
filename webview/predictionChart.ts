import type { Outcome } from '../src/train/outcome';
import { formatCount, formatNumber } from '../src/base/format';
import './outcome.css';
import { ChartPanel, Figure } from './chartPanel';
import { axisStyle, commonOptions, flagAxis, type LineConfiguration, notFiniteMarks, ThemedChart, tickText } from './charts';
import { el, setText } from './dom';
import { samplesText, stampText } from './outcomePanel';
import { regressionScore } from './regressionScore';
import { fade, type Theme } from './theme';
import type { Scene, View } from './view';

type Dot = NonNullable<Outcome['regression']>[number];

const enum Curve {
  Dots,
  Identity,
  Broken,
}

/** Predicted numbers over the true ones. */
export class PredictionChart implements View {
  private readonly stamp = el('span', { class: 'stamp' });
  private readonly panel = new ChartPanel('predictions', 'Prediction over target', [{ label: 'not finite', mark: 'broken' }], this.stamp);
  private readonly figures = {
    r2: new Figure('outcome-r2', 'R²', (value) => formatNumber(value, 3)),
    rmse: new Figure('outcome-rmse', 'RMSE', (value) => formatNumber(value, 3)),
    broken: new Figure('outcome-broken', 'not finite:', formatCount),
  };
  private readonly samples = el('span');
  private readonly themed = new ThemedChart(this.panel.canvas, configure);
  private outcome?: Outcome;

  constructor() {
    this.panel.element.hidden = true;
    this.panel.plot.after(legend());
    this.panel.figures.append(...Object.values(this.figures).map((figure) => figure.element), this.samples);
    this.panel.table = () => ({
      columns: ['target', 'prediction'],
      rows: (this.outcome?.regression ?? []).map(({ target, prediction }) => [target, prediction]),
    });
  }

  get element(): HTMLElement {
    return this.panel.element;
  }

  retheme(): void {
    this.themed.retheme();
    this.outcome = undefined;
  }

  paint({ run: { outcome }, moment }: Scene): void {
    const dots = outcome?.regression;
    this.panel.element.hidden = dots === undefined;
    if (!outcome || !dots) return;
    setText(this.stamp, stampText(outcome.step, moment));
    if (outcome === this.outcome) return;
    this.outcome = outcome;
    const { r2, rmse, broken } = regressionScore(dots);
    setText(this.samples, samplesText({ split: outcome.split, count: dots.length }));
    this.figures.r2.show(r2);
    this.figures.rmse.show(rmse);
    this.figures.broken.show(broken);
    this.figures.broken.shown = broken > 0;
    this.panel.showKey('broken', broken > 0);
    this.draw(dots);
  }

  private draw(dots: readonly Dot[]): void {
    const { chart } = this.themed;
    const { datasets } = chart.data;
    const sorted = [...dots].sort((a, b) => a.target - b.target);
    const finite = sorted.filter((dot): dot is Dot & { prediction: number } => dot.prediction !== null);
    datasets[Curve.Dots].data = finite.map(({ target, prediction }) => ({ x: target, y: prediction }));
    datasets[Curve.Broken].data = sorted.filter(({ prediction }) => prediction === null).map(({ target }) => ({ x: target, y: 0.97 }));
    const ends = [...sorted.map(({ target }) => target), ...finite.map(({ prediction }) => prediction)];
    const [min, max] = ends.length > 0 ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
    const margin = 0.04 * (max - min) || Math.abs(max) / 2 || 1;
    const ranges = { min: min - margin, max: max + margin };
    datasets[Curve.Identity].data = [ranges.min, ranges.max].map((end) => ({ x: end, y: end }));
    const { x, y } = chart.options.scales!;
    Object.assign(x!, ranges);
    Object.assign(y!, ranges);
    this.themed.update();
  }
}

function legend(): HTMLElement {
  return el(
    'ul',
    { class: 'legend' },
    el('li', {}, el('i', { class: 'mark dot' }), 'a sample'),
    el('li', {}, el('i', { class: 'mark identity' }), 'exactly right'),
  );
}

function configure(theme: Theme): LineConfiguration {
  const common = commonOptions(theme);
  const axis = (title: string) => {
    const style = axisStyle(theme, title);
    return { type: 'linear' as const, ...style, ticks: { ...style.ticks, callback: tickText } };
  };
  return {
    type: 'line',
    data: {
      datasets: [
        { label: 'sample', data: [], showLine: false, pointRadius: 3, borderColor: theme.train, backgroundColor: fade(theme.train, 0.45) },
        { label: 'exactly right', data: [], borderColor: theme.muted, borderWidth: 1, borderDash: [4, 3], pointRadius: 0, pointHitRadius: 0 },
        notFiniteMarks(theme),
      ],
    },
    options: {
      ...common,
      layout: { padding: 0 },
      interaction: { mode: 'nearest', axis: 'xy', intersect: true },
      scales: { x: axis('target'), y: axis('prediction'), flag: flagAxis },
      plugins: {
        ...common.plugins,
        decimation: { enabled: false },
        tooltip: {
          ...common.plugins?.tooltip,
          callbacks: {
            title: () => '',
            label: ({ dataset, parsed }) => {
              const target = `target ${formatNumber(parsed.x)}`;
              return dataset.yAxisID === 'flag' ? [target, 'prediction not finite'] : [target, `prediction ${formatNumber(parsed.y)}`];
            },
          },
        },
      },
    },
  };
}
