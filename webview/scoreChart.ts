import type { EvalEvent } from '../src/train/protocol';
import type { ComparedRun, RunCurves, RunView } from '../src/view/protocol';
import { formatNumber, formatPercent } from '../src/base/format';
import { bestBy, bestOf } from './bestEvaluation';
import { ChartPanel, Figure } from './chartPanel';
import { axisStyle, commonOptions, flagAxis, type LineConfiguration, MOST_DOTS, notFiniteMarks, stepAxis, stepTooltip, ThemedChart } from './charts';
import type { ChartTable } from './chartTable';
import { ComparedCurves } from './comparedCurves';
import { bestMark } from './lossConfiguration';
import type { Point } from './lossSeries';
import { onPickStep } from './pickStep';
import { isOver } from './states';
import { type Series, stepTable } from './stepTable';
import type { Theme } from './theme';
import { type TimeAxis, TimeMarks } from './timeMarks';

type Metric = 'accuracy' | 'r2';

/** Training, validation, the best and what is not finite. */
const OWN_CURVES = 4;

/** R² has no lower end; below this the curve leaves the chart, so that one bad start does not flatten all the rest. */
const LOWEST_R2 = -1;

/** Accuracy or R² of both splits, one point per evaluation. */
export class ScoreChart {
  readonly panel = new ChartPanel('score', 'Accuracy', [
    { label: 'training', mark: 'train' },
    { label: 'validation', mark: 'validation' },
    { label: 'best evaluation', mark: 'best' },
    { label: 'not finite', mark: 'broken' },
  ]);
  private run?: RunView;
  private metric: Metric = 'accuracy';
  private readonly figures = {
    train: new Figure('train-score', 'training', (value) => this.format(value)),
    validation: new Figure('val-score', 'validation', (value) => this.format(value)),
  };
  private readonly compared = new ComparedCurves((run) => this.scores(run));
  private readonly marks: TimeMarks;
  private readonly themed: ThemedChart;

  constructor(onEdit: (edit: number) => void, onTime: (step: number) => void) {
    this.panel.table = () => this.table();
    this.panel.figures.append(...Object.values(this.figures).map((figure) => figure.element));
    this.marks = new TimeMarks(onEdit);
    this.panel.plot.append(this.marks.element);
    this.themed = new ThemedChart(this.panel.canvas, (theme) => ({
      ...configure(
        theme,
        (value) => this.format(value),
        (value) => (this.metric === 'accuracy' ? formatPercent(value, 0) : formatNumber(value, 2)),
      ),
      plugins: [this.marks.plugin(theme), this.compared.plugin(theme)],
    }));
    onPickStep(this.panel.canvas, () => this.themed.chart, onTime);
  }

  retheme(): void {
    this.themed.retheme();
  }

  paint(run: RunView, axis: TimeAxis, compared: readonly ComparedRun[]): void {
    this.run = run;
    const metric = metricOf(run.evals) ?? metricOf(compared[0]?.evals ?? []);
    if (this.metric !== (metric ?? 'accuracy')) this.compared.forget();
    this.metric = metric ?? 'accuracy';
    this.marks.show(axis);
    this.compared.show(this.themed.chart, OWN_CURVES, compared, this.themed.theme);
    this.panel.setTitle(metric === 'r2' ? 'R²' : 'Accuracy', metric === 'r2' ? 'Share of the target’s variance that is explained' : undefined);
    this.panel.explain(metric ? undefined : emptyNote(run));
    const last = run.evals.at(-1);
    this.figures.train.show(last && this.read(last, 'train'));
    this.figures.validation.show(last && this.read(last, 'val'));
    this.draw(run);
  }

  private draw(run: RunView): void {
    const { chart } = this.themed;
    const [train, validation, best, broken] = chart.data.datasets;
    const points = (split: 'train' | 'val') => run.evals.map((evaluation) => ({ x: evaluation.step, y: this.read(evaluation, split) ?? Number.NaN }));
    train.data = points('train');
    validation.data = points('val').filter((_, index) => this.read(run.evals[index], 'val') !== undefined);
    const merit = bestOf(run.evals);
    const score = merit && (this.read(merit, 'val') ?? this.read(merit, 'train'));
    best.data = typeof score === 'number' ? [{ x: merit!.step, y: score }] : [];
    this.panel.showKey('best', best.data.length > 0);
    if (merit) this.panel.nameKey('best', `best ${bestBy(merit)}`);
    if (merit) best.label = `best ${bestBy(merit)}`;
    broken.data = run.evals
      .filter((evaluation) => this.read(evaluation, 'train') === null || this.read(evaluation, 'val') === null)
      .map(({ step }) => ({ x: step, y: 0.95 }));
    this.panel.showKey('broken', broken.data.length > 0);
    this.panel.showKey('validation', validation.data.length > 0 || run.evals.length === 0);
    for (const dataset of [train, validation]) Object.assign(dataset, { pointRadius: run.evals.length > MOST_DOTS ? 0 : 3 });

    const { x, y } = chart.options.scales!;
    x!.max = Math.max(run.step, this.compared.lastStep) || run.steps || 1;
    const own = [...train.data, ...validation.data].map((point) => (point as { y: number }).y);
    const values = [...own, ...this.compared.values].filter(Number.isFinite);
    y!.min = values.length > 0 ? lowerEnd(this.metric, Math.min(...values)) : 0;
    this.themed.update();
  }

  private table(): ChartTable {
    const evals = this.run?.evals ?? [];
    const split = (name: string, of: 'train' | 'val'): Series => ({
      name,
      points: evals.map((evaluation) => [evaluation.step, this.read(evaluation, of)]),
    });
    return stepTable([split('training', 'train'), split('validation', 'val'), ...this.compared.series]);
  }

  /** Validation where there is one. */
  private scores({ evals }: RunCurves): Point[] {
    return evals.flatMap((evaluation) => {
      const score = this.read(evaluation, 'val') ?? this.read(evaluation, 'train');
      return score === undefined || score === null ? [] : [{ x: evaluation.step, y: score }];
    });
  }

  private read(evaluation: EvalEvent, split: 'train' | 'val'): number | null | undefined {
    return evaluation[`${split}_${this.metric}`];
  }

  private format(value: number): string {
    return this.metric === 'accuracy' ? formatPercent(value) : formatNumber(value, 3);
  }
}

function configure(theme: Theme, format: (value: number) => string, tick: (value: number) => string): LineConfiguration {
  const common = commonOptions(theme);
  const yStyle = axisStyle(theme, '');
  return {
    type: 'line',
    data: {
      datasets: [
        { label: 'training', data: [], borderColor: theme.train, backgroundColor: theme.train, borderWidth: 2 },
        {
          label: 'validation',
          data: [],
          borderColor: theme.validation,
          backgroundColor: theme.validation,
          borderWidth: 2,
          borderDash: [6, 3],
          pointStyle: 'rectRot',
        },
        bestMark(theme),
        notFiniteMarks(theme),
      ],
    },
    options: {
      ...common,
      scales: {
        x: stepAxis(theme),
        y: {
          type: 'linear',
          min: 0,
          max: 1,
          ...yStyle,
          title: { display: false },
          ticks: { ...yStyle.ticks, callback: (value) => tick(Number(value)) },
        },
        flag: flagAxis,
      },
      plugins: {
        ...common.plugins,
        tooltip: stepTooltip(common, ({ dataset, parsed }) =>
          dataset.yAxisID === 'flag' ? 'not finite' : `${dataset.label}: ${format(parsed.y ?? Number.NaN)}`,
        ),
      },
    },
  };
}

/** Where the axis starts: a full tenth (of a long axis a fifth, as its ticks) below the worst evaluation, so that 97 and 99 % can be told apart. */
function lowerEnd(metric: Metric, lowest: number): number {
  const end = Math.min(lowest - 0.02, 0.9);
  const parts = end < 0.4 ? 5 : 10;
  return Math.max(metric === 'accuracy' ? 0 : LOWEST_R2, Math.floor(end * parts) / parts);
}

function metricOf(evals: readonly EvalEvent[]): Metric | undefined {
  const last = evals.at(-1);
  if (last?.train_accuracy !== undefined) return 'accuracy';
  return last?.train_r2 !== undefined ? 'r2' : undefined;
}

function emptyNote(run: RunView): string {
  if (run.evals.length > 0) return 'This task has neither accuracy nor R².';
  if (run.state === 'queued') return 'Waiting for a processor core.';
  return isOver(run.state)
    ? `The run ${run.state === 'failed' ? 'failed' : 'ended'} before its first evaluation.`
    : 'First point after the first epoch…';
}
