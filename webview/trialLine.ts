import { formatCount } from '../src/base/format';
import type { TrialView } from '../src/view/protocol';
import { setCodeText } from './codeText';
import { seriesClass, seriesMark } from './comparedLegend';
import { el, setAttribute, setText } from './dom';
import { icon } from './icons';
import type { TrialRow } from './trialRows';
import { button, type UiButton } from './ui';

/** One row of the table of measured fixes: the line it has in the chart, its numbers, the way to apply it. */
export class TrialLine {
  readonly row: HTMLTableRowElement;
  private readonly rank = el('b', { class: 'trial-rank' });
  private readonly title = el('span', { class: 'trial-title' });
  private readonly progress = el('progress', { max: 1, value: 0, 'aria-label': 'Steps done' });
  private readonly state = el('span');
  private readonly loss = el('td', { 'data-column': 'loss' });
  private readonly score = el('td', { 'data-column': 'score' });
  private readonly better = icon('check');
  private readonly gain = el('span');
  private readonly gainUnit = el('span', { class: 'gain-unit' });
  /** The model as it is has nothing to apply. */
  private readonly apply?: UiButton;

  constructor({ trial: { id }, series }: TrialRow, onApply: () => void) {
    const isBaseline = series === undefined;
    const mark = isBaseline
      ? el('span', { class: 'trial-mark' }, el('i', { class: 'mark baseline' }))
      : el('span', { class: `trial-mark ${seriesClass(series)}` }, ...seriesMark(series));
    const progress = el('span', { class: 'trial-progress' }, this.progress, this.state);
    const last = el('td');
    if (!isBaseline) {
      this.apply = button('secondary', onApply);
      last.append(this.apply.element);
    }
    this.row = el(
      'tr',
      { 'data-trial': id, class: isBaseline && 'baseline' },
      el('th', { scope: 'row' }, el('div', { class: 'trial-name' }, mark, this.rank, this.title, progress)),
      this.loss,
      this.score,
      el('td', { 'data-column': 'gain' }, this.better, this.gain, this.gainUnit),
      last,
    );
  }

  show({ trial, series, rank, progress, loss, score, gain, isBetter }: TrialRow): void {
    setAttribute(this.row, 'data-state', trial.state);
    setText(this.rank, rank ? `${rank}.` : '');
    setCodeText(this.title, series === undefined ? 'the model as it is' : trial.title);
    this.progress.value = progress;
    setText(this.state, stateText(trial));
    setText(this.loss, loss);
    setText(this.score, score);
    const [value, unit] = gain.split(' ');
    setText(this.gain, value);
    setText(this.gainUnit, unit ? ` ${unit}` : '');
    setAttribute(this.better, 'class', isBetter && gain !== '' ? 'better' : 'worse');
    const isMeasured = trial.state === 'done';
    this.apply?.show({
      label: 'Apply',
      icon: 'check',
      command: 'applyTrial',
      disabled: !isMeasured,
      title: isMeasured ? `Make this edit in the model file: ${trial.title}` : 'It is not measured.',
    });
  }
}

function stateText({ state, step, message }: TrialView): string {
  if (state === 'failed') return message ? `failed: ${message}` : 'failed';
  return state === 'running' ? `step ${formatCount(step)}` : state;
}
