/** Weight of a newer plain step against those before it: a machine's speed changes, and single steps are noisy. */
const NEWER = 0.05;

/** What statistics cost: sampled steps beside plain ones. A net of many small layers takes several times as long for a step with them as for one without. */
export class SamplingCost {
  private plain?: number;
  private all = 0;
  private extra = 0;

  /** Milliseconds of a step without statistics; undefined as long as none was timed. */
  get plainStep(): number | undefined {
    return this.plain;
  }

  /** @param milliseconds of one step. */
  add(milliseconds: number, isSampled: boolean): void {
    this.all += milliseconds;
    if (!isSampled) this.plain = this.plain === undefined ? milliseconds : this.plain + NEWER * (milliseconds - this.plain);
    else if (this.plain !== undefined) this.extra += Math.max(0, milliseconds - this.plain);
  }

  /** @param milliseconds of steps that were not timed one by one. */
  addUnsampled(milliseconds: number): void {
    this.all += milliseconds;
  }

  /** Whether statistics took less than this share of the time so far; without one they may take what they like. */
  isWithin(share?: number): boolean {
    return share === undefined || this.extra < share * this.all;
  }
}
