import type { RuleId } from '../src/diagnose/finding';
import type { FindingView } from '../src/view/protocol';
import { el, setAttribute } from './dom';
import { columnOf, LEVELS } from './findings';
import { icon, setIcon } from './icons';
import { type Column, COLUMNS } from './layerHealth';

/** Alarms by the layers where they show. */
export type Marks = ReadonlyMap<string, readonly FindingView[]>;

/** What a mark leads to. */
export interface MarkActions {
  open(rule: RuleId): void;
  /** Somebody points at it, or no longer. */
  point(rule: RuleId | undefined): void;
}

/** Marks a layer's cells, or the layer itself, with the gravest of what is found about each. */
export function paintMarks(cells: Record<Column | 'layer', HTMLElement>, findings: readonly FindingView[]): void {
  for (const place of [...COLUMNS, 'layer'] as const) {
    const about = findings.filter((finding) => columnOf(finding) === place);
    const mark = cells[place].querySelector<HTMLButtonElement>(':scope > .finding-mark');
    if (about.length === 0) mark?.remove();
    else showMark(mark ?? addMark(cells[place]), about);
  }
}

/** The rule whose mark this is part of. */
export function markedRule(target: EventTarget | null): RuleId | undefined {
  const mark = target instanceof Element ? target.closest<HTMLElement>('.finding-mark') : null;
  return mark?.dataset.rule as RuleId | undefined;
}

/** Sends clicks on the marks within an element, and the pointer on them, to where they lead. */
export function listenToMarks(element: HTMLElement, actions: MarkActions): void {
  element.addEventListener('click', ({ target }) => {
    const rule = markedRule(target);
    if (rule) actions.open(rule);
  });
  element.addEventListener('pointerover', ({ target }) => actions.point(markedRule(target)));
  element.addEventListener('pointerleave', () => actions.point(undefined));
}

/** What a mark says: one line for each finding. */
export const markText = (findings: readonly FindingView[]): string =>
  findings.map(({ level, title }) => `${LEVELS[level].word}: ${title}`).join('\n');

function addMark(cell: HTMLElement): HTMLButtonElement {
  const mark = el('button', { type: 'button', class: 'finding-mark', tabindex: -1 }, icon('warning'));
  cell.append(mark);
  return mark;
}

function showMark(mark: HTMLButtonElement, findings: readonly FindingView[]): void {
  const [{ rule, level }] = findings;
  setIcon(mark.firstElementChild as SVGSVGElement, LEVELS[level].icon);
  setAttribute(mark, 'data-rule', rule);
  setAttribute(mark, 'data-level', level);
  setAttribute(mark, 'title', markText(findings));
  setAttribute(mark, 'aria-label', markText(findings));
}
