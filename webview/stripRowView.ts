import { formatCompact, formatCount } from '../src/base/format';
import type { StartedLayer } from '../src/train/protocol';
import { el } from './dom';
import { cellView, type CellView } from './layerCell';
import { type Column, COLUMNS } from './layerHealth';
import type { StripRow } from './stripRows';

/** A row of the layer strip on the page. */
export interface StripRowView {
  content: StripRow;
  row: HTMLTableRowElement;
  head: HTMLElement;
  cells: Record<Column, CellView>;
}

/** A row without numbers yet. */
export function stripRowView(content: StripRow, layers: readonly StartedLayer[]): StripRowView {
  const { id, layer, level, isBlock } = content;
  const cells = Object.fromEntries(COLUMNS.map((column) => [column, cellView(column)])) as Record<Column, CellView>;
  const detail = [...(layer ? layerDetail(layer) : []), ...(isBlock ? blockDetail(content, layers) : [])].join(' · ');
  const head = el(
    'th',
    { scope: 'row', title: `${id}\n${detail}` },
    el('span', { class: 'layer-name' }, ...(isBlock ? [el('span', { class: 'twisty', 'aria-hidden': 'true' })] : []), id),
    el('span', { class: 'layer-detail' }, detail),
  );
  const row = el(
    'tr',
    {
      'data-layer': layer?.name,
      'data-line': layer?.line,
      'data-block': isBlock && id,
      'aria-level': level,
      tabindex: -1,
    },
    head,
    ...COLUMNS.map((column) => cells[column].cell),
  );
  row.style.setProperty('--level', String(level - 1));
  return { content, row, head, cells };
}

function layerDetail({ type, line, output, params }: StartedLayer): string[] {
  return [type, `line ${line}`, output.slice(1).join('×') || 'scalar', ...(params > 0 ? [`${formatCompact(params)} parameters`] : [])];
}

function blockDetail({ inside, layer }: StripRow, layers: readonly StartedLayer[]): string[] {
  const within = inside.map((index) => layers[index]).filter((one) => one !== layer);
  const params = within.reduce((sum, one) => sum + one.params, 0);
  return [`${formatCount(within.length)} layers in it`, ...(params > 0 ? [`${formatCompact(params)} parameters`] : [])];
}
