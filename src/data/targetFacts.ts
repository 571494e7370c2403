import { product } from '../graph/shape';
import type { Dataset } from './dataset';
import type { ClassFacts, NumberFacts } from './facts';
import { eachNumber, momentsOf } from './moments';

const MOST_DISTINCT = 50;

export function targetFacts({ train, classes }: Dataset, rows: Int32Array): ClassFacts | NumberFacts {
  return train.y.data instanceof Int32Array ? classFacts(train.y.data, classes) : numberFacts(train.y, rows);
}

function classFacts(labels: Int32Array, classes: string[] | undefined): ClassFacts {
  const highest = labels.reduce((a, b) => Math.max(a, b), 0);
  const counts = Array.from({ length: classes?.length ?? highest + 1 }, () => 0);
  for (const label of labels) counts[label]++;
  const hasNames = classes?.some((name, index) => name !== String(index));
  return { kind: 'class', counts, ...(hasNames && { names: classes }) };
}

function numberFacts(y: Dataset['train']['y'], rows: Int32Array): NumberFacts {
  const { std } = momentsOf(y, rows);
  const distinct = new Set<number>();
  let [count, sum, squares, min, max, isInteger] = [0, 0, 0, Infinity, -Infinity, true];
  eachNumber(y, rows, (value) => {
    count++;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
    isInteger &&= Number.isInteger(value);
    if (distinct.size < MOST_DISTINCT) distinct.add(value);
  });
  return {
    kind: 'number',
    columns: product(y.sampleShape),
    mean: sum / (count || 1),
    variance: std.reduce((total, deviation) => total + deviation ** 2, 0) / (std.length || 1),
    rms: Math.sqrt(squares / (count || 1)),
    min: count ? min : 0,
    max: count ? max : 0,
    distinct: distinct.size,
    isInteger,
  };
}
