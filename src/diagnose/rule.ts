import type { ProblemLevel } from '../model/problem';
import type { Evidence, Place, RuleId } from './finding';
import type { FixRequest } from './fix';
import type { Subject } from './subject';

/** What a rule found. */
export interface Found {
  level: ProblemLevel;
  place: Place;
  also?: Place[];
  message: string;
  evidence: Evidence;
  /** Best first. */
  fixes: FixRequest[];
}

/** One kind of trouble: how it is known, why it hurts, what it is a consequence of. */
export interface Rule {
  /** `Vanishing gradient` */
  title: string;
  /** `file`: known from the model file and its data; `training`: from what the run told. */
  from: 'file' | 'training';
  /** The theory, in two or three sentences: what happens and why it hurts. */
  because: string;
  /** In plain text with Unicode. */
  formula: string;
  /** Paper or page. */
  reference: string;
  /** What is so where nothing is wrong, for the report on a healthy run: `gradients reach the first layer`. */
  healthy: string;
  /** Where one of these is found as well, this is a consequence of it; the first one found counts. */
  follows: readonly RuleId[];
  check: (subject: Subject) => Found | undefined;
}
