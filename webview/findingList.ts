import type { RuleId } from '../src/diagnose/finding';
import type { FindingView } from '../src/view/protocol';
import { setCodeText } from './codeText';
import { el, setAttribute, setText } from './dom';
import { type Entry, LEVELS, placeText, sinceText } from './findings';
import { icon, setIcon } from './icons';

interface Row {
  item: HTMLLIElement;
  open: HTMLButtonElement;
  place: HTMLButtonElement;
  show(entry: Entry, causeTitle: string | undefined): void;
}

/** Findings, one under the other; each has a button that opens it and one that leads to where it stands. */
export class FindingList {
  readonly element = el('ul', { class: 'finding-list' });
  private readonly rows = new Map<RuleId, Row>();

  constructor(
    private readonly onOpen: (rule: RuleId) => void,
    private readonly onReveal: (finding: FindingView) => void,
  ) {
    this.element.addEventListener('keydown', (event) => this.navigate(event));
  }

  /** `titles`: of all findings, those in other lists too. */
  paint(entries: readonly Entry[], opened: RuleId | undefined, titles: ReadonlyMap<RuleId, string>): void {
    const rules = new Set(entries.map(({ finding }) => finding.rule));
    for (const [rule, { item }] of this.rows) {
      if (rules.has(rule)) continue;
      item.remove();
      this.rows.delete(rule);
    }
    for (const entry of entries) {
      const { rule, cause } = entry.finding;
      const row = this.rows.get(rule) ?? this.addRow(rule);
      row.show(entry, cause && titles.get(cause));
      setAttribute(row.open, 'aria-expanded', String(rule === opened));
    }
    this.sort(entries);
    this.keepTabStop();
  }

  /** The row of a finding, as far as it is listed. */
  itemOf(rule: RuleId): HTMLLIElement | undefined {
    return this.rows.get(rule)?.item;
  }

  focus(rule: RuleId): void {
    const row = this.rows.get(rule);
    if (!row) return;
    this.makeTabStop(row);
    row.open.focus({ preventScroll: true });
  }

  private addRow(rule: RuleId): Row {
    let finding: FindingView | undefined;
    const [symbol, title, consequence] = [icon('warning'), el('span'), el('span', { class: 'spoken' })];
    const [level, since, message] = [
      el('span', { class: 'finding-level' }),
      el('span', { class: 'finding-since' }),
      el('p', { class: 'finding-message' }),
    ];
    const open = el('button', { type: 'button', class: 'finding-open' }, title, consequence);
    const place = el('button', { type: 'button', class: 'chip' });
    const facts = el('span', { class: 'finding-facts' }, level, place, since);
    const item = el('li', { class: 'finding', 'data-finding': rule }, el('div', { class: 'finding-row' }, symbol, open, facts, message));
    open.addEventListener('click', () => this.onOpen(rule));
    place.addEventListener('click', () => finding && this.onReveal(finding));
    const show = (entry: Entry, causeTitle: string | undefined): void => {
      finding = entry.finding;
      const { word, icon: shape } = LEVELS[finding.level];
      setIcon(symbol, shape);
      setAttribute(item, 'data-level', finding.level);
      item.style.setProperty('--depth', String(Math.min(entry.depth, 3)));
      setAttribute(item, 'data-depth', String(entry.depth));
      setText(title, finding.title);
      setText(consequence, causeTitle ? `, follows from ${causeTitle}` : '');
      setText(level, word);
      setText(place, placeText(finding));
      setAttribute(place, 'title', `${placeText(finding)}: show line ${finding.line}`);
      setText(since, sinceText(finding));
      setCodeText(message, finding.message);
    };
    const row = { item, open, place, show };
    this.rows.set(rule, row);
    return row;
  }

  /** Nothing moves that stands where it should: a row that is put in again loses the focus. */
  private sort(entries: readonly Entry[]): void {
    entries.forEach(({ finding }, index) => {
      const { item } = this.rows.get(finding.rule)!;
      if (this.element.children[index] !== item) this.element.insertBefore(item, this.element.children[index] ?? null);
    });
  }

  private keepTabStop(): void {
    const rows = [...this.rows.values()];
    const stop = rows.find(({ open }) => open.tabIndex === 0 && open.dataset.stop) ?? this.rowAt(0);
    if (stop) this.makeTabStop(stop);
  }

  /** One row at a time is in the tab order; the arrow keys move among the rest. */
  private makeTabStop(stop: Row): void {
    for (const row of this.rows.values()) {
      row.open.tabIndex = row.place.tabIndex = row === stop ? 0 : -1;
      setAttribute(row.open, 'data-stop', row === stop ? 'true' : undefined);
    }
  }

  private rowAt(index: number): Row | undefined {
    const item = this.element.children[index];
    return [...this.rows.values()].find((row) => row.item === item);
  }

  private navigate(event: KeyboardEvent): void {
    const index = [...this.element.children].findIndex((_, at) => this.rowAt(at)?.open === event.target);
    const goals: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: this.rows.size - 1 };
    if (index < 0 || !(event.key in goals)) return;
    event.preventDefault();
    const goal = this.rowAt(Math.max(0, Math.min(this.rows.size - 1, goals[event.key])));
    if (!goal) return;
    this.makeTabStop(goal);
    goal.open.focus();
  }
}
