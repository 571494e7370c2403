/** How often something is done beside training, and how much of the time it may take. */
export interface Pace {
  /** Milliseconds from one to the next. */
  every: number;
  /** So many in the beginning need not wait for that: then most is new. */
  early: number;
  /** Of the training time. */
  share: number;
  /** Milliseconds beyond that share: what a short run has to spend. */
  credit: number;
}

/** Keeps a pace. */
export class Turn {
  private count = 0;
  private spent = 0;
  private endedAt = -Infinity;

  /** @param since seconds that were trained before. */
  constructor(
    private readonly pace: Pace,
    private readonly since: number,
  ) {}

  canAfford(seconds: number): boolean {
    const { share, credit } = this.pace;
    return this.spent <= credit + share * (seconds - this.since) * 1000;
  }

  isTime(now: number): boolean {
    return this.count < this.pace.early || now - this.endedAt >= this.pace.every;
  }

  /** @param isFree nothing waits for it: it does not count into the share. */
  async take<T>(work: () => Promise<T>, isFree: boolean): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.endedAt = performance.now();
    if (!isFree) this.spent += this.endedAt - startedAt;
    this.count++;
    return result;
  }
}
