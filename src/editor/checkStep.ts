import type { Dataset } from '../data/dataset';
import { ProblemError, type Problem } from '../model/problem';
import type { Spec } from '../model/spec';
import { inspect } from '../train/prepare';

/** A layer takes about half a millisecond, during which the extension host answers nobody; of a larger model the trainer alone says more than its shapes do. */
const MOST_LAYERS = 1000;

/** What is wrong with a training step whose shapes fit, `layers` counting every copy of a `Repeat`. Statistics would quadruple the time and can have nothing wrong. */
export function checkStep(text: string, spec: Spec, dataset: Dataset, layers: number): Problem[] {
  if (layers > MOST_LAYERS) return [];
  try {
    inspect({ text, statsEvery: 0 }, spec, dataset);
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return [error.problem];
    throw error;
  }
}
