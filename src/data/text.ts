import { fail } from '../model/problem';
import { failIn, quoted, type DataFile } from './dataFile';
import type { Split } from './dataset';
import { openBoth, type Raw, rangeOf, type Reading } from './reading';
import { textOf } from './textOf';
import { nextTokens, sequenceLength, visible } from './tokens';

/** Reading takes about ten times the text in memory. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Characters of a sample where `shape` does not say how many. */
const USUAL_LENGTH = 64;

/**
 * A text, to predict its next characters: cut into sequences of `shape: [L]` characters one behind the other. A token is the place of
 * a character among those of the training text, in Unicode's order.
 * The target is the next character after each of the sequence's (y: L), or with `task: classification` the one after the sequence.
 * @throws ProblemError for a text shorter than a sequence, a character of the validation text that the training text has not.
 */
export async function readText(reading: Reading): Promise<Raw> {
  const { spec, target, path } = reading;
  if (target !== 'class')
    fail('not-classes', `${path} has characters to predict, and these are classes. Use CrossEntropyLoss.`, { range: rangeOf(spec, 'file') });
  const length = sequenceLength(spec, USUAL_LENGTH);
  const [file, validationFile] = await openBoth(reading);
  const text = plainText(file);
  const points = new Set<number>();
  for (const character of text) points.add(character.codePointAt(0)!);
  const vocabulary = [...points].sort((a, b) => a - b);
  const places = new Map(vocabulary.map((point, place) => [point, place]));
  const splitOf = (from: DataFile, content: string): Split => {
    const split = nextTokens(tokensOf(from, content, places), places.size, length, spec.task !== 'classification');
    if (split.count === 0)
      failIn(
        from,
        'too-short',
        `it has fewer than ${length + 1} characters, which one sample of \`shape: [${length}]\` and its next character take.`,
      );
    return split;
  };
  const names = vocabulary.map((point) => visible(String.fromCodePoint(point)));
  return {
    train: splitOf(file, text),
    validation: validationFile && splitOf(validationFile, plainText(validationFile)),
    classes: names,
    tokens: { size: names.length, names },
  };
}

const plainText = (file: DataFile): string => textOf(file, { most: MAX_BYTES, kind: 'text', remedy: 'Cut a part out of it.' });

function tokensOf(file: DataFile, text: string, places: ReadonlyMap<number, number>): Int32Array {
  const tokens = new Int32Array(text.length);
  let [count, line] = [0, 1];
  for (const character of text) {
    const token = places.get(character.codePointAt(0)!);
    if (token === undefined)
      failIn(
        file,
        'unknown-character',
        `line ${line} has ${quoted(character)}, which does not occur in the training text. Remove it, or add it there.`,
      );
    tokens[count++] = token;
    if (character === '\n') line++;
  }
  return tokens.subarray(0, count);
}
