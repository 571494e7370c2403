import type { EditMark } from '../src/view/protocol';
import { el, fillList, setAttribute, setText } from './dom';
import { describeCarried, formatFlow, formatTrend } from './editText';
import type { EditAction } from './editList';
import { button } from './ui';

/** All that is known of one edit, and the way back. */
export class EditDetail {
  readonly element: HTMLElement;
  private readonly changes = el('ul', { class: 'change-list' });
  private readonly weights = el('p', { class: 'carried' });
  private readonly loss = effectRow(
    'loss over 100 steps',
    'How much the loss changed over 100 steps: as a percentage, or as a factor where it is a large one',
  );
  private readonly flow = effectRow('gradient, first ÷ last layer', 'L2 norm of the gradient at the first layer over that at the last');
  private readonly revert;
  private readonly diff;
  private readonly reason = el('span', { class: 'reason' });
  private edit?: EditMark;

  constructor(onAction: (action: EditAction, edit: number) => void) {
    const act = (action: string) => this.edit && onAction(action as EditAction, this.edit.id);
    this.revert = button('secondary', act);
    this.diff = button('secondary', act);
    const head = el('tr', {}, el('th', { scope: 'col' }, 'effect'), el('th', { scope: 'col' }, 'before'), el('th', { scope: 'col' }, 'after'));
    this.element = el(
      'div',
      { class: 'edit-detail', 'data-role': 'edit-detail' },
      this.changes,
      this.weights,
      el('table', { class: 'effect' }, el('thead', {}, head), el('tbody', {}, this.loss.row, this.flow.row)),
      el('div', { class: 'toolbar' }, this.revert.element, this.diff.element, this.reason),
    );
  }

  paint(edit: EditMark): void {
    this.edit = edit;
    setAttribute(this.element, 'data-value', String(edit.id));
    fillList(this.changes, edit.changes);
    const carried = describeCarried(edit.carried);
    setText(this.weights, `Weights: ${carried.map(({ text }) => text).join(' · ')}`);
    setAttribute(this.weights, 'title', carried.flatMap(({ names }) => names).join('\n') || undefined);
    this.loss.show(formatTrend(edit.effect.slopeBefore), formatTrend(edit.effect.slopeAfter));
    this.flow.show(formatFlow(edit.effect.flowBefore), formatFlow(edit.effect.flowAfter));
    this.revert.show({ label: 'Revert to Before This Edit', icon: 'back', command: 'revert', disabled: !edit.canRevert });
    this.diff.show({ label: 'Show Diff', icon: 'diff', command: 'diff' });
    setText(this.reason, edit.canRevert ? '' : 'No checkpoint of just before this edit is kept.');
  }
}

/** A line of the table of effects. */
function effectRow(label: string, title: string) {
  const [before, after] = [el('td'), el('td')];
  const row = el('tr', {}, el('th', { scope: 'row', title }, label), before, after);
  const fill = (cell: HTMLElement, text: string | undefined): void => {
    setText(cell, text ?? '–');
    setAttribute(cell, 'title', text === undefined ? 'Too few steps to tell' : undefined);
  };
  return {
    row,
    show(was: string | undefined, is: string | undefined): void {
      fill(before, was);
      fill(after, is);
    },
  };
}
