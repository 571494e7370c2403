import type { ComparedRun, RunView } from '../src/view/protocol';
import type { ChartTable } from './chartTable';
import { HEADINGS } from './layerCell';
import { type Cell, COLUMNS, type Column, layerRows, rateShare } from './layerHealth';

type Strip = Pick<ComparedRun | RunView, 'layers' | 'now' | 'losses'>;

/** The numbers of one run, by layer. */
export type StripCells = ReadonlyMap<string, Record<Column, Cell>>;

export function stripCells({ layers, now, losses }: Strip): StripCells {
  const rows = layerRows(layers, now, rateShare(losses));
  return new Map(layers.map(({ name }, index) => [name, rows[index]]));
}

/** The layers of all runs, each once, in the order of the first; what only others have stands behind the layer that it follows there. */
export function layersOfAll(runs: readonly Pick<Strip, 'layers'>[]): string[] {
  const names: string[] = [];
  for (const { layers } of runs) {
    let at = 0;
    for (const { name } of layers) {
      const known = names.indexOf(name);
      if (known < 0) names.splice(at, 0, name);
      at = (known < 0 ? at : known) + 1;
    }
  }
  return names;
}

/** Columns that any layer of any run has a number for. */
export const columnsOfAll = (strips: readonly StripCells[]): Column[] =>
  COLUMNS.filter((column) => strips.some((strip) => [...strip.values()].some((row) => row[column].level !== 'none')));

/** The strips as a table: `labels` name the runs. */
export function stripTable(
  layers: readonly string[],
  columns: readonly Column[],
  strips: readonly StripCells[],
  labels: readonly string[],
): ChartTable {
  return {
    columns: ['layer', ...columns.flatMap((column) => labels.map((label) => `${column} (${HEADINGS[column].unit}), ${label}`))],
    rows: layers.map((layer) => [layer, ...columns.flatMap((column) => strips.map((strip) => strip.get(layer)?.[column].value))]),
  };
}
