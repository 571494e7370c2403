import { el } from './dom';
import { ZOOM } from './graphKeys';
import { HEADINGS } from './layerCell';
import { type Column, COLUMNS } from './layerHealth';
import { svg } from './svg';

/** What the drawing stands in. */
export function graphFrame(place: SVGGElement): SVGSVGElement {
  const tip = svg('path', { d: 'M0 0L8 4L0 8z' });
  const arrow = svg('marker', { id: 'graph-arrow', viewBox: '0 0 8 8', refX: 7.5, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' }, tip);
  const attributes = { class: 'model-graph', role: 'group', 'aria-label': 'The model as a graph', 'aria-describedby': 'graph-hint' };
  return svg('svg', attributes, svg('defs', {}, arrow), place);
}

/** Radio buttons for the statistic that colours the graph. */
export function statisticChoice(chosen: Column, onChoose: (column: Column) => void): HTMLElement {
  const choice = el(
    'div',
    { class: 'segments', role: 'radiogroup', 'aria-label': 'Statistic that colours the graph', 'data-role': 'graph-statistic' },
    ...COLUMNS.map((column) =>
      el(
        'label',
        { title: HEADINGS[column].title },
        el('input', { type: 'radio', name: 'graph-statistic', value: column, checked: column === chosen }),
        el('span', {}, HEADINGS[column].name),
      ),
    ),
  );
  choice.addEventListener('change', ({ target }) => onChoose((target as HTMLInputElement).value as Column));
  return choice;
}

/** Buttons for the part in sight and for blocks. */
export function graphTools(zoom: (factor: number) => void, fit: () => void, openAll: () => void, closeAll: () => void): HTMLElement {
  const button = (text: string, label: string, action: string, onClick: () => void) => {
    const one = el('button', { type: 'button', class: 'icon-button', title: label, 'aria-label': label, 'data-action': action }, text);
    one.addEventListener('click', onClick);
    return one;
  };
  return el(
    'div',
    { class: 'graph-tools', role: 'group', 'aria-label': 'View of the graph' },
    button('+', 'Larger (+)', 'zoom-in', () => zoom(ZOOM.in)),
    button('−', 'Smaller (−)', 'zoom-out', () => zoom(ZOOM.out)),
    button('1:1', '1:1, fit into the panel (0)', 'zoom-fit', fit),
    button('⊞', 'Open all blocks but copies', 'open-all', openAll),
    button('⊟', 'Close all blocks', 'close-all', closeAll),
  );
}
