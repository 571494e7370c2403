import './layer.css';
import { formatNumber } from '../src/base/format';
import type { ModesPoint } from '../src/view/protocol';
import { BeforeAfterChart } from './beforeAfterChart';
import { Changes } from './changes';
import { Figure } from './chartPanel';
import { nearestIndex } from './columns';
import { el, setText } from './dom';
import { Frames } from './frames';
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
  private readonly mean = new StatisticChart('norm-mean', 'Channel means', 'mean of the input');
  private readonly variance = new StatisticChart('norm-variance', 'Channel variances', 'variance of the input');
  private readonly affine = new StatisticChart('norm-affine', 'γ and β', 'γ (factor), β (summand)');
  private readonly modes = new StatisticChart('norm-modes', 'Loss, same samples', 'loss');
  private readonly beforeAfter = new BeforeAfterChart();
  private readonly legend = el(
    'ul',
    { class: 'legend' },
    ...KEYS.map(({ mark, label }) => el('li', { 'data-mark': mark }, el('i', { class: `mark ${mark}` }), label)),
  );
  private scene?: Scene;
  /** How often the colours have changed. */
  private rethemed = 0;
  private readonly changes = new Changes();
  /** Each of its charts in its turn: together they would take a frame longer than it has. */
  private readonly frames: Frames;
  readonly element = el(
    'section',
    { class: 'panel normalisation', 'aria-labelledby': 'normalisation-title', hidden: true },
    el('div', { class: 'panel-head' }, this.heading),
    el('p', { class: 'figures' }, ...Object.values(this.figures).map(({ element }) => element)),
    this.reading,
    el('div', { class: 'small-charts' }, ...[this.mean, this.variance, this.affine, this.modes, this.beforeAfter].map(({ panel }) => panel.element)),
    this.legend,
  );

  constructor() {
    const curves = [
      this.painter(this.mean, () => this.statistics(['batch mean', 'batch_mean', 'train'], ['running mean', 'running_mean', 'running'])),
      this.painter(this.variance, () => this.statistics(['batch variance', 'batch_var', 'train'], ['running variance', 'running_var', 'running'])),
      this.painter(this.affine, () => this.statistics(['γ', 'gamma', 'scale'], ['β', 'beta', 'shift'])),
    ];
    this.frames = new Frames(
      [
        ...curves.map((paint) => this.whenChanged(({ history }) => [history], paint)),
        // The list of losses is appended to.
        this.whenChanged(
          ({ run }) => [run.modes, run.modes.length],
          this.painter(this.modes, () => this.losses()),
        ),
        this.whenChanged(
          ({ history }) => [history],
          () => this.paintSpread(),
        ),
      ],
      (draw) => requestAnimationFrame(draw),
    );
  }

  retheme(): void {
    for (const chart of [this.mean, this.variance, this.affine, this.modes, this.beforeAfter]) chart.retheme();
    this.rethemed++;
    this.changes.forget();
  }

  paint(scene: Scene): void {
    const { run, history, moment } = scene;
    if (!this.changes.have(history, moment, run.modes, run.modes.length)) return;
    this.scene = scene;
    const hasInput = history?.moments.some(({ tensors }) => Object.hasOwn(tensors, 'input'));
    this.element.hidden = !history || (history.normalisation.length === 0 && !hasInput);
    if (!history || this.element.hidden) return;
    setText(this.heading, `${history.layer}: normalisation`);
    this.paintWords(history, run.modes, moment);
    this.frames.request();
  }

  /** Paints what is drawn of these parts of a scene, if they are others than before. */
  private whenChanged(parts: (scene: Scene) => unknown[], paint: () => void): () => void {
    const changes = new Changes();
    return () => {
      const { scene } = this;
      if (scene && changes.have(this.rethemed, scene.moment, ...parts(scene))) paint();
    };
  }

  /** What this layer or this model does not have is not drawn. */
  private painter(chart: StatisticChart, curvesOf: () => Curve[]): () => void {
    return () => {
      const curves = curvesOf();
      chart.panel.element.hidden = curves.every(({ readings }) => readings.length === 0);
      if (!chart.panel.element.hidden) chart.show(curves, this.scene?.moment);
    };
  }

  private paintWords({ normalisation }: LayerHistory, modes: readonly ModesPoint[], moment: number | undefined): void {
    const point = momentAt(normalisation, moment);
    const losses = momentAt(modes, moment);
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

  private statistics(...curves: [name: string, key: string, style: Curve['style']][]): Curve[] {
    const points = this.scene?.history?.normalisation ?? [];
    return curves.map(([name, key, style]) => ({
      name,
      style,
      readings: points.flatMap((point) => {
        const found = statistic(point, key);
        return found ? [{ step: point.step, value: found.mean, min: found.min, max: found.max }] : [];
      }),
    }));
  }

  private losses(): Curve[] {
    const modes = this.scene?.run.modes ?? [];
    return [
      { name: 'training mode', style: 'train', readings: modes.map(({ step, train }) => ({ step, value: train })) },
      { name: 'evaluation mode', style: 'running', readings: modes.map((point) => ({ step: point.step, value: point.eval })) },
    ];
  }

  private paintSpread(): void {
    const look = this.scene?.history && momentAt(this.scene.history.moments, this.scene.moment);
    this.beforeAfter.show(look && tensorOf(look, 'input'), look && tensorOf(look, 'activation'));
  }
}

/** The one nearest to a step, or the newest. */
const momentAt = <T extends { step: number }>(points: readonly T[], step: number | undefined): T | undefined =>
  points[
    nearestIndex(
      points.map((point) => point.step),
      step,
    )
  ];
