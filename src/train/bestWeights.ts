import type { ModelPlan } from './modelPlan';
import type { Best, EvalEvent, Merit } from './protocol';
import type { Feeds } from './session';
import { unpackTensors } from './stateVectors';

/** Keeps the weights at the best evaluation until they are asked for: by score, then by loss. */
export class BestWeights {
  private kept?: { step: number; vectors: Feeds; model: ModelPlan };

  /** @param merit of the best evaluation so far. */
  constructor(public merit?: Merit) {}

  /**
   * @param weights asked for where they are kept.
   * @returns whether it is the best so far.
   */
  async watch(event: EvalEvent, model: ModelPlan, weights: () => Promise<Feeds>): Promise<boolean> {
    const merit = meritOf(event);
    if (this.merit && !isBetter(merit, this.merit)) return false;
    this.merit = merit;
    this.kept = { step: event.step, vectors: await weights(), model };
    return true;
  }

  /** Those kept since the last call. */
  take(): Best | undefined {
    const { kept } = this;
    this.kept = undefined;
    return kept && { step: kept.step, tensors: unpackTensors(kept.model, kept.vectors) };
  }

  /** Those that another trainer kept, unless they are of a later step. */
  takeOver({ kept }: BestWeights, step: number): void {
    if (kept && kept.step <= step) this.kept = kept;
  }
}

const isBetter = (a: Merit, b: Merit): boolean => a.score > b.score || (a.score === b.score && a.loss < b.loss);

/** Numbers that JSON has, whatever was not measured. */
function meritOf(event: EvalEvent): Merit {
  const score = event.val_accuracy ?? event.val_r2 ?? event.train_accuracy ?? event.train_r2;
  return { score: score ?? -Number.MAX_VALUE, loss: event.val_loss ?? event.train_loss ?? Number.MAX_VALUE };
}
