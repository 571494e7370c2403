import type { Patient } from './recipe';

/** A change of a sound model. */
export interface Variation {
  /** What stays of the model; undefined where the change means nothing for it. */
  apply: (base: Patient) => Patient | undefined;
  /** Diagnoses that are right; none: the model stays sound. */
  accepted: (changed: Patient) => readonly string[];
  /** It hurts what the score says rather than the score: no loss of score is asked for. */
  misleads?: true;
}
