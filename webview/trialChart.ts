import { formatNumber } from '../src/base/format';
import type { RunCurves, TrialsView, TrialView } from '../src/view/protocol';
import { axisStyle, commonOptions, type LineConfiguration, stepAxis, stepTooltip, ThemedChart, tickText } from './charts';
import { ComparedCurves } from './comparedCurves';
import { el, setText } from './dom';
import type { Theme } from './theme';
import { relativeCurve } from './trialRows';

/** A loss beyond this leaves the chart, so that one fix that made things worse does not flatten all the rest. */
const MOST = 3;

/** Where the axis ends while no loss is far above that of guessing. */
const JUST_ABOVE = 1.2;

/** How far below the lowest curve the axis begins. */
const BELOW = 0.8;

/** Validation loss of every candidate as a multiple of the loss of guessing; the model as it is stands out. */
export class TrialChart {
  private readonly canvas = el('canvas', { role: 'img', 'aria-label': 'Validation loss of each fix, relative to guessing', 'data-chart': 'trials' });
  private readonly note = el('p', { class: 'note' });
  readonly element = el('div', { class: 'plot' }, this.canvas, this.note);
  private readonly curves = new ComparedCurves((run) => this.points.get(run.runId) ?? []);
  private readonly themed = new ThemedChart(this.canvas, (theme) => ({ ...configure(theme), plugins: [this.curves.plugin(theme)] }));
  private points = new Map<string, { x: number; y: number }[]>();

  retheme(): void {
    this.themed.retheme();
  }

  paint({ baseline, candidates, state }: TrialsView, noSkillLoss: number | undefined): void {
    const trials = [...candidates].sort((a, b) => a.id - b.id);
    this.points = new Map(trials.map((trial) => [String(trial.id), relativeCurve(trial, noSkillLoss)]));
    const own = relativeCurve(baseline, noSkillLoss);
    const { chart } = this.themed;
    chart.data.datasets[0].data = own;
    this.curves.show(chart, 1, trials.map(asRun), this.themed.theme);
    const all = [own, ...this.points.values()].flat();
    this.note.hidden = all.length > 0;
    setText(this.note, state === 'running' ? 'First point after the first evaluation…' : 'Nothing was measured.');
    const shown = all.map(({ y }) => y).filter((y) => y > 0 && y <= MOST);
    const steps = all.map(({ x }) => x);
    const { x, y } = chart.options.scales!;
    Object.assign(x!, { min: Math.min(...steps, Infinity) === Infinity ? 0 : Math.min(...steps), max: Math.max(1, ...steps) });
    Object.assign(y!, { min: BELOW * Math.min(1, ...shown), max: all.some(({ y }) => y > JUST_ABOVE) ? MOST : JUST_ABOVE });
    this.themed.update();
  }
}

const asRun = ({ id, title, losses, evals }: TrialView): RunCurves => ({ runId: String(id), name: title, losses, evals });

function configure(theme: Theme): LineConfiguration {
  const common = commonOptions(theme);
  const yStyle = axisStyle(theme, 'loss ÷ loss of guessing');
  return {
    type: 'line',
    data: {
      datasets: [
        {
          label: 'as it is',
          data: [],
          borderColor: theme.foreground,
          backgroundColor: theme.background,
          borderWidth: 3,
          pointRadius: 3,
          pointBorderWidth: 1.5,
        },
      ],
    },
    options: {
      ...common,
      layout: { padding: { top: 6 } },
      scales: { x: stepAxis(theme), y: { type: 'logarithmic', ...yStyle, ticks: { ...yStyle.ticks, callback: tickText } } },
      plugins: {
        ...common.plugins,
        tooltip: stepTooltip(common, ({ dataset, parsed }) => `${dataset.label}: ${formatNumber(parsed.y, 3)}`),
        annotation: {
          annotations: {
            guessing: {
              type: 'line',
              scaleID: 'y',
              value: 1,
              borderColor: theme.muted,
              borderWidth: 1,
              borderDash: [1, 3],
              drawTime: 'beforeDatasetsDraw',
            },
          },
        },
      },
    },
  };
}
