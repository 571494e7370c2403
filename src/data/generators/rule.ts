import type { Random } from '../../base/random';
import type { Vocabulary } from '../dataset';

/** One sample: its numbers, and its class or number to predict, or those of each of its places. */
export type Drawn = [x: ArrayLike<number>, y: number | ArrayLike<number>];

/** What a generator is asked for. */
export interface Asked {
  samples: number;
  noise: number;
  /** 1 where numbers are to be predicted. */
  classes: number;
  /** Tokens of a sequence. */
  length: number;
  /** One target for a sequence, in place of one for each of its tokens. */
  isWhole: boolean;
}

export interface GeneratorRule {
  /** What it draws, for hovers: the samples without noise, and what `noise` does to them. */
  doc: string;
  /** `pixels`: bytes, which become 0…1; `tokens`: whole numbers from 0. */
  kind: 'numbers' | 'pixels' | 'tokens';
  /** Of one sample; of tokens unless `shape` says otherwise. */
  sampleShape: readonly number[];
  target: 'class' | 'number';
  /** Where the file says nothing. */
  noise: number;
  /** `fixed`: the drawing knows no other number of classes; `default`: `classes` may say another, up to `most`. Class targets only. */
  classes?: { fixed: number } | { default: number; most?: number };
  /** What the classes are called; else by their numbers. */
  names?: readonly string[];
  /** Of tokens. */
  vocabulary?: (classes: number) => Vocabulary;
  /** A sequence may have one target as a whole. */
  hasWhole?: boolean;
  /** As many as asked for; `generate` puts them in a random order. */
  draw: (asked: Asked, random: Random) => Iterable<Drawn>;
}

/** Draws point i of n of a class. */
type DrawPoint = (at: { i: number; n: number; label: number; classes: number; noise: number }, random: Random) => Drawn;

/** Class after class, all of the same size to within one sample. */
export const byClass = (point: DrawPoint): GeneratorRule['draw'] =>
  function* ({ samples, classes, noise }, random) {
    for (let label = 0; label < classes; label++) {
      const n = Math.floor((samples + classes - 1 - label) / classes);
      for (let i = 0; i < n; i++) yield point({ i, n, label, classes, noise }, random);
    }
  };

/** A share of light as a byte, with a normal deviate added and cut to what a byte holds. */
export const pixel = (light: number, noise: number, random: Random): number =>
  Math.max(0, Math.min(255, Math.round(255 * (light + (noise > 0 ? noise * random.normal() : 0)))));
