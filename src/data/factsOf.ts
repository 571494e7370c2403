import { product } from '../graph/shape';
import { plainRows } from './batches';
import type { Dataset } from './dataset';
import type { DataFacts, Measure } from './facts';
import { inputFacts } from './inputFacts';
import { momentsOf } from './moments';
import { sampleRows } from './sampleRows';
import { signalOf } from './signal';
import { targetFacts } from './targetFacts';
import { validationFacts } from './validationFacts';

/** Of larger data this many numbers, in rows from all over it, stand for all. */
const MOST_NUMBERS = 2e5;

const FEWEST_ROWS = 30;

const known = new WeakMap<Dataset, Partial<Record<Measure, DataFacts>>>();

/** What the diagnosis knows of the data, worked out once for each dataset and measure; about a tenth of a second for large data. */
export function factsOf(dataset: Dataset, measure: Measure): DataFacts {
  const facts = known.get(dataset) ?? {};
  known.set(dataset, facts);
  return (facts[measure] ??= workOut(dataset, measure));
}

function workOut(dataset: Dataset, measure: Measure): DataFacts {
  const { train, validation } = dataset;
  const { sampleShape } = train.x;
  const rowsOf = (count: number) => sampleRows(count, Math.max(FEWEST_ROWS, Math.floor(MOST_NUMBERS / product(sampleShape))));
  const rows = rowsOf(train.count);
  const looked = plainRows(train.x, rows);
  const moments = momentsOf(looked.samples, looked.rows);
  const signal = signalOf(dataset, measure);
  return {
    samples: train.count,
    sampleShape: [...sampleShape],
    inputs: inputFacts(looked.samples, looked.rows, moments),
    targets: targetFacts(dataset, rows),
    ...(validation && { validation: validationFacts(train, validation, rowsOf(validation.count), moments) }),
    ...(signal && { signal }),
  };
}
