import type { Patient } from './recipe';
import type { Outcome } from './train';

/** A change of a model. */
export interface Variation {
  /**
   * sound: it does as well as before; sick: clearly worse; misleading: the score does not tell, as it is the score that is wrong;
   * remarkable: it does as well, and there is something to say that is no alarm.
   */
  kind: 'sound' | 'sick' | 'misleading' | 'remarkable';
  /** The changed model; undefined where the change means nothing for it. */
  apply: (base: Patient) => Patient | undefined;
  /** Diagnoses that are right. */
  accepted: readonly string[];
  /** What every run of a sick one shows beside its score. */
  shows?: (run: Outcome) => boolean;
}
