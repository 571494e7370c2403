import type { Random } from '../../base/random';
import { visible } from '../tokens';
import type { Drawn, GeneratorRule } from './rule';

/** Of one thing and of several. */
const NOUNS = [
  ['cat', 'cats'],
  ['dog', 'dogs'],
  ['fox', 'foxes'],
  ['bird', 'birds'],
  ['child', 'children'],
  ['king', 'kings'],
  ['mouse', 'mice'],
  ['queen', 'queens'],
] as const;
const ARTICLES = [
  ['a', 'some'],
  ['the', 'the'],
  ['every', 'many'],
  ['one', 'two'],
] as const;
const ADJECTIVES = ['small', 'red', 'old', 'quick', 'wise', 'lazy'];
const DOINGS = [
  ['sleeps', 'sleep'],
  ['sings', 'sing'],
  ['runs', 'run'],
  ['falls', 'fall'],
  ['jumps', 'jump'],
] as const;
const DOINGS_TO = [
  ['sees', 'see'],
  ['finds', 'find'],
  ['loves', 'love'],
  ['follows', 'follow'],
  ['hears', 'hear'],
] as const;

const ALPHABET = [...new Set([...NOUNS, ...ARTICLES, ...DOINGS, ...DOINGS_TO, ADJECTIVES, ['that', ' ', '.']].flat().join(''))].sort();
const PLACES = new Map(ALPHABET.map((character, place) => [character, place]));

const oneOf = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)];

/** A sentence → noun phrase, doing; noun phrase → article, perhaps an adjective, noun, perhaps "that" and a doing to a noun phrase. */
function sentence(random: Random): string {
  const nounPhrase = (number: number, depth: number): string => {
    const adjective = random.uniform() < 0.3 ? ` ${oneOf(ADJECTIVES, random)}` : '';
    const plain = `${oneOf(ARTICLES, random)[number]}${adjective} ${oneOf(NOUNS, random)[number]}`;
    return depth < 2 && random.uniform() < 0.25 ? `${plain} that ${doingTo(number, depth + 1)}` : plain;
  };
  const doingTo = (number: number, depth: number): string => `${oneOf(DOINGS_TO, random)[number]} ${nounPhrase(random.integer(2), depth)}`;
  const number = random.integer(2);
  const subject = nounPhrase(number, 0);
  return `${subject} ${random.uniform() < 0.5 ? oneOf(DOINGS, random)[number] : doingTo(number, 0)}. `;
}

/** Sequences one behind the other in a text, as the `.txt` reader cuts one. */
function* draw({ samples, length, noise, isWhole }: Parameters<GeneratorRule['draw']>[0], random: Random): Iterable<Drawn> {
  let text = '';
  for (let i = 0; i < samples; i++) {
    while (text.length <= length) text += sentence(random);
    const tokens = Array.from(text.slice(0, length + 1), (character) => PLACES.get(character)!);
    text = text.slice(length);
    const seen = tokens.slice(0, length);
    yield [
      noise > 0 ? seen.map((token) => (random.uniform() < noise ? random.integer(ALPHABET.length) : token)) : seen,
      isWhole ? tokens[length] : tokens.slice(1),
    ];
  }
}

export const charText: GeneratorRule = {
  doc: `A text of made-up sentences ("the old cat that sees some birds sleeps. "), in which verbs agree with their subjects, as ${ALPHABET.length} different characters; a sample is 32 of them, or \`shape: [L]\`. The target is the next character after each, or with \`task: classification\` the one after the last. \`noise\`: share of the characters that the model sees replaced by others at random.`,
  kind: 'tokens',
  sampleShape: [32],
  target: 'class',
  noise: 0,
  classes: { fixed: ALPHABET.length },
  hasWhole: true,
  vocabulary: () => ({ size: ALPHABET.length, names: ALPHABET.map(visible) }),
  draw,
};
