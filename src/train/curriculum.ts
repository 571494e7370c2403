import type { BatchOrder } from '../data/batches';
import { LOSSES } from '../model/losses';
import { fail } from '../model/problem';
import type { Spec } from '../model/spec';
import type { Prepared } from './prepare';
import { SampleLosses } from './sampleLosses';
import type { Feeds, SessionPool } from './session';

/** @throws ProblemError where samples are to go by their loss and have none by themselves. */
export function checkCurriculum({ data, loss }: Spec): void {
  if (data.curriculum?.by === 'loss' && LOSSES[loss.name].score === 'neighbours')
    fail('curriculum-loss', `\`${loss.name}\` compares samples with each other, so none has a loss by itself. Go by a column of the data.`, {
      range: data.ranges.curriculum,
    });
}

/** Lets easy samples come first, as long as not all are there. */
export class Curriculum {
  /** By loss: of each sample at the start of the epoch. */
  private losses?: Float32Array;
  private isRanked = false;
  private judge?: SampleLosses;

  /** @param losses of a checkpoint amid an epoch. */
  constructor(
    private readonly sessions: SessionPool,
    losses?: Float32Array,
  ) {
    this.losses = losses;
  }

  /** Before each batch: says in what order its epoch takes the samples. */
  async lead(order: BatchOrder, { spec, dataset, model }: Prepared, weights: Feeds): Promise<void> {
    const { curriculum } = spec.data;
    if (!curriculum || !order.isRanked) return;
    if (order.position.row > 0 && this.isRanked) return;
    this.isRanked = true;
    if (curriculum.by !== 'loss') return order.rank(dataset.train.difficulty!);
    if (order.position.row === 0 || this.losses?.length !== dataset.train.count) {
      if (this.judge?.model !== model) {
        await this.judge?.release();
        this.judge = new SampleLosses(model, dataset.train, this.sessions);
      }
      this.losses = await this.judge.of(weights);
    }
    order.rank(this.losses);
  }

  /** What a checkpoint of this moment needs. */
  state({ isRanked, position }: BatchOrder): Float32Array | undefined {
    return isRanked && position.row > 0 ? this.losses : undefined;
  }

  async release(): Promise<void> {
    await this.judge?.release();
    this.judge = undefined;
  }
}
