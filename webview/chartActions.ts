import './chartActions.css';
import type { FromView } from '../src/view/protocol';
import { type ChartTable, csvOf } from './chartTable';
import { el, setAttribute } from './dom';
import { icon, type IconName } from './icons';
import { TableView } from './tableView';

/** What a chart can be saved as; the page hands it to the extension, which asks for a file. */
export type Export = Extract<FromView, { type: 'export' }>;

/** Characters; of a longer name the extension takes nothing. */
const LONGEST_NAME = 200;

/** Bubbles from the buttons of a chart; its detail is an `Export`. */
export const EXPORT_EVENT = 'layerwise-export';

/** A chart as pictures. */
export interface Picture {
  /** Base64 of the file. */
  png: () => string;
  /** Text of the file. */
  svg: () => string;
}

/** What a reader can do with any chart: buttons for its head, and the table that one of them opens, to stand below it. */
export interface ChartActions {
  buttons: HTMLElement;
  table: HTMLElement;
}

/** `name`: the chart's title, which names its files too. */
export function chartActions(name: () => string, table: () => ChartTable, picture?: Picture): ChartActions {
  const view = new TableView(name, table);
  const buttons = el('div', { class: 'chart-actions', role: 'group', 'aria-label': 'Numbers and files of this chart' });
  const save = (format: Export['format'], data: () => string) => () => {
    // A heading may name a layer, and a layer may be called anything.
    const detail: Export = { type: 'export', name: name().slice(0, LONGEST_NAME) || 'chart', format, data: data() };
    buttons.dispatchEvent(new CustomEvent(EXPORT_EVENT, { detail, bubbles: true }));
  };
  const toggle = iconButton('table', 'Show as table', 'table', () => {
    view.toggle();
    setAttribute(toggle, 'aria-expanded', String(view.isOpen));
  });
  toggle.setAttribute('aria-expanded', 'false');
  buttons.append(toggle);
  if (picture)
    buttons.append(
      iconButton('image', 'Save as PNG', 'png', save('png', picture.png)),
      iconButton('vector', 'Save as SVG', 'svg', save('svg', picture.svg)),
    );
  buttons.append(
    iconButton(
      'download',
      'Save as CSV',
      'csv',
      save('csv', () => csvOf(table())),
    ),
  );
  return { buttons, table: view.element };
}

function iconButton(symbol: IconName, label: string, action: string, onClick: () => void): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'icon-button', title: label, 'aria-label': label, 'data-action': action }, icon(symbol));
  button.addEventListener('click', onClick);
  return button;
}
