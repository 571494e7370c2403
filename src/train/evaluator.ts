import { totalSumOfSquares } from './baseline';
import { gather } from '../data/batches';
import type { Dataset, Split } from '../data/dataset';
import { product } from '../graph/shape';
import { LOSSES } from '../model/losses';
import type { EvalEvent } from './protocol';
import { type Feeds, numbers, type Session, type SessionPool, tensor } from './session';
import { buildEvaluation } from './evaluationGraph';
import type { ModelPlan } from './modelPlan';

/** Activations of one evaluation run at most; larger splits are evaluated in pieces. */
const PIECE_BYTES = 64 * 2 ** 20;

/** Samples of one evaluation run. */
export const pieceOf = ({ bytesPerSample }: ModelPlan): number => Math.max(1, Math.floor(PIECE_BYTES / bytesPerSample));

interface Result {
  loss: number;
  score: number;
}

/** Loss and score of whole splits in evaluation mode. Sessions are made when first needed and kept. */
export class Evaluator {
  private readonly sessions = new Map<number, Promise<Session>>();
  private readonly piece: number;
  private readonly sumsOfSquares = new Map<Split, number>();

  constructor(
    private readonly model: ModelPlan,
    private readonly dataset: Dataset,
    private readonly compiled: SessionPool,
  ) {
    this.piece = pieceOf(model);
  }

  /** `weights` are the packed parameters and buffers of the step graph, under their input names. */
  async evaluate(step: number, weights: Feeds): Promise<EvalEvent> {
    const train = await this.split(this.dataset.train, weights);
    const validation = this.dataset.validation && (await this.split(this.dataset.validation, weights));
    const finite = (n: number) => (Number.isFinite(n) ? n : null);
    const kind = LOSSES[this.model.spec.loss.name].score === 'r2' ? 'r2' : 'accuracy';
    return {
      type: 'eval',
      step,
      train_loss: finite(train.loss),
      [`train_${kind}`]: finite(train.score),
      ...(validation && {
        val_loss: finite(validation.loss),
        gap: finite(validation.loss - train.loss),
        [`val_${kind}`]: finite(validation.score),
      }),
    };
  }

  async release(): Promise<void> {
    const sessions = await Promise.allSettled(this.sessions.values());
    this.sessions.clear();
    for (const session of sessions) if (session.status === 'fulfilled') await session.value.release();
  }

  private async split(split: Split, weights: Feeds): Promise<Result> {
    const { spec } = this.model;
    const isSum = spec.loss.args.reduction === 'sum';
    const classWeights = spec.loss.args.weight as number[] | undefined;
    let loss = 0;
    let total = 0;
    let score = 0;
    for (let from = 0; from < split.count; from += this.piece) {
      const rows = Int32Array.from({ length: Math.min(this.piece, split.count - from) }, (_, i) => from + i);
      const part = await this.run(split, rows, weights);
      // A mean over pieces counts each by what PyTorch divides by: its samples, or the weights of their classes.
      const weight = isSum ? 1 : weightOf(rows, split, classWeights);
      loss += part.loss * weight;
      total += weight;
      score += part.score;
    }
    return { loss: isSum ? loss : loss / total, score: this.scoreOf(split, score) };
  }

  private async run(split: Split, rows: Int32Array, weights: Feeds): Promise<Result> {
    const n = rows.length;
    let session = this.sessions.get(n);
    if (!session) this.sessions.set(n, (session = this.compiled.session(buildEvaluation(this.model, n))));
    const { x, y } = gather(split, rows);
    const isClass = LOSSES[this.model.spec.loss.name].target === 'class';
    const outputs = await (
      await session
    ).run({
      ...weights,
      x: tensor(x, [n, ...this.model.sample]),
      y: tensor(y, [n, ...this.model.target], isClass ? 'int32' : 'float32'),
    });
    const [loss, score] = numbers(outputs.metrics);
    return { loss, score };
  }

  /** The share of right predictions, or R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)². */
  private scoreOf(split: Split, raw: number): number {
    if (LOSSES[this.model.spec.loss.name].score !== 'r2') return raw / split.y.data.length;
    let total = this.sumsOfSquares.get(split);
    if (total === undefined) this.sumsOfSquares.set(split, (total = totalSumOfSquares(split)));
    return 1 - raw / total;
  }
}

function weightOf(rows: Int32Array, { y }: Split, classWeights?: readonly number[]): number {
  if (!classWeights) return rows.length;
  const perSample = product(y.sampleShape);
  const labels = y.data.subarray(rows[0] * perSample, (rows[rows.length - 1] + 1) * perSample);
  return Array.from(labels).reduce((sum, label) => sum + classWeights[label], 0);
}
