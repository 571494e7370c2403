import type { RuleId } from '../src/diagnose/finding';
import { formatCount } from '../src/base/format';
import type { FindingView, Health, RunView } from '../src/view/protocol';
import { el, fillList, setAttribute, setText } from './dom';
import { FindingDetail, type FindingActions } from './findingDetail';
import { FindingList } from './findingList';
import { alarmsOf, arrange, causesText, count, emptyText, hintsOf, verdictOf } from './findings';
import { Fold } from './fold';
import { icon } from './icons';
import { button } from './ui';

/** Of the window's height that an open finding may take; what is longer scrolls. */
const MOST_OF_WINDOW = 0.72;

/**
 * What the rules make of the run. The box keeps its height whatever is found and whatever vanishes: only the reader, who opens and closes
 * things in it, changes it.
 */
export class Diagnosis {
  readonly element: HTMLElement;
  private readonly box: HTMLElement;
  private readonly calm = el('div', { class: 'calm' });
  private readonly calmTitle = el('b', {});
  private readonly calmText = el('p', {});
  private readonly alarms: FindingList;
  private readonly hints: FindingList;
  private readonly hintFold = new Fold('hints', () => this.fit());
  private readonly passedFold = new Fold('passed', () => this.fit());
  private readonly passed = el('ul', { class: 'passed' });
  private readonly stamp = el('span', { class: 'stamp' });
  private readonly detail: FindingDetail;
  private readonly tryButton;
  private opened?: RuleId;
  private pointed?: RuleId;
  private runId?: string;
  private health?: Health;

  constructor(actions: FindingActions, onTry: () => void) {
    const toggle = (rule: RuleId) => this.show(rule === this.opened ? undefined : rule);
    const reveal = (finding: FindingView) => actions.reveal(finding, finding.layer);
    this.alarms = new FindingList(toggle, reveal);
    this.hints = new FindingList(toggle, reveal);
    this.detail = new FindingDetail(actions, (rule) => this.open(rule));
    this.tryButton = button('secondary', onTry);
    this.calm.append(icon('check'), this.calmTitle, this.calmText);
    this.hintFold.content.append(this.hints.element);
    this.passedFold.content.append(this.passed);
    this.box = el('div', { class: 'findings' }, this.calm, this.alarms.element, this.hintFold.element, this.passedFold.element);
    this.element = el(
      'section',
      { class: 'panel diagnosis', 'data-role': 'diagnosis', 'aria-labelledby': 'diagnosis-title' },
      el('div', { class: 'panel-head' }, el('h2', { id: 'diagnosis-title' }, 'Diagnosis'), this.stamp, this.tryButton.element),
      this.box,
    );
    // Of the whole panel: what scrolls in the box takes from the box's own width.
    let width = 0;
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width !== width) this.fit();
      width = contentRect.width;
    }).observe(this.element);
  }

  retheme(): void {
    this.detail.retheme();
  }

  /** `isConnected`: the extension was heard lately. */
  paint(run: RunView, isConnected: boolean): void {
    const isOther = run.runId !== this.runId;
    this.runId = run.runId;
    if (isOther || run.health !== this.health) this.judge(run.health);
    if (isOther) this.show(undefined);
    setText(this.calmText, emptyText(run));
    this.paintTry(run, isConnected);
  }

  private judge(health: Health | undefined): void {
    this.health = health;
    const [alarms, hints, passed] = [alarmsOf(health), hintsOf(health), health?.passed ?? []];
    const { verdict } = verdictOf(health);
    setAttribute(this.element, 'data-verdict', verdict);
    setText(this.stamp, causesText(arrange(alarms)));
    this.calm.hidden = alarms.length > 0;
    setText(this.calmTitle, verdict === 'healthy' ? 'Healthy' : '');
    this.hintFold.show(hints.length > 0 ? count(hints.length, 'hint') : undefined, 'worth knowing, no alarm');
    this.passedFold.show(passed.length > 0 ? `${formatCount(passed.length)} checked and in order` : undefined, passed.join(' · '));
    fillList(this.passed, passed);
    this.paintFindings();
  }

  /** Opens a finding and brings it into sight. */
  open(rule: RuleId): void {
    if (this.hints.itemOf(rule)) this.hintFold.open();
    this.show(rule);
    const item = this.itemOf(rule);
    if (!item) return;
    this.box.scrollTop = item.offsetTop;
    this.element.scrollIntoView({ block: 'nearest' });
    (this.alarms.itemOf(rule) ? this.alarms : this.hints).focus(rule);
  }

  /** Picks out the row of a finding that somebody points at elsewhere. */
  point(rule: RuleId | undefined): void {
    if (this.pointed) this.itemOf(this.pointed)?.classList.remove('pointed');
    this.pointed = rule;
    if (rule) this.itemOf(rule)?.classList.add('pointed');
  }

  /** Opens a finding in the place of the one before. */
  private show(rule: RuleId | undefined): void {
    this.opened = rule;
    this.paintFindings();
    this.fit();
  }

  private paintFindings(): void {
    const { health } = this;
    const titles = new Map(health?.findings.map(({ rule, title }) => [rule, title]));
    this.alarms.paint(arrange(alarmsOf(health)), this.opened, titles);
    this.hints.paint(arrange(hintsOf(health)), this.opened, titles);
    const finding = health?.findings.find(({ rule }) => rule === this.opened);
    const item = finding && this.itemOf(finding.rule);
    if (!finding || !item) return this.detail.element.remove();
    if (this.detail.element.parentElement !== item) item.append(this.detail.element);
    this.detail.paint(finding, finding.cause && titles.get(finding.cause));
  }

  private paintTry({ health, trials }: RunView, isConnected: boolean): void {
    const hasFixes = alarmsOf(health).some(({ fixes }) => fixes.length > 0);
    const isRunning = trials?.state === 'running';
    this.tryButton.element.classList.toggle('absent', !hasFixes);
    const title = isRunning ? 'They are being measured.' : 'Trains each fix for a while in the background and compares what it does.';
    this.tryButton.show({ label: 'Try the Fixes', icon: 'flask', command: 'tryFixes', disabled: !hasFixes || isRunning || !isConnected, title });
  }

  private itemOf(rule: RuleId): HTMLLIElement | undefined {
    return this.alarms.itemOf(rule) ?? this.hints.itemOf(rule);
  }

  /** As high as what is open in it, within bounds; closed, as the style sheet says. */
  private fit(): void {
    const isOpen = this.opened !== undefined || this.hintFold.isOpen || this.passedFold.isOpen;
    // To ask for sizes lays the page out.
    if (!isOpen) return void (this.box.style.height = '');
    const { scrollTop } = this.box;
    this.box.style.height = '';
    const least = this.box.clientHeight;
    this.box.style.height = `${Math.max(least, Math.min(this.box.scrollHeight, MOST_OF_WINDOW * window.innerHeight))}px`;
    this.box.scrollTop = scrollTop;
  }
}
