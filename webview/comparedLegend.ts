import './compare.css';
import type { ComparedRun, RunView } from '../src/view/protocol';
import { seriesStyle } from './comparedCurves';
import { el, setText } from './dom';
import { button } from './ui';

const SVG = 'http://www.w3.org/2000/svg';

/** Which curve is which run, and the way out of the comparison. */
export class ComparedLegend {
  readonly element: HTMLElement;
  private readonly shown = el('b');
  private readonly list = el('ul', { class: 'legend' });
  private runs?: readonly ComparedRun[];

  constructor(onEnd: () => void) {
    const end = button('secondary', onEnd);
    end.show({ label: 'End Comparison', icon: 'cross', command: 'endComparison' });
    this.element = el(
      'section',
      { class: 'panel compared', 'data-role': 'compared', 'aria-label': 'Comparison', hidden: true },
      el('p', { class: 'compared-title', title: 'Smoothed loss; score of the validation split, where there is one' }, this.shown, ' compared with'),
      this.list,
      end.element,
    );
  }

  paint(run: RunView, compared: readonly ComparedRun[]): void {
    this.element.hidden = compared.length === 0;
    setText(this.shown, run.name);
    if (compared === this.runs) return;
    this.runs = compared;
    this.list.replaceChildren(...compared.map((other, index) => entry(other, index)));
  }
}

function entry(run: ComparedRun, index: number): HTMLElement {
  const name = el('span', { class: 'compared-name', title: run.name }, run.name);
  return el('li', { class: seriesClass(index), 'data-compared': run.runId }, ...seriesMark(index), name, differences(run.differs));
}

/** What its model file has other than that of the run on show. */
function differences(differs: readonly string[]): HTMLElement {
  const words = differs.length > 0 ? differs.flatMap((change) => [' ', el('code', {}, change)]) : [' same model file'];
  return el('span', { class: 'differs', 'data-role': 'differs' }, ...words);
}

/** Sets the colour of what `seriesMark` makes. */
export const seriesClass = (index: number): string => `series series-${seriesStyle(index).colour}`;

/** Letter and a piece of the line of the n-th compared curve. */
export function seriesMark(index: number): Element[] {
  const { letter, dash } = seriesStyle(index);
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'line');
  for (const [name, value] of Object.entries({ width: '44', height: '10', 'aria-hidden': 'true' })) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ x1: '0', x2: '44', y1: '5', y2: '5', 'stroke-dasharray': dash.join(' ') }))
    line.setAttribute(name, value);
  svg.append(line);
  return [el('b', {}, letter), svg];
}
