import { totalSumOfSquares } from './baseline';
import { gather } from '../data/batches';
import type { Dataset, Split } from '../data/dataset';
import { product } from '../graph/shape';
import { scratchForward } from '../model/build';
import { LOSSES } from '../model/losses';
import type { EvalEvent } from './protocol';
import { createSession, type Feeds, numbers, type Session, tensor } from './session';
import { buildEvaluation, type ModelPlan } from './stepGraph';

/** Activations of one evaluation run at most; larger splits are evaluated in pieces. */
const PIECE_BYTES = 64 * 2 ** 20;

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
  ) {
    const { graph } = scratchForward(model.spec, model.sample);
    const bytesPerSample = graph.nodes.reduce((sum, n) => sum + (n.op === 'Constant' ? 0 : 2 * product(n.outputs[0].shape)), 0);
    this.piece = Math.max(1, Math.floor(PIECE_BYTES / bytesPerSample));
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
    for (const session of this.sessions.values()) await (await session).release();
    this.sessions.clear();
  }

  private async split(split: Split, weights: Feeds): Promise<Result> {
    const { spec } = this.model;
    const isSum = spec.loss.args.reduction === 'sum';
    let loss = 0;
    let score = 0;
    for (let from = 0; from < split.count; from += this.piece) {
      const rows = Int32Array.from({ length: Math.min(this.piece, split.count - from) }, (_, i) => from + i);
      const part = await this.run(split, rows, weights);
      loss += isSum ? part.loss : part.loss * (rows.length / split.count);
      score += part.score;
    }
    return { loss, score: this.scoreOf(split, score) };
  }

  private async run(split: Split, rows: Int32Array, weights: Feeds): Promise<Result> {
    const n = rows.length;
    let session = this.sessions.get(n);
    if (!session) this.sessions.set(n, (session = createSession(buildEvaluation(this.model, n))));
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
