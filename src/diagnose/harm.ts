import type { ProblemLevel } from '../model/problem';
import type { Subject } from './subject';

/** What hurts training as a rule: worth a hint where the model learned all the same. */
export const harm = (subject: Subject, level: 'error' | 'warning'): ProblemLevel => (subject.isDoingWell() ? 'hint' : level);
