import { fail } from '../model/problem';
import type { DataSpec } from '../model/spec';
import type { PlainSamples, Samples, Split } from './dataset';
import { rangeOf } from './reading';

/** How many tokens a sample has, as `shape: [L]` says. @throws ProblemError for a shape of more dimensions. */
export function sequenceLength(spec: DataSpec, usual: number): number {
  if (spec.shape && spec.shape.length !== 1)
    fail(
      'impossible-shape',
      `\`shape: [${spec.shape.join(', ')}]\`: a sample of tokens is a sequence, and its shape is its length: \`shape: [${usual}]\`.`,
      {
        range: rangeOf(spec, 'shape'),
      },
    );
  return spec.shape?.[0] ?? usual;
}

/** Tokens of `size` kinds, in bytes where they fit into bytes. */
export const tokenArray = (size: number, length: number): Uint8Array | Float32Array =>
  size <= 256 ? new Uint8Array(length) : new Float32Array(length);

/**
 * Sequences of `length` tokens, one behind the other in a stream of tokens, each with what follows: on each of its tokens the next one
 * (y: L), or on the whole the next one (y: a class).
 */
export function nextTokens(stream: ArrayLike<number>, size: number, length: number, isSequence: boolean): Split {
  const count = Math.max(0, Math.floor((stream.length - 1) / length));
  const x = tokenArray(size, count * length);
  const y = new Int32Array(isSequence ? count * length : count);
  for (let at = 0; at < x.length; at++) x[at] = stream[at];
  for (let at = 0; at < y.length; at++) y[at] = stream[isSequence ? at + 1 : (at + 1) * length];
  const inputs: Samples = { sampleShape: [length], data: x };
  const targets: PlainSamples = { sampleShape: isSequence ? [length] : [], data: y };
  return { count, x: inputs, y: targets };
}

const VISIBLE: Record<string, string> = { ' ': '␣', '\n': '↵', '\t': '⇥' };

/** A character as one that can be seen. */
export const visible = (character: string): string => VISIBLE[character] ?? character;
