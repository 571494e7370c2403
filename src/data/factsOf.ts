import { product } from '../graph/shape';
import type { Dataset } from './dataset';
import type { DataFacts } from './facts';

/** TODO */
export function factsOf(dataset: Dataset): DataFacts {
  const { train } = dataset;
  return {
    samples: train.count,
    sampleShape: train.x.sampleShape,
    inputs: { rms: 1, mean: 0, min: 0, max: 0, stdRatio: 1, constants: 0 },
    targets: { kind: 'class', counts: [product([1])] },
  };
}
