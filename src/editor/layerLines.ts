import { formatCount } from '../base/format';
import type { SourceRange } from '../model/problem';

/** Shape of a layer's output for one sample, and number of its parameters. */
export interface Outline {
  output: number[];
  params: number;
}

/** Where an entry of the model stands in the text, and what is known of it. */
export interface LayerPlace {
  name: string;
  range: SourceRange;
  /** Absent where the data or a layer before it is not clear. */
  outline?: Outline;
}

/** `removed` characters from `offset` on gave way to `added` others. */
export interface TextChange {
  offset: number;
  removed: number;
  added: number;
}

/** Moves ranges along with an edit, so that they stay on their lines while the text does not parse. */
export function movePlaces(places: readonly LayerPlace[], change: TextChange): LayerPlace[] {
  const end = change.offset + change.removed;
  const move = (offset: number): number => {
    if (offset >= end) return offset + change.added - change.removed;
    return Math.min(offset, change.offset + change.added);
  };
  return places.map(({ range, ...place }) => ({ ...place, range: { start: move(range.start), end: move(range.end) } }));
}

/** The layer at an offset: the innermost one there that starts on the line, else the first of the line, else the one that spans it. */
export function layerAt(places: readonly LayerPlace[], text: string, offset: number): string | undefined {
  const line = lineAt(text, offset);
  const startsHere = ({ range }: LayerPlace): boolean => line.start <= range.start && range.start <= line.end;
  const innermost = places.filter(({ range }) => range.start <= offset && offset <= range.end).at(-1);
  if (innermost && startsHere(innermost)) return innermost.name;
  return (places.find(startsHere) ?? innermost)?.name;
}

/** The places by the line that they start on. */
export function byLine(places: readonly LayerPlace[], lineOf: (offset: number) => number): Map<number, LayerPlace[]> {
  const lines = new Map<number, LayerPlace[]>();
  for (const place of places) {
    const line = lineOf(place.range.start);
    lines.set(line, [...(lines.get(line) ?? []), place]);
  }
  return lines;
}

/** Where the code of a line ends, looked for from a column on: before its comment and the blanks around. */
export function endOfCode(line: string, from: number): number {
  const comment = line.slice(from).search(/\s+#|\s+$/);
  return comment < 0 ? line.length : from + comment;
}

function lineAt(text: string, offset: number): SourceRange {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return { start, end: end < 0 ? text.length : end };
}

/** The entry that a layer of the statistics comes from: copies in `Repeat` are called `<name>.0`, `<name>.1`, … and share the line of `<name>`. */
export const entryName = (layer: string): string => layer.replace(/(\.\d+)+$/, '');

/** `→ 16×8×8 · 160 params`, `→ 10`. The arrow keeps the shape apart from a number at the end of the line. */
export function formatOutline({ output, params }: Outline): string {
  const shape = `→ ${output.join('×') || 'one number'}`;
  if (params === 0) return shape;
  return `${shape} · ${formatCount(params)} ${params === 1 ? 'param' : 'params'}`;
}
