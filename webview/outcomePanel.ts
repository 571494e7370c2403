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
  private shown?: Outcome;

  constructor(name: string, title: string, table: (outcome: Outcome | undefined) => ChartTable, ...content: HTMLElement[]) {
    const heading = el('h3', { id: `${name}-title` }, title);
    const actions = chartActions(
      () => title,
      () => table(this.shown),
    );
    this.element = el(
      'section',
      { class: `panel outcome-panel ${name}`, 'aria-labelledby': `${name}-title`, hidden: true },
      el('div', { class: 'panel-head' }, heading, this.stamp, actions.buttons),
      this.figures,
      ...content,
      actions.table,
    );
  }

  /** What is on show; undefined before, and while all of it has to be drawn anew. */
  get outcome(): Outcome | undefined {
    return this.shown;
  }

  /**
   * Hides the panel where an outcome has nothing for it, says else of which step it is.
   * @param partOf what the panel is about.
   * @returns that part where it is not on show yet.
   */
  take<Part>(outcome: Outcome | undefined, partOf: (outcome: Outcome) => Part | undefined, moment: number | undefined): Part | undefined {
    const part = outcome && partOf(outcome);
    this.element.hidden = part === undefined;
    if (!outcome || part === undefined) return undefined;
    setText(this.stamp, stampText(outcome.step, moment));
    if (outcome === this.shown) return undefined;
    this.shown = outcome;
    return part;
  }

  /** What is on show has to be drawn anew. */
  forget(): void {
    this.shown = undefined;
  }
}

/** Only the latest outcome is known: in the past it says so. */
export function stampText(step: number, moment: number | undefined): string {
  return `${moment === undefined ? '' : 'now, not the past: '}step ${formatCount(step)}`;
}

/** `360 validation samples`. */
export function samplesText({ split, count }: Pick<Outcome, 'split' | 'count'>): string {
  return `${formatCount(count)} ${split} ${count === 1 ? 'sample' : 'samples'}`;
}

/** What a class is called. */
export function className(classes: readonly string[] | undefined, index: number): string {
  return classes?.[index] ?? String(index);
}

/** At most so many letters, both ends of a longer name: those that a script made differ in the last. */
export function shorten(name: string, most: number): string {
  if (name.length <= most) return name;
  const tail = Math.floor((most - 1) / 2);
  return `${name.slice(0, most - 1 - tail).trimEnd()}…${name.slice(-tail).trimStart()}`;
}
