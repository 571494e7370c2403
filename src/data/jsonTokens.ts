import { failIn, type DataFile } from './dataFile';
import type { Samples, Vocabulary } from './dataset';
import { failAt, type JsonRow, shown, valueOf } from './jsonRows';
import { MAX_CLASSES } from './labels';
import { tokenArray, visible } from './tokens';

/** Token 0 fills sequences up; token 1 stands for what the training file has not. */
const RESERVED = ['<pad>', '<unk>'];

/** Longer sequences are cut only where `shape` says so: attention over more takes gigabytes. */
const MOST_TOKENS = 65536;

/** How sequences of a training file become tokens, and those of another file likewise. */
export interface Sequences {
  vocabulary: Vocabulary;
  length: number;
  read: (file: DataFile, rows: readonly JsonRow[]) => Samples;
}

/** @param wanted tokens of a sample; absent: as many as the longest has. */
export function sequencesOf(file: DataFile, rows: readonly JsonRow[], key: 'text' | 'tokens', wanted?: number): Sequences {
  const sequences = rows.map((row) => partsOf(file, row, key));
  const longest = sequences.reduce((most, parts) => Math.max(most, parts.length), 0);
  const length = wanted ?? longest;
  if (length > MOST_TOKENS)
    failIn(file, 'too-long', `its longest sequence has ${longest} tokens. Cut them with \`shape: [L]\`, L being at most ${MOST_TOKENS}.`);
  const areNumbers = typeof sequences.find((parts) => parts.length)?.[0] === 'number';
  const names = areNumbers ? undefined : [...RESERVED, ...[...new Set(sequences.flat() as string[])].sort()];
  if (names && names.length > MAX_CLASSES)
    failIn(file, 'too-many-tokens', `it has more than ${MAX_CLASSES} different ${key === 'text' ? 'characters' : 'words'}.`);
  const size = names?.length ?? 1 + sequences.reduce((most, parts) => (parts as number[]).reduce((a, b) => Math.max(a, b), most), 0);
  const places = names && new Map(names.map((name, place) => [name, place]));
  const tokenOf = (from: DataFile, row: JsonRow, part: string | number): number => {
    if (areNumbers !== (typeof part === 'number'))
      failAt(from, row, key, 'mixed-tokens', `${shown(part)} does not fit the other tokens: they have to be all whole numbers or all words.`);
    if (!places && (part as number) >= size)
      failAt(from, row, key, 'unknown-token', `${part} is more than the highest token of the training file, ${size - 1}.`);
    return places ? (places.get(part as string) ?? 1) : (part as number);
  };
  return {
    vocabulary: { size, ...(names && { names: names.map(visible) }) },
    length,
    read: (from, others) => {
      const data = tokenArray(size, others.length * length);
      others.forEach((row, i) =>
        partsOf(from, row, key)
          .slice(0, length)
          .forEach((part, at) => (data[i * length + at] = tokenOf(from, row, part))),
      );
      return { sampleShape: [length], data };
    },
  };
}

/** The characters or tokens of a row, not yet numbered. */
function partsOf(file: DataFile, row: JsonRow, key: 'text' | 'tokens'): (string | number)[] {
  const value = valueOf(row, key);
  if (value === undefined) failAt(file, row, key, 'missing-value', 'the value is missing. Fill it in or remove the line.');
  if (key === 'text') return typeof value === 'string' ? [...value] : failAt(file, row, key, 'not-text', `${shown(value)} is not a text.`);
  if (!Array.isArray(value)) failAt(file, row, key, 'not-tokens', `${shown(value)} is not a list of tokens.`);
  for (const item of value)
    if (typeof item !== 'string' && !(Number.isInteger(item) && item >= 0 && item < MAX_CLASSES))
      failAt(file, row, key, 'not-tokens', `${shown(item)} is no token. Tokens are words, or whole numbers from 0 to ${MAX_CLASSES - 1}.`);
  return value as (string | number)[];
}
