import { CST, Lexer } from 'yaml';
import type { SourceRange } from './problem';

/** A replacement in the model file's text; `range` may be empty: an insertion. */
export interface TextEdit {
  range: SourceRange;
  text: string;
}

/** The text after edits that neither overlap nor depend on each other; their order does not matter, but for insertions at one place. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let [result, at] = ['', 0];
  for (const edit of inOrder(edits)) {
    result += text.slice(at, edit.range.start) + edit.text;
    at = edit.range.end;
  }
  return result + text.slice(at);
}

/** Ascending, insertions at one place put into one; undefined where edits overlap. */
export function joinEdits(edits: readonly TextEdit[]): TextEdit[] | undefined {
  const joined: TextEdit[] = [];
  for (const edit of inOrder(edits)) {
    const last = joined.at(-1);
    if (!last || last.range.end < edit.range.start || (last.range.end === edit.range.start && !isInsertion(last) && !isInsertion(edit)))
      joined.push(edit);
    else if (last.range.end > edit.range.start) return undefined;
    else joined[joined.length - 1] = { range: { start: last.range.start, end: edit.range.end }, text: last.text + edit.text };
  }
  return joined;
}

const isInsertion = ({ range }: TextEdit): boolean => range.start === range.end;

const inOrder = (edits: readonly TextEdit[]): TextEdit[] => [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);

/** Where the comments of a YAML text stand, from their `#` to the end of their line. */
export function commentsIn(text: string): SourceRange[] {
  const comments: SourceRange[] = [];
  let at = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    // Marks of the lexer that stand for no text of their own.
    const isMark = lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END || lexeme === CST.SCALAR;
    if (!isMark && !isScalar && lexeme.startsWith('#')) comments.push({ start: at, end: at + lexeme.length });
    isScalar = lexeme === CST.SCALAR;
    if (!isMark) at += lexeme.length;
  }
  return comments;
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Where the line ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end - (text[end - 1] === '\r' && end > offset ? 1 : 0);
}

/** The line break that the file uses. */
export const lineBreak = (text: string): string => (/\r?\n/.exec(text) ?? ['\n'])[0];

/** As many blanks as there is text before an offset in its line. */
export const indentAt = (text: string, offset: number): string => ' '.repeat(offset - lineStart(text, offset));

/** Whether the file writes `{ lr: 0.1 }`, with blanks inside of braces. */
export const isAiry = (text: string): boolean => /\{ \S/.test(text) && !/\{[\w"']/.test(text);
