import type { RunCurves, RunView } from '../src/view/protocol';
import { formatNumber, formatSetting, formatSigned } from '../src/base/format';
import { ChartPanel, Figure } from './chartPanel';
import { MOST_DOTS, ThemedChart } from './charts';
import { ComparedCurves } from './comparedCurves';
import { Curve, CURVES, lossConfiguration, showNoSkill } from './lossConfiguration';
import { LossSeries, type Point, smoothingHalfLife, spreadMarks, thinOut } from './lossSeries';
import { onPickStep } from './pickStep';
import { type TimeAxis, TimeMarks } from './timeMarks';
import { isOver } from './states';
import { checkbox } from './ui';

/** Of a smooth curve more cannot be seen. */
const MOST_COMPARED_POINTS = 800;

/** Loss against the step: every step's loss, its smoothed course, training and validation in evaluation mode with the gap between them. */
export class LossChart {
  readonly panel: ChartPanel;
  private readonly series = new LossSeries();
  private readonly compared = new ComparedCurves(smoothLoss);
  private readonly marks: TimeMarks;
  private readonly themed: ThemedChart;
  private readonly logSwitch;
  private readonly figures = {
    last: new Figure('last-loss', 'last step', formatNumber),
    train: new Figure('train-loss', 'training', formatNumber),
    validation: new Figure('val-loss', 'validation', formatNumber),
    gap: new Figure('gap', 'gap', formatSigned),
    total: new Figure('total-loss', 'with penalties', formatNumber),
    rate: new Figure('lr', 'learning rate', formatSetting),
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
        { label: 'smoothed', mark: 'train', title: 'Exponential mean of the steps, half-life 1 % of the run, at most 200 steps' },
        { label: 'training', mark: 'train-points', title: 'Whole training split, in evaluation mode' },
        { label: 'validation', mark: 'validation', title: 'Whole validation split, in evaluation mode' },
        { label: 'gap', mark: 'gap', title: 'Validation minus training' },
        { label: 'not finite', mark: 'broken' },
      ],
      this.logSwitch.element,
    );
    this.panel.figures.append(...Object.values(this.figures).map((figure) => figure.element));
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
    this.series.follow(run.losses, smoothingHalfLife(run.steps));
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

  private showFigures(run: RunView): void {
    const evaluation = run.evals.at(-1);
    const last = run.losses.at(-1);
    this.figures.last.show(last?.loss);
    this.figures.rate.show(last?.lr);
    this.figures.total.show(last?.total_loss);
    this.figures.total.shown = last !== undefined && last.total_loss !== last.loss;
    this.figures.gap.shown = this.figures.validation.shown = run.evals.length === 0 || evaluation?.val_loss !== undefined;
    this.figures.train.show(evaluation?.train_loss);
    this.figures.validation.show(evaluation?.val_loss);
    this.figures.gap.show(evaluation?.gap);
  }

  private draw(run: RunView, validated: RunView['evals']): void {
    const { chart } = this.themed;
    const { datasets } = chart.data;
    datasets[Curve.Smooth].data = this.series.smooth;
    datasets[Curve.Raw].data = this.series.raw;
    datasets[Curve.Train].data = curve(run.evals, (evaluation) => evaluation.train_loss);
    datasets[Curve.Validation].data = curve(validated, (evaluation) => evaluation.val_loss);
    datasets[Curve.Broken].data = spreadMarks(brokenSteps(this.series, run), run.step).map((x) => ({ x, y: 0.95 }));
    const radius = run.evals.length > MOST_DOTS ? 0 : 3;
    for (const curveOf of [Curve.Train, Curve.Validation]) Object.assign(datasets[curveOf], { pointRadius: radius });

    const scales = chart.options.scales!;
    const logarithmic = this.logarithmic && !this.series.hasNegative;
    scales.x!.max = Math.max(run.step, this.compared.lastStep) || run.steps || 1;
    const fromZero = !logarithmic && !this.series.hasNegative;
    // Room above the no-skill line for its label.
    const suggestedMax = run.noSkillLoss === undefined ? undefined : run.noSkillLoss * (logarithmic ? 1.5 : 1.15);
    Object.assign(scales.y!, { type: logarithmic ? 'logarithmic' : 'linear', min: fromZero ? 0 : undefined, suggestedMax });
    showNoSkill(chart, run.noSkillLoss);
    this.themed.update();
  }
}

function curve(evals: RunView['evals'], value: (evaluation: RunView['evals'][number]) => number | null | undefined): Point[] {
  // NaN leaves a gap in the line; the crosses above it say why.
  return evals.map((evaluation) => ({ x: evaluation.step, y: value(evaluation) ?? Number.NaN }));
}

/** Steps and evaluations whose loss is not finite, in order. */
function brokenSteps(series: LossSeries, run: RunView): number[] {
  const evaluations = run.evals.filter((evaluation) => evaluation.train_loss === null || evaluation.val_loss === null);
  return [...series.broken, ...evaluations.map((evaluation) => evaluation.step)].sort((a, b) => a - b);
}

function smoothLoss({ losses }: RunCurves): Point[] {
  const series = new LossSeries();
  series.follow(losses, smoothingHalfLife(losses.at(-1)?.step ?? 0));
  return thinOut(series.smooth, MOST_COMPARED_POINTS);
}

function emptyNote({ state }: RunView): string {
  if (state === 'queued') return 'Waiting for a processor core: other runs train.';
  return isOver(state) ? `The run ${state === 'failed' ? 'failed' : 'ended'} before its first step.` : 'Waiting for the first step…';
}
