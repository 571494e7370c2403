import { formatCount } from '../src/base/format';
import type { RunView, TrialsView, TrialView } from '../src/view/protocol';
import { setCodeText } from './codeText';
import { seriesClass, seriesMark } from './comparedLegend';
import { el, setAttribute, setText } from './dom';
import { icon } from './icons';
import { TrialChart } from './trialChart';
import { type TrialRow, trialRows, trialsSummary } from './trialRows';
import { button } from './ui';

const COLUMNS = [
  { name: 'fix', title: 'What is changed in the model file' },
  {
    name: 'loss',
    title: 'Loss of the last evaluation over that of guessing, of the validation split where there is one: below 1 is better than guessing',
  },
  { name: 'score', title: 'Accuracy or R² of the last evaluation' },
  { name: 'gain', title: 'Score above that of the model as it is' },
] as const;

const STATES: Record<TrialView['state'], string> = { waiting: 'waiting', running: 'running', done: 'done', failed: 'failed' };

interface Line {
  row: HTMLTableRowElement;
  show(row: TrialRow, trials: TrialsView): void;
}

/** Fixes measured against the model as it is: curves, numbers, and one click to apply. */
export class Trials {
  readonly element: HTMLElement;
  private readonly stamp = el('span', { class: 'stamp' });
  private readonly summary = el('p', { class: 'trials-summary', role: 'status' });
  private readonly body = el('tbody');
  private readonly chart = new TrialChart();
  private readonly stopButton;
  private readonly lines = new Map<number, Line>();
  private shown?: TrialsView;

  constructor(
    private readonly onApply: (trial: number) => void,
    onStop: () => void,
  ) {
    this.stopButton = button('secondary', onStop);
    const head = el('tr', {}, ...COLUMNS.map(({ name, title }) => el('th', { scope: 'col', title, 'data-column': name }, name)), el('td'));
    const table = el('table', { class: 'trial-table' }, el('caption', { class: 'spoken' }, 'Measured fixes'), el('thead', {}, head), this.body);
    this.element = el(
      'section',
      { class: 'panel trials', 'data-role': 'trials', 'aria-labelledby': 'trials-title', hidden: true },
      el('div', { class: 'panel-head' }, el('h2', { id: 'trials-title' }, 'Measured fixes'), this.stamp, this.stopButton.element),
      this.summary,
      el('div', { class: 'trials-body' }, this.chart.element, table),
    );
  }

  retheme(): void {
    this.chart.retheme();
    this.shown = undefined;
  }

  paint({ trials, noSkillLoss }: RunView): void {
    this.element.hidden = trials === undefined;
    if (!trials || trials === this.shown) return;
    this.shown = trials;
    setAttribute(this.element, 'data-state', trials.state);
    setText(this.stamp, `${formatCount(trials.steps)} steps each`);
    setCodeText(this.summary, trialsSummary(trials));
    this.stopButton.element.classList.toggle('absent', trials.state !== 'running');
    this.stopButton.show({ label: 'Stop', icon: 'stop', command: 'stopTrials', disabled: trials.state !== 'running' });
    this.paintRows(trials);
    this.chart.paint(trials, noSkillLoss);
  }

  private paintRows(trials: TrialsView): void {
    const rows = trialRows(trials);
    const ids = new Set(rows.map(({ trial }) => trial.id));
    for (const [id, { row }] of this.lines) {
      if (ids.has(id)) continue;
      row.remove();
      this.lines.delete(id);
    }
    rows.forEach((each, index) => {
      const line = this.lines.get(each.trial.id) ?? this.addLine(each);
      line.show(each, trials);
      if (this.body.children[index] !== line.row) this.body.insertBefore(line.row, this.body.children[index] ?? null);
    });
  }

  private addLine({ trial: { id }, series }: TrialRow): Line {
    const rank = el('b', { class: 'trial-rank' });
    const [title, state] = [el('span', { class: 'trial-title' }), el('span', { class: 'trial-state' })];
    const progress = el('progress', { max: 1, value: 0, 'aria-label': 'Steps done' });
    const mark = series === undefined ? [el('i', { class: 'mark baseline' })] : seriesMark(series);
    const [loss, score, gain] = COLUMNS.slice(1).map(({ name }) => el('td', { 'data-column': name }));
    const better = icon('check');
    const gainText = el('span');
    gain.append(better, gainText);
    const apply = series === undefined ? undefined : button('secondary', () => this.onApply(id));
    const name = el(
      'th',
      { scope: 'row' },
      el(
        'div',
        { class: 'trial-name' },
        el('span', { class: `trial-mark ${series === undefined ? '' : seriesClass(series)}` }, ...mark),
        rank,
        title,
      ),
      progress,
      state,
    );
    const row = el(
      'tr',
      { 'data-trial': id, class: series === undefined ? 'baseline' : undefined },
      name,
      loss,
      score,
      gain,
      el('td', {}, ...(apply ? [apply.element] : [])),
    );
    const line: Line = {
      row,
      show: (each, trials) => {
        const { trial } = each;
        setAttribute(row, 'data-state', trial.state);
        setText(rank, each.rank ? `${each.rank}.` : '');
        setCodeText(title, series === undefined ? 'the model as it is' : trial.title);
        setText(state, stateText(trial, trials));
        progress.value = each.progress;
        setText(loss, each.loss);
        setText(score, each.score);
        setText(gainText, each.gain);
        setAttribute(better, 'class', each.isBetter && each.gain !== '' ? 'better' : 'worse');
        const isMeasured = trial.state === 'done';
        apply?.show({
          label: 'Apply',
          icon: 'check',
          command: 'applyTrial',
          disabled: !isMeasured,
          title: isMeasured ? `Make this edit in the model file: ${trial.title}` : 'It is not measured yet.',
        });
      },
    };
    this.lines.set(id, line);
    return line;
  }
}

function stateText({ state, step, message }: TrialView, { steps }: TrialsView): string {
  if (state === 'failed') return message ? `failed: ${message}` : STATES.failed;
  return state === 'running' ? `step ${formatCount(step)} of ${formatCount(steps)}` : STATES[state];
}
