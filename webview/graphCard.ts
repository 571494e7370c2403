import { el, setText } from './dom';

/** What is known of the node that is pointed at or has the focus. The node's own label says the same to a screen reader. */
export class GraphCard {
  private readonly title = el('b');
  private readonly facts = el('dl');
  private readonly verdict = el('p');
  readonly element = el('div', { class: 'graph-card', hidden: true, 'aria-hidden': 'true' }, this.title, this.facts, this.verdict);

  show(title: string, facts: readonly [string, string][], verdict: string): void {
    setText(this.title, title);
    this.facts.replaceChildren(...facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
    this.say(verdict);
    this.element.hidden = false;
  }

  /** The number changes while the card stands. */
  say(verdict: string): void {
    setText(this.verdict, verdict);
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Below a point, or above it where there is no room. */
  place(x: number, above: number, below: number): void {
    const { offsetWidth, offsetHeight, offsetParent } = this.element;
    const width = offsetParent?.clientWidth ?? 0;
    const height = offsetParent?.clientHeight ?? 0;
    const top = below + offsetHeight + 6 <= height ? below + 6 : above - offsetHeight - 6;
    this.element.style.left = `${Math.max(4, Math.min(width - offsetWidth - 4, x - offsetWidth / 2))}px`;
    this.element.style.top = `${Math.max(4, Math.min(height - offsetHeight - 4, top))}px`;
  }
}
