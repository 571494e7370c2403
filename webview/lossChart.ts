import type { EvalEvent } from '../src/train/protocol';
import type { RunCurves, RunView } from '../src/view/protocol';
import { formatCount, formatNumber, formatSigned } from '../src/base/format';
import './loss.css';
import { ChartPanel, Figure } from './chartPanel';
import { MOST_DOTS, ThemedChart } from './charts';
import type { ChartTable } from './chartTable';
import { ComparedCurves } from './comparedCurves';
import { el, setAttribute, setText } from './dom';
import { bestBy, bestOf } from './bestEvaluation';
import { type GapTrend, gapTrend } from './gapTrend';
import { Curve, CURVES, lossConfiguration, showNoSkill } from './lossConfiguration';
import { isSameSmoothing, LossSeries, type Point, type Smoothing, smoothingHalfLife, spreadMarks, thinOut } from './lossSeries';
import { onPickStep } from './pickStep';
import { type Series, stepTable } from './stepTable';
import { type TimeAxis, TimeMarks } from './timeMarks';
import { type Skill, skillOf, skillText } from './skill';
import { isOver } from './states';
import { checkbox } from './ui';

/** Of a smooth curve more cannot be seen. */
const MOST_COMPARED_POINTS = 800;

/** Loss against the step: every step's loss, its smoothed course, training and validation in evaluation mode with the gap between them. */
export class LossChart {
  readonly panel: ChartPanel;
  private readonly series = new LossSeries();
  private smoothing: Smoothing = { halfLife: 0, isGeometric: false };
  private readonly compared = new ComparedCurves((run) => smoothLoss(run, this.smoothing));
  private readonly trend = el('span', {
    class: 'figure trend',
    'data-role': 'gap-trend',
    title: 'Slope of the gap over the latest third of the evaluations',
  });
  private readonly skill = el('span', { class: 'figure skill', 'data-role': 'skill', hidden: true });
  private run?: RunView;
  private readonly marks: TimeMarks;
  private readonly themed: ThemedChart;
  private readonly logSwitch;
  private readonly figures = {
    last: new Figure('last-loss', 'last step', formatNumber),
    train: new Figure('train-loss', 'training', formatNumber),
    validation: new Figure('val-loss', 'validation', formatNumber),
    gap: new Figure('gap', 'gap', formatSigned),
    best: new Figure('best-step', 'best at step', formatCount),
    total: new Figure('total-loss', 'with penalties', formatNumber),
  };

  constructor(
    private logarithmic: boolean,
    onLogarithmic: (logarithmic: boolean) => void,
    onEdit: (edit: number) => void,
    onTime: (step: number) => void,
  ) {
    this.logSwitch = checkbox('log scale', 'log-scale', logarithmic, (checked) => {
      this.logarithmic = checked;
      onLogarithmic(checked);
    });
    this.panel = new ChartPanel(
      'loss',
      'Loss',
      [
        { label: 'each step', mark: 'train-faint', title: 'Loss of the batch, in training mode' },
        { label: 'smoothed', mark: 'train' },
        { label: 'training', mark: 'train-points', title: 'Whole training split, in evaluation mode' },
        { label: 'validation', mark: 'validation', title: 'Whole validation split, in evaluation mode' },
        { label: 'gap', mark: 'gap', title: 'Validation minus training' },
        {
          label: 'best evaluation',
          mark: 'best',
          title: 'By its score, not by its loss; of equal scores the lower loss. Of the validation split where there is one',
        },
        { label: 'not finite', mark: 'broken' },
        { label: 'exactly 0', mark: 'zero', title: 'Has no logarithm' },
      ],
      this.logSwitch.element,
    );
    const { gap, ...others } = this.figures;
    this.panel.figures.append(...Object.values(others).map((figure) => figure.element), gap.element, this.trend, this.skill);
    this.panel.table = () => this.table();
    this.marks = new TimeMarks(onEdit);
    this.panel.plot.append(this.marks.element);
    this.themed = new ThemedChart(this.panel.canvas, (theme) => ({
      ...lossConfiguration(theme),
      plugins: [this.marks.plugin(theme), this.compared.plugin(theme)],
    }));
    onPickStep(this.panel.canvas, () => this.themed.chart, onTime);
  }

  retheme(): void {
    this.themed.retheme();
  }

  paint(run: RunView, axis: TimeAxis, compared: readonly RunCurves[]): void {
    this.run = run;
    this.smooth(run, compared);
    const validated = run.evals.filter((evaluation) => evaluation.val_loss !== undefined);
    this.showFigures(run);
    this.panel.explain(run.losses.length > 0 ? undefined : emptyNote(run));
    this.panel.showKey('broken', this.series.broken.length > 0);
    for (const mark of ['validation', 'gap'] as const) this.panel.showKey(mark, validated.length > 0 || run.evals.length === 0);
    this.logSwitch.disable(this.series.hasNegative ? 'A loss below zero has no place on a logarithmic axis.' : undefined);
    this.marks.show(axis);
    this.compared.show(this.themed.chart, CURVES, compared, this.themed.theme);
    this.draw(run, validated);
  }

  /** All curves alike, after the axis that they are drawn on. */
  private smooth(run: RunView, compared: readonly RunCurves[]): void {
    const shown = Math.max(run.step, ...compared.map(({ losses }) => losses.at(-1)?.step ?? 0));
    const smoothing = { halfLife: smoothingHalfLife(shown), isGeometric: this.isLogarithmic };
    this.series.follow(run.losses, smoothing);
    // Only now is it known whether there is a logarithm of every loss.
    if (smoothing.isGeometric && this.series.hasNegative) return this.smooth(run, compared);
    if (isSameSmoothing(smoothing, this.smoothing)) return;
    this.smoothing = smoothing;
    this.compared.forget();
    this.panel.nameKey('train', `smoothed, half-life ${formatCount(smoothing.halfLife)} ${smoothing.halfLife === 1 ? 'step' : 'steps'}`);
  }

  /** Where the axis ends. */
  get lastStep(): number {
    return Math.max(this.run?.step ?? 0, this.compared.lastStep) || this.run?.steps || 1;
  }

  private get isLogarithmic(): boolean {
    return this.logarithmic && !this.series.hasNegative;
  }

  private showFigures(run: RunView): void {
    const evaluation = run.evals.at(-1);
    const last = run.losses.at(-1);
    this.figures.last.show(last?.loss);
    this.figures.total.show(last?.total_loss);
    this.figures.total.shown = last !== undefined && last.total_loss !== last.loss;
    this.figures.gap.shown = this.figures.validation.shown = run.evals.length === 0 || evaluation?.val_loss !== undefined;
    this.figures.train.show(evaluation?.train_loss);
    this.figures.validation.show(evaluation?.val_loss);
    this.figures.gap.show(evaluation?.gap);
    const best = bestOf(run.evals);
    this.figures.best.shown = best !== undefined;
    this.figures.best.show(best?.step);
    if (best) this.nameBest(bestBy(best));
    const skill = skillOf(run);
    // Of a run that learns nothing a gap that stays as it is is no good news.
    this.showTrend(skill === 'none' || skill === 'diverged' ? undefined : gapTrend(run.evals));
    this.showSkill(run, skill);
  }

  /** It need not be the one of the lowest loss. */
  private nameBest(by: string): void {
    this.figures.best.name = `best ${by} at step`;
    this.panel.nameKey('best', `best ${by}`);
    this.themed.chart.data.datasets[Curve.Best].label = `best ${by}`;
  }

  private showSkill(run: RunView, skill: Skill | undefined): void {
    const text = skillText(run, skill);
    this.skill.hidden = text === '';
    setText(this.skill, text);
    setAttribute(this.skill, 'data-value', skill);
  }

  private showTrend(trend: GapTrend | undefined): void {
    this.trend.hidden = trend === undefined;
    if (!trend) return;
    const { direction, change, steps } = trend;
    const sign = { growing: '▲', shrinking: '▼', steady: '▶' }[direction];
    const by = direction === 'steady' ? '' : ` ${formatNumber(Math.abs(change), 2)} per ${steps === 1 ? 'step' : `${formatCount(steps)} steps`}`;
    // Nothing is said of whether it is as it should be.
    setText(this.trend, `${sign} gap ${direction === 'steady' ? 'without trend' : direction}${by}`);
    setAttribute(this.trend, 'data-value', direction);
  }

  private draw(run: RunView, validated: RunView['evals']): void {
    const { chart } = this.themed;
    const { datasets } = chart.data;
    datasets[Curve.Smooth].data = this.series.smooth;
    datasets[Curve.Raw].data = this.series.raw;
    datasets[Curve.Train].data = curve(run.evals, (evaluation) => evaluation.train_loss);
    datasets[Curve.Validation].data = curve(validated, (evaluation) => evaluation.val_loss);
    const best = bestOf(run.evals);
    datasets[Curve.Best].data = best ? curve([best], lossOf).filter(({ y }) => Number.isFinite(y)) : [];
    this.panel.showKey('best', datasets[Curve.Best].data.length > 0);
    datasets[Curve.Zero].data = this.isLogarithmic ? spreadMarks(this.series.zeros, run.step).map((x) => ({ x, y: 0.04 })) : [];
    this.panel.showKey('zero', datasets[Curve.Zero].data.length > 0);
    datasets[Curve.Broken].data = spreadMarks(brokenSteps(this.series, run), run.step).map((x) => ({ x, y: 0.95 }));
    const radius = run.evals.length > MOST_DOTS ? 0 : 3;
    for (const curveOf of [Curve.Train, Curve.Validation]) Object.assign(datasets[curveOf], { pointRadius: radius });

    const scales = chart.options.scales!;
    const logarithmic = this.isLogarithmic;
    scales.x!.max = this.lastStep;
    const fromZero = !logarithmic && !this.series.hasNegative;
    // Room above the no-skill line for its label.
    const suggestedMax = run.noSkillLoss === undefined ? undefined : run.noSkillLoss * (logarithmic ? 1.5 : 1.15);
    Object.assign(scales.y!, {
      type: logarithmic ? 'logarithmic' : 'linear',
      min: fromZero ? 0 : logarithmic ? this.lowestShown(run) : undefined,
      suggestedMax,
    });
    showNoSkill(chart, run.noSkillLoss);
    this.themed.update();
  }

  /** Of a logarithmic axis, which exact zeros upset: a full decade at or below what is smoothed or evaluated. */
  private lowestShown({ evals, noSkillLoss }: RunView): number | undefined {
    if (this.series.zeros.length === 0) return undefined;
    const known = evals.flatMap(({ train_loss, val_loss }) => [train_loss, val_loss]).filter((loss) => typeof loss === 'number' && loss > 0);
    const lowest = Math.min(this.series.lowest, noSkillLoss && noSkillLoss > 0 ? noSkillLoss : Infinity, ...(known as number[]));
    return Number.isFinite(lowest) ? 10 ** Math.floor(Math.log10(lowest)) : undefined;
  }

  private table(): ChartTable {
    const { run } = this;
    if (!run) return { columns: ['step'], rows: [] };
    const evaluated = (name: string, value: (evaluation: EvalEvent) => number | null | undefined): Series => ({
      name,
      points: run.evals.map((evaluation) => [evaluation.step, value(evaluation)]),
    });
    return stepTable([
      { name: 'loss of the step', points: run.losses.map(({ step, loss }) => [step, loss]) },
      { name: `smoothed (half-life ${this.smoothing.halfLife} steps)`, points: this.series.smooth.map(({ x, y }) => [x, y]) },
      { name: 'with penalties', points: run.losses.map(({ step, total_loss }) => [step, total_loss]) },
      evaluated('training', ({ train_loss }) => train_loss),
      evaluated('validation', ({ val_loss }) => val_loss),
      evaluated('gap', ({ gap }) => gap),
      ...this.compared.series,
    ]);
  }
}

/** Of the validation split where there is one. */
const lossOf = ({ val_loss, train_loss }: EvalEvent): number | null => (val_loss === undefined ? train_loss : val_loss);

function curve(evals: RunView['evals'], value: (evaluation: RunView['evals'][number]) => number | null | undefined): Point[] {
  // NaN leaves a gap in the line; the crosses above it say why.
  return evals.map((evaluation) => ({ x: evaluation.step, y: value(evaluation) ?? Number.NaN }));
}

/** Steps and evaluations whose loss is not finite, in order. */
function brokenSteps(series: LossSeries, run: RunView): number[] {
  const evaluations = run.evals.filter((evaluation) => evaluation.train_loss === null || evaluation.val_loss === null);
  return [...series.broken, ...evaluations.map((evaluation) => evaluation.step)].sort((a, b) => a - b);
}

function smoothLoss({ losses }: RunCurves, smoothing: Smoothing): Point[] {
  const series = new LossSeries();
  series.follow(losses, smoothing);
  return thinOut(series.smooth, MOST_COMPARED_POINTS);
}

function emptyNote({ state }: RunView): string {
  if (state === 'queued') return 'Waiting for a processor core: other runs train.';
  return isOver(state) ? `The run ${state === 'failed' ? 'failed' : 'ended'} before its first step.` : 'Waiting for the first step…';
}
