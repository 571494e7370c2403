import { formatCompact } from '../src/base/format';
import type { StartedLayer } from '../src/train/protocol';
import { type Item, layersIn } from './graphTree';
import { HEADINGS, SIGNS, ZERO } from './layerCell';
import type { Cell, Column, Level, Row } from './layerHealth';

/** What a node shows of the chosen statistic. */
export interface Status {
  text: string;
  level: Level;
  /** Of a closed block: how many of its layers lie outside the usual range. */
  outside?: number;
  isZero?: true;
}

const NO_NUMBER: Pick<Cell, 'text' | 'level' | 'isZero'> = { text: '–', level: 'none' };

const RANK: Record<Level, number> = { none: 0, ok: 1, low: 2, high: 2, broken: 3 };

/** A layer's own number; of a closed block also the worst of what it hides. */
export function statusOf(item: Item, isClosed: boolean, rows: ReadonlyMap<string, Row>, column: Column): Status {
  const own = (item.layer && rows.get(item.layer.name)?.[column]) ?? NO_NUMBER;
  if (!isClosed) return { text: own.text, level: own.level, ...(own.isZero && { isZero: true }) };
  const levels = layersIn(item).map(({ name }) => rows.get(name)?.[column].level ?? 'none');
  const outside = levels.filter((level) => RANK[level] > RANK.ok).length;
  const worst = levels.reduce((a, b) => (RANK[b] > RANK[a] ? b : a), own.level);
  return { text: own.text, level: worst, outside };
}

/** In words, for a reader who does not see the colour: `gradient −3.2 log₁₀ RMS, unusually low`. */
export function spokenStatus({ text, level, outside, isZero }: Status, column: Column): string {
  const { name, unit } = HEADINGS[column];
  const number = text === '–' ? '' : `${name} ${text} ${unit}`;
  const judged = outside === undefined ? (isZero ? ZERO : SIGNS[level]).spoken : outside > 0 ? `${outside} inside out of the usual range` : '';
  return [number, judged].filter(Boolean).join(', ');
}

/** `16×8×8` of one sample. */
export const shapeOf = ({ output }: StartedLayer): string => output.slice(1).join('×') || 'scalar';

/** Parameters of a layer, or of all layers in a block. */
export const paramsOf = (item: Item): number => layersIn(item).reduce((sum, { params }) => sum + params, 0);

/** What a node is, without its statistic. Pairs of a name and what stands beside it. */
export function factsOf(item: Item, inputShapes: readonly string[]): [string, string][] {
  const { layer } = item;
  const facts: [string, string][] = [];
  if (layer) facts.push(['type', layer.type], ['line', String(layer.line)]);
  facts.push(['in', inputShapes.join(' + ') || 'the model’s input']);
  const shown = layer ?? layersIn(item).at(-1);
  if (shown) facts.push(['out', shapeOf(shown)]);
  facts.push(['parameters', formatCompact(paramsOf(item))]);
  if (shown?.receptiveField !== undefined) facts.push(['receptive field', `${shown.receptiveField} of a side`]);
  if (item.children.length > 0) facts.push(['layers inside', String(layersIn(item).length - (layer ? 1 : 0))]);
  return facts;
}
