import type { Outcome } from '../src/train/outcome';
import { formatCount } from '../src/base/format';
import { chartActions } from './chartActions';
import type { ChartTable } from './chartTable';
import { el, setText } from './dom';

/** The frame of a view of the outcome that is no chart: heading, of what it is, a line of text. */
export class OutcomePanel {
  readonly element: HTMLElement;
  readonly stamp = el('span', { class: 'stamp' });
  readonly figures = el('p', { class: 'figures' });

  constructor(name: string, title: string, table: () => ChartTable, ...content: HTMLElement[]) {
    const heading = el('h2', { id: `${name}-title` }, title);
    const actions = chartActions(() => title, table);
    this.element = el(
      'section',
      { class: `panel outcome-panel ${name}`, 'aria-labelledby': `${name}-title`, hidden: true },
      el('div', { class: 'panel-head' }, heading, this.stamp, actions.buttons),
      this.figures,
      ...content,
      actions.table,
    );
  }

  /** Of which step and samples it is; only the latest outcome is known. */
  date(outcome: Outcome, moment: number | undefined, of = samplesText(outcome)): void {
    setText(this.stamp, stampText(outcome.step, moment, of));
  }
}

export function stampText(step: number, moment: number | undefined, of: string): string {
  const parts = [`${moment === undefined ? '' : 'not of the past: '}step ${formatCount(step)}`, of];
  return parts.filter(Boolean).join(' · ');
}

/** `360 validation samples`. */
export function samplesText({ split, count }: Pick<Outcome, 'split' | 'count'>): string {
  return `${formatCount(count)} ${split} ${count === 1 ? 'sample' : 'samples'}`;
}

/** What a class is called. */
export function className(classes: readonly string[] | undefined, index: number): string {
  return classes?.[index] ?? String(index);
}
