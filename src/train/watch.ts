import { Examiner } from './examiner';
import type { ObservationEvent } from './observation';
import { Observer } from './observer';
import type { Outcome } from './outcome';
import type { ModelState, Trainer } from './trainer';

/** How often a model is looked at while it trains, in milliseconds, and what share of the time that may take. */
const OBSERVE = { every: 250, share: 0.05 };
const EXAMINE = { every: 2000, share: 0.05 };

export interface Sight {
  observations: ObservationEvent[];
  outcome?: Outcome;
}

/** One kind of look at the model: when it is due. */
class Turn {
  private lookedAt = -Infinity;
  private spent = 0;
  step = -1;

  constructor(private readonly pace: { every: number; share: number }) {}

  isDue(seconds: number): boolean {
    return performance.now() - this.lookedAt >= this.pace.every && this.spent <= this.pace.share * seconds * 1000;
  }

  async take<T>(step: number, look: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await look();
    this.lookedAt = performance.now();
    this.spent += this.lookedAt - startedAt;
    this.step = step;
    return result;
  }
}

/** Looks at a model while it trains. What it trains with is not touched: the numbers of a run are those of one that nobody watches. */
export class Watch {
  private readonly observer: Observer;
  private readonly examiner: Examiner;
  private readonly observing = new Turn(OBSERVE);
  private readonly examining = new Turn(EXAMINE);
  /** The model before its first step, until it is looked at: the first step need not wait for that. */
  private start?: ModelState;
  private isBroken = false;

  constructor(private readonly trainer: Trainer) {
    this.observer = new Observer(trainer.prepared, trainer.sessions);
    this.examiner = new Examiner(trainer.prepared, trainer.sessions);
    this.start = trainer.state;
  }

  /** What is due; `isLast`: what there is to see now, as nothing more comes for a while. */
  async look(isLast = false): Promise<Sight> {
    const sight: Sight = { observations: [] };
    if (this.isBroken) return sight;
    const { seconds, step } = this.trainer;
    try {
      if (this.observing.step !== step && (isLast || this.observing.isDue(seconds))) {
        const { start, trainer } = this;
        this.start = undefined;
        const states = [...(start && start.step < step ? [start] : []), trainer.state];
        for (const state of states) sight.observations.push(await this.observing.take(state.step, () => this.observer.observe(state)));
      }
      if (this.examining.step !== step && (isLast || this.examining.isDue(seconds)))
        sight.outcome = await this.examining.take(step, () => this.examiner.examine(this.trainer.state));
    } catch (error) {
      // A picture less is better than a run that ends.
      this.isBroken = true;
      console.error('The model cannot be looked at:', error);
    }
    return sight;
  }

  async release(): Promise<void> {
    await this.observer.release();
    await this.examiner.release();
  }
}
