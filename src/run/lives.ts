/** Deaths in a row that are one too many. */
const TOO_MANY = 3;
/** What a trainer has to get done beyond all that was done before, so that its death is not in a row with the one before. */
const PROGRESS = { steps: 50, milliseconds: 10_000 };

/** Tells a run whose threads die of bad luck from one that kills each of them. */
export class Lives {
  private deaths = 0;
  private step: number;
  /** When a step was done that no thread before had come to. */
  private passedAt?: number;

  constructor(private furthest = 0) {
    this.step = furthest;
  }

  /** A step was done, perhaps once more. */
  reach(step: number): void {
    this.step = Math.max(this.step, step);
    if (step > this.furthest) this.passedAt ??= performance.now();
  }

  /** Another thread died; false: it is no use to start one more. */
  lose(): boolean {
    const hasProgress =
      this.step >= this.furthest + PROGRESS.steps || (this.passedAt !== undefined && performance.now() - this.passedAt >= PROGRESS.milliseconds);
    this.deaths = hasProgress ? 1 : this.deaths + 1;
    this.furthest = this.step;
    this.passedAt = undefined;
    return this.deaths < TOO_MANY;
  }
}
