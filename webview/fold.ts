import { el, setText } from './dom';

/** Something that is there for who wants it: a line that opens. */
export class Fold {
  readonly element: HTMLElement;
  readonly content = el('div', { class: 'fold-content' });
  private readonly details: HTMLDetailsElement;
  private readonly label = el('span');
  private readonly aside = el('span', { class: 'fold-aside' });

  constructor(role: string, onToggle: () => void) {
    const summary = el('summary', {}, this.label, ' ', this.aside);
    this.details = el('details', { class: 'fold', 'data-role': role }, summary, this.content);
    this.details.addEventListener('toggle', onToggle);
    this.element = this.details;
  }

  get isOpen(): boolean {
    return this.details.open && !this.details.hidden;
  }

  open(): void {
    this.details.open = true;
  }

  /** Without a label there is nothing to open. */
  show(label: string | undefined, aside = ''): void {
    this.details.hidden = label === undefined;
    setText(this.label, label ?? '');
    setText(this.aside, aside);
  }
}
