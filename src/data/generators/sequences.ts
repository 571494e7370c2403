import type { Random } from '../../base/random';
import type { GeneratorName } from '../../model/spec';
import type { Asked, Drawn, GeneratorRule } from './rule';

const NOISE = '`noise`: share of the tokens that the model sees replaced by others at random; the targets are those of the tokens before.';

/** Tokens drawn at random, all alike, with what a task makes of them. */
function* drawSequences({ samples, noise, classes, length }: Asked, random: Random, targetOf: (tokens: number[]) => Drawn[1]): Iterable<Drawn> {
  for (let i = 0; i < samples; i++) {
    const tokens = Array.from({ length }, () => random.integer(classes));
    const target = targetOf(tokens);
    yield [noise > 0 ? tokens.map((token) => (random.uniform() < noise ? random.integer(classes) : token)) : tokens, target];
  }
}

/** Tokens 0 … classes − 1, all equally likely. */
const shared = {
  kind: 'tokens',
  target: 'class',
  noise: 0,
  vocabulary: (classes: number) => ({ size: classes }),
} as const satisfies Partial<GeneratorRule>;

function runningSums(tokens: readonly number[], classes: number): number[] {
  let sum = 0;
  return tokens.map((token) => (sum = (sum + token) % classes));
}

/** What a model makes of a sequence shows what it can remember and where it can look. */
export const sequences: Pick<Record<GeneratorName, GeneratorRule>, 'copy' | 'reverse' | 'parity'> = {
  copy: {
    ...shared,
    doc: `Sequences of random tokens, \`classes\` different ones, 16 long or \`shape: [L]\`; the target is the sequence itself: y[t] = x[t]. What needs no memory, to hold the others against. ${NOISE}`,
    sampleShape: [16],
    classes: { default: 10 },
    draw: (asked, random) => drawSequences(asked, random, (tokens) => tokens),
  },
  reverse: {
    ...shared,
    doc: `Sequences of random tokens, \`classes\` different ones, 16 long or \`shape: [L]\`; the target is the sequence from its end: y[t] = x[L − 1 − t]. It takes attention, or a recurrence in both directions. ${NOISE}`,
    sampleShape: [16],
    classes: { default: 10 },
    draw: (asked, random) => drawSequences(asked, random, (tokens) => [...tokens].reverse()),
  },
  parity: {
    ...shared,
    doc: `Sequences of random bits, 8 long or \`shape: [L]\`; the target is whether an odd number of them has been 1 so far: y[t] = (x[0] + … + x[t]) mod 2, or mod \`classes\` of as many different tokens. With \`task: classification\` that of the whole sequence. It takes a memory of one state. ${NOISE}`,
    sampleShape: [8],
    classes: { default: 2 },
    hasWhole: true,
    draw: (asked, random) =>
      drawSequences(asked, random, (tokens) => {
        const sums = runningSums(tokens, asked.classes);
        return asked.isWhole ? sums[sums.length - 1] : sums;
      }),
  },
};
