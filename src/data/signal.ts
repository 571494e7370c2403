import { product } from '../graph/shape';
import type { Dataset } from './dataset';
import { examsOf, type TargetColumns } from './exams';
import type { Measure, Signal } from './facts';
import { stack } from './matrix';
import { neighbourPredictions } from './neighbours';
import { scoreOf, scoreOfGuessing } from './predictionScore';
import { ridgePredictions } from './ridge';

/** Fewer samples tell nothing. */
const FEWEST = 20;

/** Classes, or numbers in a target. */
const MOST_COLUMNS = 128;

/** Standard errors above guessing that are no chance. */
const SURE = 2;

/**
 * How well a vote of the nearest neighbours and a ridge regression predict what they have not seen. Undefined for tokens, and where there is too
 * little data, nothing to tell apart, or more than one label in a target.
 */
export function signalOf(dataset: Dataset, measure: Measure): Signal | undefined {
  // Which tokens are near each other, or larger, says nothing.
  if (dataset.tokens) return undefined;
  const target = targetColumns(dataset, measure);
  if (dataset.train.count < FEWEST || target.count > MOST_COLUMNS) return undefined;
  if (target.kind === 'class' && product(dataset.train.y.sampleShape) > 1) return undefined;
  const exams = examsOf(dataset, target);
  const truth = stack(exams.map(({ asked }) => asked.y));
  const noSkill = scoreOfGuessing(truth, target.kind);
  if (noSkill === undefined) return undefined;
  const neighbours = { method: 'neighbours' as const, ...scoreOf(truth, stack(exams.map(neighbourPredictions)), target.kind) };
  const linear = { method: 'linear' as const, ...scoreOf(truth, stack(exams.map(ridgePredictions)), target.kind) };
  const best = linear.score > neighbours.score ? linear : neighbours;
  return { ...best, noSkill, isNone: ![neighbours, linear].some(({ score, standardError }) => score > noSkill + SURE * standardError) };
}

function targetColumns({ train: { y }, classes }: Dataset, measure: Measure): TargetColumns {
  if (!(y.data instanceof Int32Array)) return { kind: measure === 'accuracy' ? 'sides' : 'number', count: product(y.sampleShape) };
  return { kind: 'class', count: classes?.length ?? y.data.reduce((a, b) => Math.max(a, b), 0) + 1 };
}
