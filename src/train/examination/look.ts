import { gather } from '../../data/batches';
import { classOf } from '../../data/card';
import type { Split } from '../../data/dataset';
import { product } from '../../graph/shape';
import type { Feeds } from '../session';
import type { ModelPlan } from '../stepGraph';
import { aimOf, judgeOf, type Judgement } from './judgement';
import type { Pieces } from './pieces';

/** What a model puts out for some samples of a split. */
export interface Look {
  /** What the model gets, sample after sample; and what it should put out. */
  x: Float32Array | Int32Array;
  y: Float32Array | Int32Array;
  outputs: Float32Array;
  /** Where a sample has one class or number. */
  judged?: Judged[];
}

export interface Judged extends Judgement {
  /** Index in the split. */
  row: number;
  /** Class index, or the number. */
  actual: number;
}

export async function lookAt(plan: ModelPlan, split: Split, rows: Int32Array, prediction: Pieces, weights: Feeds): Promise<Look> {
  const { x, y } = gather(split, rows);
  const outputs = (await prediction.run(weights, { x }, rows.length)).prediction;
  const aim = aimOf(plan);
  const judge = judgeOf(plan);
  const width = product(plan.output.slice(1));
  const judged =
    aim &&
    judge &&
    Array.from(rows, (row, i) => ({
      row,
      actual: aim.kind === 'class' ? classOf(split.y, row) : y[i],
      ...judge(outputs.subarray(i * width, (i + 1) * width), y[i]),
    }));
  return { x, y, outputs, ...(judged && { judged }) };
}

/** `confusion[actual][predicted]`; samples whose prediction is not finite are in none. */
export function confusionOf(judged: readonly Judged[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (const { actual, predicted } of judged) if (Number.isFinite(predicted)) counts[actual][predicted]++;
  return counts;
}
