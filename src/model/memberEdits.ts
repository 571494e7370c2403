import type { SourceRange } from './problem';
import { commentsIn, indentAt, lineBreak, lineEnd, lineStart, type TextEdit } from './textEdits';
import type { ListTree, MapEntry, MapTree, Tree } from './tree';

/** What stands in a map or list by the text's own words: what an alias or a merge key brings along does not. */
const ownMembers = (text: string, tree: ListTree | MapTree): SourceRange[] =>
  (tree.kind === 'list' ? tree.items.map(({ range }) => range) : tree.entries.filter((entry) => isOwn(text, entry)).map(entryRange)).sort(
    (a, b) => a.start - b.start,
  );

/** From the key to the end of the value. */
export const entryRange = ({ keyRange, value }: MapEntry): SourceRange => ({
  start: keyRange.start,
  end: Math.max(keyRange.end, value.range.end),
});

/** Whether an entry stands in its map, and did not come there by an alias or a merge key. */
export const isOwn = (text: string, { keyRange }: MapEntry): boolean => text[keyRange.start] !== '*';

export const isFlow = (text: string, { range }: Tree): boolean => text[range.start] === '{' || text[range.start] === '[';

/** Where the dash of a list's item stands. */
function dashOf(text: string, list: ListTree, index: number): number {
  if (index === 0) return list.range.start;
  const from = list.items[index - 1].range.end;
  const dash = new RegExp(`^ {${indentAt(text, list.range.start).length}}-(?=\\s)`, 'm').exec(text.slice(from, list.items[index].range.start));
  return dash ? from + dash.index + dash[0].length - 1 : -1;
}

/** An item put into a list behind another one, at -1 before the first, in the style of the list. */
export function insertItem(text: string, list: ListTree, index: number, written: string): TextEdit[] {
  if (isFlow(text, list)) {
    if (index >= 0) return insertIntoFlow(text, list.items[index].range, written);
    return [insertion(list.items[0]?.range.start ?? list.range.end - 1, list.items.length > 0 ? `${written}, ` : written)];
  }
  const indent = indentAt(text, list.range.start);
  if (index < 0) return [insertion(list.range.start, `- ${written}${lineBreak(text)}${indent}`)];
  return [insertion(lineEnd(text, list.items[index].range.end), `${lineBreak(text)}${indent}- ${written}`)];
}

/** `key: value` put into a map, in the style of the map: behind an entry of its own, by default the last one. */
export function insertEntry(text: string, map: MapTree, written: string, after?: MapEntry): TextEdit[] {
  const { start, end } = map.range;
  const own = ownMembers(text, map);
  const previous = after ? entryRange(after) : own.at(-1);
  if (text[start] === '*') return [{ range: map.range, text: `{<<: ${text.slice(start, end)}, ${written}}` }];
  if (isFlow(text, map)) {
    if (previous) return insertIntoFlow(text, previous, written);
    return [insertion(end - 1, map.entries.length > 0 ? `, ${written}` : written)];
  }
  const indent = indentAt(text, own[0]?.start ?? start);
  return [insertion(lineEnd(text, previous?.end ?? end), `${lineBreak(text)}${indent}${written}`)];
}

/** Items taken out of a list; the comments stay. Undefined where the text does not allow it. */
export function removeItems(text: string, list: ListTree, indexes: readonly number[]): TextEdit[] | undefined {
  if (isFlow(text, list)) return removeFromFlow(text, ownMembers(text, list), indexes);
  return all(indexes.map((i) => removeLines(text, { start: dashOf(text, list, i), end: list.items[i].range.end })));
}

/** Entries of a map's own, likewise. */
export function removeEntries(text: string, map: MapTree, entries: readonly MapEntry[]): TextEdit[] | undefined {
  if (!entries.every((entry) => isOwn(text, entry))) return undefined;
  if (!isFlow(text, map)) return all(entries.map((entry) => removeLines(text, entryRange(entry))));
  const members = ownMembers(text, map);
  const starts = entries.map(({ keyRange }) => keyRange.start);
  return removeFromFlow(
    text,
    members,
    members.flatMap(({ start }, i) => (starts.includes(start) ? [i] : [])),
  );
}

/** One value made a list, with another one before it, which is written as a `value` or, below a dash, as an `entry`. */
export function makeList(text: string, node: Tree, before: { value: string; entry: string }): TextEdit[] {
  const { start, end } = node.range;
  if (node.kind !== 'map' || isFlow(text, node)) return [insertion(start, `[${before.value}, `), insertion(end, ']')];
  // The rest of a block moves with its first line.
  const breaks = [...text.slice(start, end).matchAll(/\n(?=[ ]*\S)/g)].map(({ index }) => insertion(start + index + 1, '  '));
  return [insertion(start, `- ${before.entry}${lineBreak(text)}${indentAt(text, start)}- `), ...breaks];
}

/** Behind a member of `{…}` or `[…]`; on a line of its own where the member has one. */
function insertIntoFlow(text: string, previous: SourceRange, written: string): TextEdit[] {
  const end = lineEnd(text, previous.end);
  const rest = /^[ \t]*(,?)[ \t]*(?:#.*)?$/.exec(text.slice(previous.end, end));
  const hasOwnLine = !/\S/.test(text.slice(lineStart(text, previous.start), previous.start)) && rest && end < text.length;
  if (!hasOwnLine) return [insertion(previous.end, `, ${written}`)];
  const line = `${lineBreak(text)}${indentAt(text, previous.start)}${written}`;
  return rest[1] ? [insertion(end, `${line},`)] : [insertion(previous.end, ','), insertion(end, line)];
}

function removeFromFlow(text: string, members: readonly SourceRange[], indexes: readonly number[]): TextEdit[] | undefined {
  const comments = commentsIn(text);
  const hasComment = (start: number, end: number) => comments.some((comment) => comment.start >= start && comment.start < end);
  const edits = runsOf(indexes).map(([first, last]) => {
    const [{ start }, { end }] = [members[first], members[last]];
    const [previous, next] = [members[first - 1], members[last + 1]];
    if (hasComment(start, end)) return undefined;
    if (next && !hasComment(start, next.start)) return removal(start, next.start);
    if (!next && previous && !hasComment(previous.end, end)) return removal(previous.end, end);
    const comma = /^\s*,/.exec(text.slice(end));
    return removal(start, end + (comma?.[0].length ?? 0));
  });
  return all(edits);
}

/** Neighbours in one: first and last of each run. */
function runsOf(indexes: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const i of [...indexes].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === i - 1) last[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}

/** The lines of a block's member. What comments are in them come together where it stood. */
function removeLines(text: string, { start, end }: SourceRange): TextEdit | undefined {
  const [from, to] = [lineStart(text, start), lineEnd(text, end)];
  const isAlone = start >= 0 && !/\S/.test(text.slice(from, start)) && /^[ \t]*:?[ \t]*(#.*)?$/.test(text.slice(end, to));
  if (!isAlone) return undefined;
  const comments = commentsIn(text).filter((comment) => comment.start >= start && comment.start < to);
  if (comments.length > 0) {
    const kept = comments.map((comment) => text.slice(comment.start, comment.end).trimEnd());
    return { range: { start, end: to }, text: kept.join(lineBreak(text) + indentAt(text, start)) };
  }
  if (to < text.length) return removal(from, text.indexOf('\n', to) + 1);
  return removal(Math.max(0, from - lineBreak(text).length), to);
}

const insertion = (at: number, written: string): TextEdit => ({ range: { start: at, end: at }, text: written });
const removal = (start: number, end: number): TextEdit => ({ range: { start, end }, text: '' });

/** All of them, or undefined where one is. */
const all = (edits: readonly (TextEdit | undefined)[]): TextEdit[] | undefined =>
  edits.every((edit) => edit !== undefined) ? [...edits] : undefined;
