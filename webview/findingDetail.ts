import type { RuleId } from '../src/diagnose/finding';
import { NOT_FINITE } from '../src/base/format';
import type { FindingView } from '../src/view/protocol';
import { setCodeText } from './codeText';
import { el, setAttribute, setText } from './dom';
import { EvidenceChart } from './evidenceChart';
import { formatTick } from './formatTick';
import { button, link, type UiButton } from './ui';

/** What the page asks for on behalf of a finding. */
export interface FindingActions {
  /** Selects the layer, if it is one, and shows the line. */
  reveal(finding: FindingView, layer: string | undefined): void;
  explain(rule: RuleId): void;
  applyFix(rule: RuleId, fix: number): void;
}

/** All that is known of one finding: the numbers, the reason, the ways out. */
export class FindingDetail {
  readonly element: HTMLElement;
  private readonly cause = el('p', { class: 'finding-cause' });
  private readonly causeLink = link('', 'openCause', () => this.finding?.cause && this.onOpen(this.finding.cause));
  private readonly numbers = el('dl', { class: 'numbers' });
  private readonly seriesTitle = el('p', { class: 'series-title' });
  private readonly chart = new EvidenceChart();
  private readonly also = el('p', { class: 'also' });
  private readonly because = el('p', {});
  private readonly formula = el('p', { class: 'formula' });
  private readonly reference = el('span', { class: 'reference' });
  private readonly fixes = el('ul', { class: 'fixes' });
  private readonly noFix = el('p', { class: 'no-fix' }, 'No edit of the model file is known to help by itself.');
  private readonly buttons: { title: HTMLElement; apply: UiButton; item: HTMLLIElement }[] = [];
  private finding?: FindingView;

  constructor(
    private readonly actions: FindingActions,
    private readonly onOpen: (rule: RuleId) => void,
  ) {
    const explain = link('Explain', 'explain', () => this.finding && actions.explain(this.finding.rule));
    this.cause.append('Follows from ', this.causeLink, ': mend that first.');
    const block = (title: string, ...children: Node[]) => el('section', {}, el('h3', {}, title), ...children);
    this.element = el(
      'div',
      { class: 'finding-detail', 'data-role': 'finding-detail' },
      this.cause,
      block('Evidence', this.numbers, this.seriesTitle, this.chart.element, this.also),
      el(
        'div',
        { class: 'finding-ways' },
        block('Fixes', this.fixes, this.noFix),
        block('Why', this.because, this.formula, el('p', { class: 'source' }, this.reference, explain)),
      ),
    );
    this.also.addEventListener('click', ({ target }) => {
      const layer = target instanceof HTMLElement ? target.dataset.layer : undefined;
      if (this.finding && layer !== undefined) actions.reveal(this.finding, layer);
    });
  }

  retheme(): void {
    this.chart.retheme();
    if (this.finding) this.chart.paint(this.finding.evidence);
  }

  /** `causeTitle`: of the finding that it follows from, as far as that is listed. */
  paint(finding: FindingView, causeTitle: string | undefined): void {
    this.finding = finding;
    const { evidence } = finding;
    setAttribute(this.element, 'data-value', finding.rule);
    this.cause.hidden = causeTitle === undefined;
    setText(this.causeLink, causeTitle ?? '');
    this.paintNumbers(finding);
    this.chart.paint(evidence);
    this.seriesTitle.hidden = this.chart.element.hidden;
    setText(this.seriesTitle, `${evidence.quantity}, over the run`);
    this.paintAlso(finding.also);
    setCodeText(this.because, finding.because);
    setText(this.formula, finding.formula);
    this.formula.hidden = finding.formula === '';
    setText(this.reference, finding.reference);
    this.paintFixes(finding.fixes);
  }

  private paintNumbers({ evidence: { quantity, value, healthy, more = {} } }: FindingView): void {
    const text = (number: number | string | null) =>
      typeof number === 'string' ? number : number === null || !Number.isFinite(number) ? NOT_FINITE : formatTick(number);
    const rows = [[quantity, text(value)], ['healthy', healthy], ...Object.entries(more).map(([name, number]) => [name, text(number)])];
    while (this.numbers.children.length > rows.length) this.numbers.lastElementChild!.remove();
    rows.forEach(([name, number], index) => {
      const row = this.numbers.children[index] ?? this.numbers.appendChild(el('div', {}, el('dt'), el('dd')));
      setText(row.children[0], name);
      setText(row.children[1], number);
    });
  }

  private paintAlso(layers: readonly string[]): void {
    this.also.hidden = layers.length === 0;
    const shown = [...this.also.querySelectorAll<HTMLElement>('[data-layer]')].map(({ dataset }) => dataset.layer);
    if (shown.join('\n') === layers.join('\n')) return;
    this.also.replaceChildren(
      'Also at ',
      ...layers.map((layer) => el('button', { type: 'button', class: 'chip', 'data-layer': layer, title: layer }, layer)),
    );
  }

  private paintFixes(titles: readonly string[]): void {
    this.noFix.hidden = titles.length > 0;
    while (this.buttons.length > titles.length) this.buttons.pop()!.item.remove();
    titles.forEach((title, index) => {
      const row = this.buttons[index] ?? this.addFix(index);
      setCodeText(row.title, title);
      row.apply.show({ label: 'Apply', icon: 'check', command: 'applyFix', title: `Make this edit in the model file: ${title}` });
    });
  }

  private addFix(index: number) {
    const apply = button(index === 0 ? 'primary' : 'secondary', () => this.finding && this.actions.applyFix(this.finding.rule, index));
    const title = el('span');
    const item = el('li', { 'data-fix': index }, title, apply.element);
    const row = { title, apply, item };
    this.buttons.push(row);
    this.fixes.append(item);
    return row;
  }
}
