import './layer.css';
import { formatNumber } from '../src/base/format';
import type { ModesPoint } from '../src/view/protocol';
import { BeforeAfterChart } from './beforeAfterChart';
import { Figure } from './chartPanel';
import { nearestIndex } from './columns';
import { el, setText } from './dom';
import { modesReading, normalisationGap, normalisationReading, statistic } from './normalisationReading';
import { type Curve, StatisticChart } from './statisticChart';
import { tensorOf } from './tensorChoice';
import type { LayerHistory, Scene, View } from './view';

/** The marks that the charts share. */
const KEYS = [
  { mark: 'train', label: 'training: statistics of the batch' },
  { mark: 'running', label: 'evaluation: running statistics' },
  { mark: 'scale', label: 'γ: scale' },
  { mark: 'shift', label: 'β: shift' },
  { mark: 'spread', label: 'smallest to largest channel' },
] as const;

/** What a normalisation layer does: its statistics over the steps, what evaluation makes of them, what comes in and what goes out. */
export class NormalisationView implements View {
  private readonly heading = el('h3', { id: 'normalisation-title' });
  private readonly figures = {
    ratio: new Figure('variance-ratio', 'running variance ∕ batch variance', (value) => `${formatNumber(value, 2)}×`),
    shift: new Figure('mean-shift', 'running mean − batch mean', (value) => `${formatNumber(value, 2)} batch std`),
    train: new Figure('mode-train', 'loss: training mode', (value) => formatNumber(value, 3)),
    evaluation: new Figure('mode-eval', 'evaluation mode', (value) => formatNumber(value, 3)),
  };
  private readonly reading = el('p', { class: 'reading', 'data-role': 'normalisation-reading' });
  private readonly mean = new StatisticChart('norm-mean', 'Mean of the channels');
  private readonly variance = new StatisticChart('norm-variance', 'Variance of the channels');
  private readonly affine = new StatisticChart('norm-affine', 'γ and β');
  private readonly modes = new StatisticChart('norm-modes', 'Loss of the same samples');
  private readonly beforeAfter = new BeforeAfterChart();
  private readonly legend = el(
    'ul',
    { class: 'legend' },
    ...KEYS.map(({ mark, label }) => el('li', { 'data-mark': mark }, el('i', { class: `mark ${mark}` }), label)),
  );
  private shown?: { history?: LayerHistory; moment?: number; modes: readonly ModesPoint[]; count: number };
  readonly element = el(
    'section',
    { class: 'panel normalisation', 'aria-labelledby': 'normalisation-title', hidden: true },
    el('div', { class: 'panel-head' }, this.heading),
    el('p', { class: 'figures' }, ...Object.values(this.figures).map(({ element }) => element)),
    this.reading,
    el('div', { class: 'small-charts' }, ...[this.mean, this.variance, this.affine, this.modes, this.beforeAfter].map(({ panel }) => panel.element)),
    this.legend,
  );

  retheme(): void {
    for (const chart of [this.mean, this.variance, this.affine, this.modes, this.beforeAfter]) chart.retheme();
    this.shown = undefined;
  }

  paint({ run, history, moment }: Scene): void {
    const { shown } = this;
    // The host appends to the list of losses.
    const count = run.modes.length;
    if (shown && shown.history === history && shown.moment === moment && shown.modes === run.modes && shown.count === count) return;
    this.shown = { history, moment, modes: run.modes, count };
    const input = history?.moments.some(({ tensors }) => Object.hasOwn(tensors, 'input'));
    this.element.hidden = !history || (history.normalisation.length === 0 && !input);
    if (!history || this.element.hidden) return;
    setText(this.heading, `${history.layer}: normalisation`);
    this.paintWords(history, run.modes, moment);
    this.paintCurves(history, run.modes, moment);
    const look = history.moments.at(nearestIndex(history.moments.map(({ step }) => step), moment)); // prettier-ignore
    this.beforeAfter.show(look && tensorOf(look, 'input'), look && tensorOf(look, 'activation'));
  }

  private paintWords({ normalisation }: LayerHistory, modes: readonly ModesPoint[], moment: number | undefined): void {
    const point = normalisation.at(nearestIndex(normalisation.map(({ step }) => step), moment)); // prettier-ignore
    const losses = modes.at(nearestIndex(modes.map(({ step }) => step), moment)); // prettier-ignore
    const { ratio, shift } = normalisationGap(point);
    this.figures.ratio.show(ratio);
    this.figures.shift.show(shift);
    this.figures.train.show(losses?.train);
    this.figures.evaluation.show(losses?.eval);
    const hasRunning = statistic(point, 'running_var') !== undefined;
    this.figures.ratio.shown = this.figures.shift.shown = hasRunning;
    this.figures.train.shown = this.figures.evaluation.shown = modes.length > 0;
    setText(this.reading, [normalisationReading(point), modesReading(losses)].filter(Boolean).join(' '));
  }

  private paintCurves({ normalisation }: LayerHistory, modes: readonly ModesPoint[], moment: number | undefined): void {
    const last = Math.max(0, ...[normalisation.at(-1), modes.at(-1)].map((point) => point?.step ?? 0));
    const of = (name: string, key: string, style: Curve['style']): Curve => ({
      name,
      style,
      readings: normalisation.flatMap((point) => {
        const found = statistic(point, key);
        return found ? [{ step: point.step, value: found.mean, min: found.min, max: found.max }] : [];
      }),
    });
    const loss = (name: string, key: 'train' | 'eval', style: Curve['style']): Curve => ({
      name,
      style,
      readings: modes.map((point) => ({ step: point.step, value: point[key] })),
    });
    const charts: [StatisticChart, Curve[]][] = [
      [this.mean, [of('batch mean', 'batch_mean', 'train'), of('running mean', 'running_mean', 'running')]],
      [this.variance, [of('batch variance', 'batch_var', 'train'), of('running variance', 'running_var', 'running')]],
      [this.affine, [of('γ', 'gamma', 'scale'), of('β', 'beta', 'shift')]],
      [this.modes, [loss('training mode', 'train', 'train'), loss('evaluation mode', 'eval', 'running')]],
    ];
    for (const [chart, curves] of charts) {
      // What this layer or this model does not have is not drawn.
      chart.panel.element.hidden = curves.every(({ readings }) => readings.length === 0);
      if (!chart.panel.element.hidden) chart.show(curves, last, moment);
    }
  }
}
