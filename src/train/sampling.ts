import type { Plan } from './protocol';

/** Sampled whatever it costs: a diagnosis looks at how training begins. */
const FIRST_STEPS = 50;
/** Weight of a newer plain step against those before it: a machine's speed changes, and single steps are noisy. */
const NEWER = 0.05;

/**
 * Which steps give statistics, by what those cost: sampled steps beside plain ones. A net of many small layers takes several times as long for a step
 * with them as for one without.
 */
export class Sampling {
  private plain?: number;
  private all = 0;
  private extra = 0;

  /** @param firstStep of this trainer. */
  constructor(
    private readonly plan: Pick<Plan, 'statsEvery' | 'statsShare'>,
    private readonly firstStep: number,
  ) {}

  /** The first step too: it is the first that an edited model shows. */
  wants(step: number, isLast: boolean): boolean {
    const { statsEvery } = this.plan;
    if (statsEvery === 0) return false;
    if (step === this.firstStep || isLast) return true;
    return step % statsEvery === 0 && (this.isAmongFirst(step) || this.isWithinShare);
  }

  /** How many steps after one are not sampled for certain; none of the first ones. */
  unsampledAfter(step: number): number {
    const { statsEvery } = this.plan;
    if (this.isAmongFirst(step)) return 0;
    return statsEvery === 0 ? Infinity : statsEvery - (step % statsEvery) - 1;
  }

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

  private isAmongFirst(step: number): boolean {
    return step < this.firstStep + FIRST_STEPS;
  }

  /** Whether statistics took less than their share of the time so far; without one they may take what they like. */
  private get isWithinShare(): boolean {
    const { statsShare } = this.plan;
    return statsShare === undefined || this.extra < statsShare * this.all;
  }
}
