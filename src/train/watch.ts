import { Examiner } from './examiner';
import type { ObservationEvent } from './observation';
import { Observer } from './observer';
import type { Outcome } from './outcome';
import type { Prepared } from './prepare';
import type { ModelState, Trainer } from './trainer';
import { Turn } from './turn';

const OBSERVE = { every: 250, early: 30, share: 0.05, credit: 300 };
const EXAMINE = { every: 2000, early: 0, share: 0.05, credit: 0 };

/** A model changes most in its first steps, faster than anybody looks: as it was after these is remembered until there is time. */
const EARLY_STEPS = new Set([1, 2, 3, 5, 8, 13, 21, 34, 50]);
/** Trained numbers of a model of which so much can be remembered. */
const MOST_REMEMBERED = 1e6;
/** Looking goes on for so long at a time, in milliseconds: the steps' events do not wait for all that is remembered. */
const PATIENCE = 50;

export interface Sight {
  observations: ObservationEvent[];
  outcome?: Outcome;
}

/** Looks at a model while it trains. What it trains with is not touched: the numbers of a run are those of one that nobody watches. */
export class Watch {
  private observer: Observer;
  private examiner: Examiner;
  private readonly observing: Turn;
  private readonly examining: Turn;
  /** Steps of the newest looks; −1 before the first. */
  private observed = -1;
  private examined = -1;
  /** What is yet to be looked at, oldest first: the first step need not wait for a look at the start. */
  private waiting: ModelState[];
  /** Of models before the last edits: of an equal computation the next look takes over the session. */
  private outlived: (Observer | Examiner)[] = [];
  /** The model that is looked at. */
  private seen: Prepared;
  private readonly failed = new WeakSet<Observer | Examiner>();

  private constructor(
    private trainer: Trainer,
    state: ModelState,
  ) {
    this.seen = trainer.prepared;
    this.observer = new Observer(trainer.prepared, trainer.sessions);
    this.examiner = new Examiner(trainer.prepared, trainer.sessions);
    this.observing = new Turn(OBSERVE, trainer.seconds);
    this.examining = new Turn(EXAMINE, trainer.seconds);
    this.waiting = [state];
  }

  static async of(trainer: Trainer): Promise<Watch> {
    return new Watch(trainer, await trainer.state());
  }

  /** Looks at another model from here on. What looking has cost so far still counts: edits in quick succession do not add up. */
  async follow(trainer: Trainer): Promise<void> {
    this.outlived.push(this.observer, this.examiner);
    this.trainer = trainer;
    this.seen = trainer.prepared;
    this.observer = new Observer(trainer.prepared, trainer.sessions);
    this.examiner = new Examiner(trainer.prepared, trainer.sessions);
    this.observed = this.examined = -1;
    this.waiting = [await trainer.state()];
  }

  /** After each step. */
  async remember(): Promise<void> {
    const { trainer } = this;
    if (trainer.prepared !== this.seen) await this.follow(trainer);
    if (EARLY_STEPS.has(trainer.step) && trainer.prepared.model.trained.size <= MOST_REMEMBERED) this.waiting.push(await trainer.state());
  }

  /** What is due; `isLast`: what there is to see now, as nothing more comes for a while. */
  async look(isLast = false): Promise<Sight> {
    const startedAt = performance.now();
    const isOver = () => !isLast && performance.now() - startedAt > PATIENCE;
    const observations = (await this.attempt(this.observer, () => this.observe(isLast, isOver))) ?? [];
    const outcome = isOver() ? undefined : await this.attempt(this.examiner, () => this.examine(isLast));
    // By then both have looked, or will not.
    if (this.examined >= 0 || this.failed.has(this.examiner)) await this.leave();
    return { observations, ...(outcome && { outcome }) };
  }

  async release(): Promise<void> {
    this.outlived.push(this.observer, this.examiner);
    await this.leave();
  }

  private async observe(isLast: boolean, isOver: () => boolean): Promise<ObservationEvent[]> {
    const { trainer, observing } = this;
    if (this.observed === trainer.step) return [];
    const canAfford = () => observing.canAfford(trainer.seconds);
    // Where a look takes long, steps do too: there will be others of about the same time. There is only one start.
    if (!canAfford()) this.waiting.splice(this.observed < 0 ? 1 : 0);
    if (!isLast && !(canAfford() && observing.isTime(performance.now()))) return [];
    if (this.waiting.at(-1)?.step !== trainer.step) this.waiting.push(await trainer.state());
    const observations: ObservationEvent[] = [];
    do {
      const state = this.waiting.shift()!;
      observations.push(await observing.take(() => this.observer.observe(state), isLast));
      this.observed = state.step;
    } while (this.waiting.length > 0 && (isLast || (canAfford() && !isOver())));
    return observations;
  }

  private async examine(isLast: boolean): Promise<Outcome | undefined> {
    const { trainer, examining } = this;
    const isDue = isLast || (examining.canAfford(trainer.seconds) && examining.isTime(performance.now()));
    if (this.examined === trainer.step || !isDue) return undefined;
    const state = await trainer.state();
    const outcome = await examining.take(() => this.examiner.examine(state), isLast);
    this.examined = state.step;
    return outcome;
  }

  /** A picture less is better than a run that ends. */
  private async attempt<T>(who: Observer | Examiner, look: () => Promise<T>): Promise<T | undefined> {
    if (this.failed.has(who)) return undefined;
    try {
      return await look();
    } catch (error) {
      this.failed.add(who);
      console.error('The model cannot be looked at:', error);
      return undefined;
    }
  }

  private async leave(): Promise<void> {
    for (const one of this.outlived.splice(0)) await one.release();
  }
}
