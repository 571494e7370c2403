import { Lexer } from 'yaml';
import { type Path, type Rule, ruleAt } from '../grammar';
import type { SourceRange } from '../problem';
import { Problems } from '../problems';
import type { Tree } from '../tree';
import { readYaml } from '../yamlTree';

/** Stands for the word that is being typed. */
export const CARET = 'caret·here';

export interface CaretPlace {
  /** Of the map, list or value that the caret is in; the word itself left out. */
  path: Path;
  rule: Rule;
  /** A key of a map; a list's entry; what follows `key: `. */
  as: 'key' | 'item' | 'value';
  /** Inside `{…}` or `[…]`. */
  flow: boolean;
  /** The word so far. */
  word: SourceRange;
  /** Has to be written before the word: the dash of a list's entry. */
  lead: string;
  /** The file up to the caret, with CARET at it. */
  tree: Tree;
}

/** Where in the grammar the caret is: one way to read a half-typed text, or two equally good ones. What follows the caret does not count. */
export function caretPlaces(text: string, offset: number): CaretPlace[] {
  const before = text.slice(0, offset);
  const start = before.length - (/[A-Za-z_][\w.-]*$/.exec(before)?.[0].length ?? 0);
  const open = openBrackets(before.slice(0, start));
  if (!open) return [];
  const flow = open.length > 0;
  const closing = open
    .map((bracket) => (bracket === '{' ? '}' : ']'))
    .reverse()
    .join('');
  const line = before.slice(before.lastIndexOf('\n') + 1, start);
  const ofItsOwn = !flow && /^\s*$/.test(line);
  // A word on a line of its own is a key without its colon yet, or an entry without its dash.
  const readings = ofItsOwn
    ? [
        { lead: '', word: `${CARET}:` },
        { lead: '- ', word: CARET },
      ]
    : [{ lead: '', word: CARET }];
  const places = readings.flatMap(({ lead, word }) => {
    const problems = new Problems();
    const tree = readYaml(before.slice(0, start) + lead + word + closing, problems);
    const found = tree && findCaret(tree);
    const rule = found && ruleAt(found.path);
    return rule ? [{ ...found, rule, flow, lead, word: { start, end: offset }, tree, trouble: problems.list.length }] : [];
  });
  const least = Math.min(...places.map(({ trouble }) => trouble));
  return places.filter(({ trouble }) => trouble === least);
}

/** The brackets that are not closed; undefined inside a comment or a quoted text. */
function openBrackets(before: string): string[] | undefined {
  const open: string[] = [];
  let last = '';
  for (const lexeme of new Lexer().lex(before)) {
    if (lexeme === '{' || lexeme === '[') open.push(lexeme);
    else if (lexeme === '}' || lexeme === ']') open.pop();
    if (lexeme.trim()) last = lexeme;
  }
  const inComment = last.startsWith('#') && before.endsWith(last);
  const inQuotes = /^["']/.test(last) && (last.length === 1 || last.at(-1) !== last[0]);
  return inComment || inQuotes ? undefined : open;
}

function findCaret(tree: Tree, path: Path = []): Pick<CaretPlace, 'path' | 'as'> | undefined {
  if (tree.kind === 'list') {
    for (const [i, item] of tree.items.entries()) {
      const found = item.kind === 'scalar' && item.value === CARET ? { path: [...path, i], as: 'item' as const } : findCaret(item, [...path, i]);
      if (found) return found;
    }
  }
  if (tree.kind !== 'map') return undefined;
  for (const { key, value } of tree.entries) {
    if (key === CARET) return { path, as: 'key' };
    const found =
      value.kind === 'scalar' && value.value === CARET ? { path: [...path, key], as: 'value' as const } : findCaret(value, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
