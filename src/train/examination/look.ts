import { gatherRows } from '../../data/batches';
import { classOf } from '../../data/card';
import type { PlainSamples, Split } from '../../data/dataset';
import { product } from '../../graph/shape';
import type { Feeds } from '../session';
import type { ModelPlan } from '../modelPlan';
import { aimOf, judgeOf, type Judgement } from './judgement';
import type { Pieces } from './pieces';

/** What a model puts out for some samples of a split. */
export interface Look {
  split: Split;
  outputs: Float32Array;
  /** What it should put out, sample after sample. */
  targets: PlainSamples['data'];
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
  const piece = (from: number, to: number) => ({ x: gatherRows(split.x, rows.subarray(from, to)) });
  const outputs = (await prediction.run(weights, piece, rows.length)).prediction;
  const targets = gatherRows(split.y, rows);
  const aim = aimOf(plan);
  const judge = judgeOf(plan);
  const width = product(plan.output.slice(1));
  const judged =
    aim &&
    judge &&
    Array.from(rows, (row, i) => ({
      row,
      actual: aim.kind === 'class' ? classOf(split.y, row) : targets[i],
      ...judge(outputs.subarray(i * width, (i + 1) * width), targets[i]),
    }));
  return { split, outputs, targets, ...(judged && { judged }) };
}

/** `confusion[actual][predicted]`; samples whose prediction is not finite are in none. */
export function confusionOf(judged: readonly Judged[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (const { actual, predicted } of judged) if (Number.isFinite(predicted)) counts[actual][predicted]++;
  return counts;
}
