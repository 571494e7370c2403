import type { StartedLayer } from '../src/train/protocol';
import { GraphTree, type Item, layersIn } from './graphTree';
import { type Cell, type Column, COLUMNS, type Level, type Row, usualRange } from './layerHealth';

/** A row of the layer strip: a layer, a block of layers that opens and closes, or a container, which is both. */
export interface StripRow {
  id: string;
  /** Absent for a copy of a Repeat. */
  layer?: StartedLayer;
  /** 1 for what stands in no block. */
  level: number;
  /** Row of the block that it is in. */
  parent?: StripRow;
  /** Indices of the layers in it, itself included. */
  inside: readonly number[];
  isBlock: boolean;
}

/** In source order, what is in a block after it. */
export function stripRows(layers: readonly StartedLayer[]): StripRow[] {
  const indices = new Map(layers.map((layer, index) => [layer, index]));
  const rowsOf = (item: Item, level: number, parent?: StripRow): StripRow[] => {
    const inside = layersIn(item).map((layer) => indices.get(layer)!);
    const row: StripRow = { id: item.id, layer: item.layer, level, parent, inside, isBlock: item.children.length > 0 };
    return [row, ...item.children.flatMap((child) => rowsOf(child, level + 1, row))];
  };
  return new GraphTree(layers).root.children.flatMap((item) => rowsOf(item, 1));
}

/** The blocks that a row is in, the innermost first. */
export function blocksOf(row: StripRow): StripRow[] {
  return row.parent ? [row.parent, ...blocksOf(row.parent)] : [];
}

const GRAVITY: Record<Level, number> = { broken: 3, low: 2, high: 2, ok: 1, none: 0 };

/** Of the layers at `indices`, which has the worst number in a column: the gravest, and of equals the one furthest from what is usual. */
export function worstAt(rows: readonly Row[], indices: readonly number[], column: Column): number {
  return indices.reduce((worst, index) => (isWorse(rows[index][column], rows[worst][column], column) ? index : worst));
}

/** The worst number of each column, each with the name of its layer. */
export function worstOf(layers: readonly StartedLayer[], rows: readonly Row[], { inside }: StripRow): Row {
  const cells = COLUMNS.map((column): [Column, Cell] => {
    const index = worstAt(rows, inside, column);
    const cell = rows[index][column];
    return [column, cell.level === 'none' ? cell : { ...cell, explain: () => `The worst here is that of ${layers[index].name}. ${cell.explain()}` }];
  });
  return Object.fromEntries(cells) as Row;
}

function isWorse(cell: Cell, other: Cell, column: Column): boolean {
  const difference = GRAVITY[cell.level] - GRAVITY[other.level];
  return difference > 0 || (difference === 0 && strangeness(cell, column) > strangeness(other, column));
}

/** How far from usual, as a share of the column's track. Gradients have no usual place of their own: small ones are what blocks learning. */
function strangeness({ at }: Cell, column: Column): number {
  if (at === undefined) return 0;
  const usual = usualRange(column);
  return usual ? Math.abs(at - (usual.start === 0 ? 0 : usual.start + usual.size / 2)) : 1 - at;
}
