import type { Document, ErrorCode, YAMLError } from 'yaml';
import { positionAt, type SourceRange } from './problem';
import type { Problems } from './problems';

/** YAML's complaints in the words of somebody who never read its specification. */
const IN_WORDS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'The indentation does not fit the lines above.',
  TAB_AS_INDENT: 'Indent with spaces; YAML does not take tabs.',
  BLOCK_AS_IMPLICIT_KEY: 'One `key: value` to a line: put the arguments in `{…}`, or check the indentation.',
  MULTILINE_IMPLICIT_KEY: 'A `:` is missing after the key, or a `-` before the entry.',
  BAD_SCALAR_START: 'A value that begins with this character needs quotes.',
  BLOCK_IN_FLOW: 'A comma is missing after this, or the closing bracket.',
  TAG_RESOLVE_FAILED: 'YAML tags (`!…`) are not part of the language.',
  BAD_DQ_ESCAPE: 'Unknown escape sequence; in single quotes a `\\` needs no escaping.',
  KEY_OVER_1024_CHARS: 'This key is too long.',
  BAD_DIRECTIVE: 'YAML directives (`%…`) are not part of the language.',
};

/** One syntax error makes the parser stumble several times on the same line; a person is told once a line. */
export function reportYamlErrors(text: string, document: Document, problems: Problems): void {
  const lines = new Set<number>();
  // A warning of YAML also means that the file does not say what its author thinks.
  for (const complaint of [...document.errors, ...document.warnings].slice(0, 50)) {
    const range = placeOf(text, complaint);
    const { line } = positionAt(text, range.start);
    if (!lines.has(line)) problems.error('yaml-syntax', messageOf(complaint, text.slice(range.start, range.end)), range);
    lines.add(line);
  }
}

function placeOf(text: string, { code, message, pos }: YAMLError): SourceRange {
  if (code === 'TAB_AS_INDENT' || code === 'TAG_RESOLVE_FAILED') return { start: pos[0], end: pos[1] };
  const quote = /closing (.)quote/.exec(message)?.[1];
  // Where it should close nobody knows; the last quote of the text is the one that opens.
  const opening = quote ? text.lastIndexOf(quote, pos[0] - 1) : -1;
  if (opening >= 0) return wordAt(text, opening, true);
  return wordAt(text, pos[0], code === 'BAD_INDENT' || code === 'BLOCK_AS_IMPLICIT_KEY');
}

function messageOf({ code, message }: YAMLError, word: string): string {
  const bracket = /must .*end with a ([\]}])/.exec(message)?.[1];
  if (bracket) return `The closing \`${bracket}\` is missing here.`;
  if (/Missing closing .quote/.test(message)) return 'The quote that opens here is never closed.';
  if (message.startsWith('Implicit map keys')) return `A \`:\` is missing after \`${word}\`.`;
  if (code === 'UNEXPECTED_TOKEN') return `\`${word}\` does not belong here.`;
  if (message.includes('may not be used as an implicit map key')) return IN_WORDS.BAD_INDENT ?? '';
  return IN_WORDS[code] ?? `This is not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}.`;
}

/** The word at an offset. Between words: the next one if there is one and `forward`, else the one before. */
function wordAt(text: string, offset: number, forward: boolean): SourceRange {
  if (forward || /\S/.test(text.charAt(offset))) {
    const next = text.slice(offset).search(/\S/);
    if (next >= 0) return { start: offset + next, end: offset + next + wordLength(text.slice(offset + next)) };
  }
  const before = text.slice(0, offset).trimEnd();
  const last = /[\w.-]+$|\S$/.exec(before)?.[0].length ?? 0;
  return { start: before.length - last, end: Math.max(before.length, 1) };
}

const wordLength = (text: string): number => /^[\w.-]+|^\S/.exec(text)?.[0].length ?? 1;
