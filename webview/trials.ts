import { formatCount } from '../src/base/format';
import type { RunView, TrialsView } from '../src/view/protocol';
import { setCodeText } from './codeText';
import { el, setAttribute, setText } from './dom';
import { TrialChart } from './trialChart';
import { TrialLine } from './trialLine';
import { trialRows, trialsSummary } from './trialRows';
import { button } from './ui';

const HEADINGS = [
  { name: 'fix', title: 'What is changed in the model file' },
  {
    name: 'loss',
    title: 'Loss of the last evaluation over that of guessing, of the validation split where there is one: below 1 is better than guessing',
  },
  { name: 'score', title: 'Accuracy or R² of the last evaluation' },
  { name: 'gain', title: 'Score above that of the model as it is' },
] as const;

/** Fixes measured against the model as it is: curves, numbers, and one click to apply. */
export class Trials {
  readonly element: HTMLElement;
  private readonly stamp = el('span', { class: 'stamp' });
  private readonly summary = el('p', { class: 'trials-summary', role: 'status' });
  private readonly body = el('tbody');
  private readonly chart = new TrialChart();
  private readonly stopButton;
  private readonly lines = new Map<number, TrialLine>();
  private shown?: TrialsView;

  constructor(
    private readonly onApply: (trial: number) => void,
    onStop: () => void,
  ) {
    this.stopButton = button('secondary', onStop);
    const head = el('tr', {}, ...HEADINGS.map(({ name, title }) => el('th', { scope: 'col', title, 'data-column': name }, name)), el('td'));
    const table = el('table', { class: 'trial-table' }, el('caption', { class: 'spoken' }, 'Measured fixes'), el('thead', {}, head), this.body);
    this.element = el(
      'section',
      { class: 'panel trials', 'data-role': 'trials', 'aria-labelledby': 'trials-title', hidden: true },
      el('div', { class: 'panel-head' }, el('h2', { id: 'trials-title' }, 'Measured fixes'), this.stamp, this.stopButton.element),
      this.summary,
      el('div', { class: 'trials-body' }, this.chart.element, el('div', { class: 'trial-scroller' }, table)),
    );
  }

  retheme(): void {
    this.chart.retheme();
    this.shown = undefined;
  }

  paint({ trials, noSkillLoss }: RunView): void {
    this.element.hidden = trials === undefined;
    setAttribute(this.element, 'data-state', trials?.state);
    if (!trials || trials === this.shown) return;
    this.shown = trials;
    setText(this.stamp, `trained to step ${formatCount(trials.steps)}`);
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
      const line = this.lines.get(each.trial.id) ?? new TrialLine(each, () => this.onApply(each.trial.id));
      this.lines.set(each.trial.id, line);
      line.show(each);
      if (this.body.children[index] !== line.row) this.body.insertBefore(line.row, this.body.children[index] ?? null);
    });
  }
}
