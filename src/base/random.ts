import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** One round of MurmurHash3's body: every bit of `word` reaches every bit of the next rounds. */
function absorb(hash: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/**
 * A 32-bit hash (mixed as in MurmurHash3) of a seed and what the numbers are for: a step, a layer's name. In [0, 2³²).
 * Numbers are told apart up to 2⁵³; strings by their UTF-16 units and length, so ('ab', 'c') is not ('a', 'bc').
 */
export function hash32(seed: number, ...parts: (number | string)[]): number {
  let hash = 0;
  for (const part of [seed, ...parts]) {
    if (typeof part === 'number') {
      hash = absorb(absorb(hash, part % 0x100000000), Math.floor(part / 0x100000000));
    } else {
      for (let i = 0; i < part.length; i++) hash = absorb(hash, part.charCodeAt(i));
      hash = absorb(hash, part.length);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A seeded source of numbers: the same calls give the same numbers on every machine. */
export class Random {
  private readonly generator;
  private spareNormal: number | undefined;

  constructor(state: readonly [number, number, number, number]) {
    this.generator = xoroshiro128plusFromState(state);
  }

  /** In [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number {
    return uniformFloat64(this.generator);
  }

  /** Mean 0, standard deviation 1 (Box & Muller 1958). */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    // 1 − u is in (0, 1]: its logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** One of 0 … n − 1, all equally likely; n in [1, 2³²]. */
  integer(n: number): number {
    return uniformInt(this.generator, 0, n - 1);
  }

  /** Shuffles in place (Fisher & Yates) and returns the same array. */
  shuffle<T extends Int32Array | Float32Array>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
    return values;
  }

  /** 0 … n − 1 in a random order. */
  permutation(n: number): Int32Array {
    return this.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  }
}

/** The stream of a seed for one purpose: a name, and what tells it from others of that name. Streams of different names or seeds are independent of each other. */
export function stream(seed: number, ...purpose: [name: string, ...rest: number[]]): Random {
  // The generator's own seeding leaves most of its state constant, so that neighbouring seeds start alike; a hash fills all of it.
  // The last word is made odd because the all-zero state would stay at zero.
  return new Random([hash32(seed, ...purpose, 0), hash32(seed, ...purpose, 1), hash32(seed, ...purpose, 2), hash32(seed, ...purpose, 3) | 1]);
}
