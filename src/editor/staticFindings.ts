import type { Dataset } from '../data/dataset';
import { factsOf } from '../data/factsOf';
import { diagnose } from '../diagnose/diagnose';
import type { Finding } from '../diagnose/finding';
import type { ObservedLayer } from '../diagnose/observed';
import { LOSSES } from '../model/losses';
import type { Spec } from '../model/spec';

/** What the model file and its data alone say is wrong, before any training. Takes some milliseconds, once per data set a tenth of a second. */
export function findBeforeTraining(text: string, spec: Spec, dataset: Dataset, layers: readonly ObservedLayer[]): Finding[] {
  const { batch_size, steps, epochs = 0 } = spec.train;
  return diagnose({
    text,
    spec,
    layers,
    facts: factsOf(dataset, LOSSES[spec.loss.name].score === 'r2' ? 'r2' : 'accuracy'),
    from: 0,
    step: 0,
    steps: steps ?? epochs * Math.ceil(dataset.train.count / batch_size),
    losses: [],
    evals: [],
    samples: [],
  });
}
