import type { Cell } from '../src/base/csvText';
import type { ChartTable } from './chartTable';
import { paramsOf, shapeOf } from './graphStatus';
import { type GraphTree, layersIn } from './graphTree';
import { HEADINGS } from './layerCell';
import { COLUMNS, type Row } from './layerHealth';

/** What every layer is, and its numbers in full. */
export function graphTable(tree: GraphTree, rows: ReadonlyMap<string, Row>): ChartTable {
  const headings = COLUMNS.map((column) => `${HEADINGS[column].name} (${HEADINGS[column].unit})`);
  return {
    columns: ['layer', 'type', 'block', 'takes', 'output', 'parameters', 'receptive field', ...headings],
    rows: layersIn(tree.root).map((layer) => {
      const { name, type, block, inputs, receptiveField } = layer;
      const takes = inputs?.map((input) => input || 'input').join(', ');
      const numbers = COLUMNS.map((column): Cell => {
        const cell = rows.get(name)?.[column];
        // The logarithm of an exact zero.
        return cell?.value === -Infinity ? '-Infinity' : cell?.value;
      });
      return [name, type, block, takes, shapeOf(layer), paramsOf(tree.find(name)!), receptiveField, ...numbers];
    }),
  };
}
