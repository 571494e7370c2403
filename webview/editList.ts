import type { EditMark } from '../src/view/protocol';
import { formatCount } from '../src/base/format';
import { el, setAttribute, setText } from './dom';
import { EditDetail } from './editDetail';
import { summarizeChanges, trendChange } from './editText';

/** What to do with an edit. */
export type EditAction = 'revert' | 'diff';

interface Row {
  item: HTMLLIElement;
  button: HTMLButtonElement;
  number: HTMLElement;
  step: HTMLElement;
  changes: HTMLElement;
  trend: HTMLElement;
}

/** All edits of the run, newest first; the chosen one shows what it did. Closed it is one line, so that an edit moves nothing below. */
export class EditList {
  readonly element: HTMLElement;
  private readonly details = el('details', { class: 'panel edits', 'data-role': 'edits' });
  private readonly count = el('span', { class: 'count' });
  private readonly newest = el('span', { class: 'newest' });
  private readonly list = el('ul', { class: 'edit-list' });
  private readonly note = el('p', { class: 'edit-note' }, 'None yet. Edit the model file while it trains: the run goes on with the new text.');
  private readonly detail: EditDetail;
  private readonly rows = new Map<number, Row>();
  private edits: readonly EditMark[] = [];
  private selected?: number;

  constructor(
    isOpen: boolean,
    private readonly onSelect: (edit: number | undefined) => void,
    onAction: (action: EditAction, edit: number) => void,
    private readonly onToggle: (isOpen: boolean) => void,
  ) {
    this.detail = new EditDetail(onAction);
    this.details.open = isOpen;
    this.details.append(el('summary', {}, el('h2', {}, 'Edits'), this.count, this.newest), this.note, this.list);
    this.element = this.details;
    this.details.addEventListener('toggle', () => {
      this.onToggle(this.details.open);
      this.fill();
    });
    this.list.addEventListener('click', ({ target }) => this.choose(target));
    this.list.addEventListener('keydown', (event) => this.navigate(event));
  }

  paint(edits: readonly EditMark[], selected: number | undefined): void {
    const isChosen = selected !== this.selected;
    if (edits === this.edits && !isChosen) return;
    this.edits = edits;
    this.selected = selected;
    const last = edits.at(-1);
    setText(this.count, edits.length > 0 ? formatCount(edits.length) : '');
    setText(this.newest, last ? `step ${formatCount(last.step)}: ${summarizeChanges(last.changes)}` : 'none yet');
    this.note.hidden = edits.length > 0;
    if (isChosen && selected !== undefined) this.details.open = true;
    this.fill();
    if (isChosen) this.reveal();
  }

  /** A closed list costs nothing. */
  private fill(): void {
    if (!this.details.open) return;
    const known = new Set(this.edits.map(({ id }) => id));
    for (const [id, { item }] of this.rows) {
      if (known.has(id)) continue;
      item.remove();
      this.rows.delete(id);
    }
    this.edits.forEach((edit, index) => this.paintRow(edit, index));
    this.sort();
    const chosen = this.edits.findIndex(({ id }) => id === this.selected);
    if (chosen < 0) this.detail.element.remove();
    else this.showDetail(this.edits[chosen]);
  }

  private paintRow(edit: EditMark, index: number): void {
    const row = this.rows.get(edit.id) ?? this.addRow(edit.id);
    const trend = trendChange(edit.effect);
    setText(row.number, String(index + 1));
    setText(row.step, `step ${formatCount(edit.step)}`);
    setText(row.changes, summarizeChanges(edit.changes));
    setAttribute(row.changes, 'title', edit.changes.join('\n'));
    setText(row.trend, trend ? `loss ${trend}` : '');
    setAttribute(row.trend, 'title', trend && 'Change of the loss over 100 steps, before and after');
    setAttribute(row.button, 'aria-expanded', String(edit.id === this.selected));
    row.button.tabIndex = edit.id === this.selected || (this.selected === undefined && index === this.edits.length - 1) ? 0 : -1;
  }

  private addRow(id: number): Row {
    const cell = (name: string) => el('span', { class: name });
    const [number, step, changes, trend] = ['edit-number', 'edit-step', 'edit-changes', 'edit-trend'].map(cell);
    const button = el('button', { type: 'button', class: 'edit-row' }, number, step, changes, trend);
    const row = { item: el('li', { 'data-edit': id }, button), button, number, step, changes, trend };
    this.rows.set(id, row);
    this.list.prepend(row.item);
    return row;
  }

  /** A new edit is on top already; another run may have edits between those of the one before. */
  private sort(): void {
    const items = this.edits.map(({ id }) => this.rows.get(id)!.item).reverse();
    if (items.some((item, index) => this.list.children[index] !== item)) this.list.replaceChildren(...items);
  }

  private showDetail(edit: EditMark): void {
    const { item } = this.rows.get(edit.id)!;
    if (this.detail.element.parentElement !== item) item.append(this.detail.element);
    this.detail.paint(edit);
  }

  /** Brings the chosen edit into sight within the list; the page itself stays where the reader has it. */
  private reveal(): void {
    const item = this.selected === undefined ? undefined : this.rows.get(this.selected)?.item;
    if (!item) return;
    const { scrollTop, clientHeight } = this.list;
    const below = item.offsetTop + item.offsetHeight - clientHeight;
    if (scrollTop > item.offsetTop) this.list.scrollTop = item.offsetTop;
    else if (scrollTop < below) this.list.scrollTop = Math.min(below, item.offsetTop);
  }

  private choose(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest('.edit-row') : null;
    const item = row?.closest<HTMLElement>('[data-edit]');
    if (!item) return;
    const id = Number(item.dataset.edit);
    this.onSelect(id === this.selected ? undefined : id);
  }

  private navigate(event: KeyboardEvent): void {
    const buttons = [...this.list.querySelectorAll<HTMLButtonElement>('.edit-row')];
    const index = buttons.findIndex((button) => button === event.target);
    const goals: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: buttons.length - 1 };
    if (index < 0 || !(event.key in goals)) return;
    event.preventDefault();
    const goal = buttons[Math.max(0, Math.min(buttons.length - 1, goals[event.key]))];
    for (const button of buttons) button.tabIndex = button === goal ? 0 : -1;
    goal.focus();
  }
}
