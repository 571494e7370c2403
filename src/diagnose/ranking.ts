import type { Candidate } from './candidates';

/** What training a model for some steps made of it. */
export interface Measured {
  /** Loss of the last evaluation over that of guessing: below 1 is better than guessing. Infinity: not finite; undefined: no loss of guessing is known. */
  relativeLoss?: number;
  /** Accuracy or R² of the last evaluation. */
  score?: number;
}

/** Another seed changes a loss by as much: less than this share of the better one tells nothing. */
const NOISE = 0.02;

/** Nor does a difference of this share of what guessing costs: with both next to nothing, one is still twice the other. */
const NOISE_OF_GUESSING = 0.005;

/** How far from perfect, in units that all of `among` have: candidates that normalise the target or change the loss have other losses. */
export function distance(among: readonly Measured[]): (one: Measured) => number {
  const hasGuess = among.every(({ relativeLoss }) => relativeLoss !== undefined);
  return ({ relativeLoss, score }) => (hasGuess ? relativeLoss! : score === undefined ? Infinity : 1 - score);
}

/** Whether the one is nearer to perfect than the other, by more than noise. */
export const isBetter = (one: number, other: number): boolean => one < other && !(other - one <= Math.max(NOISE * one, NOISE_OF_GUESSING));

/** Whether anything could be better by more than noise. */
export const hasRoom = (distance: number): boolean => isBetter(0, distance);

/**
 * Best first; of those that noise cannot tell apart the smallest edit.
 * @param baseline what they are compared with: it decides about the units too.
 */
export function rank<T extends Measured & Edited>(measured: readonly T[], baseline?: Measured): T[] {
  const of = distance(baseline ? [...measured, baseline] : measured);
  const left = [...measured].sort((a, b) => of(a) - of(b) || bySize(a, b));
  const ranked: T[] = [];
  while (left.length > 0) {
    const best = of(left[0]);
    const alike = left.filter((one) => !isBetter(best, of(one)));
    ranked.push(...alike.sort(bySize));
    left.splice(0, alike.length);
  }
  return ranked;
}

type Edited = Pick<Candidate, 'edits'>;

/** By the places that change, then by the characters. */
const bySize = (a: Edited, b: Edited): number => a.edits.length - b.edits.length || charactersOf(a) - charactersOf(b);

const charactersOf = ({ edits }: Edited): number => edits.reduce((sum, { range, text }) => sum + range.end - range.start + text.length, 0);
