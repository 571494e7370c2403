import { type Problem, ProblemError } from '../model/problem';
import type { FromTrainer, Plan, RunEvent, ToTrainer, TrainerState } from './protocol';
import { Trainer } from './trainer';

/** Events go out this often at most, in milliseconds; the host repaints no faster. */
const SEND_EVERY = 100;

/** What is wanted of a run. */
interface Wish {
  isPaused: boolean;
  isStopped: boolean;
  /** Steps to run although paused. */
  single: number;
}

/**
 * Runs a trainer as messages say: one run at a time, steps in a row, messages heard between them. Independent of the kind of thread.
 */
export class TrainingLoop {
  private trainer?: Trainer;
  private wish: Wish = { isPaused: false, isStopped: false, single: 0 };
  private told?: TrainerState;
  private wake?: () => void;
  private pending: RunEvent[] = [];
  private sentAt = 0;
  private sentStep = 0;
  private run: Promise<void> = Promise.resolve();

  constructor(private readonly send: (message: FromTrainer) => void) {}

  handle(message: ToTrainer): void {
    switch (message.type) {
      case 'start':
        // A new run waits for the one before to end.
        this.stop();
        this.begin(message.plan, { isPaused: false, isStopped: false, single: 0 });
        return;
      case 'pause':
        this.setPaused(true);
        return;
      case 'resume':
        this.setPaused(false);
        return;
      case 'step':
        this.wish.single++;
        this.setPaused(true);
        return;
      case 'stop':
        this.stop();
        return;
      case 'snapshot':
        this.send({ type: 'snapshot', id: message.id, step: this.trainer?.step ?? 0, tensors: this.trainer?.tensors() ?? {} });
        return;
    }
  }

  private async train(plan: Plan, wish: Wish): Promise<void> {
    this.told = undefined;
    this.sentStep = 0;
    try {
      this.trainer = await Trainer.create(plan);
      this.emit([this.trainer.start]);
      this.flush();
      await this.steps(this.trainer, wish);
      this.emit(await this.trainer.end(wish.isStopped));
      this.flush();
      this.send({ type: 'done', tensors: this.trainer.tensors(), step: this.trainer.step });
    } catch (error) {
      this.flush();
      this.send({ type: 'failed', problem: problemOf(error) });
    } finally {
      const trainer = this.trainer;
      this.trainer = undefined;
      await trainer?.release();
    }
  }

  private async steps(trainer: Trainer, wish: Wish): Promise<void> {
    let heardAt = performance.now();
    while (!trainer.isFinished && !wish.isStopped) {
      if (wish.isPaused && wish.single === 0) {
        await this.pause(trainer);
        continue;
      }
      if (wish.single > 0) wish.single--;
      else this.tell('running');
      this.emit(await trainer.next());
      const now = performance.now();
      if (now - this.sentAt >= SEND_EVERY) this.flush();
      // Awaiting the engine does not let messages in; a real turn of the event loop does.
      if (now - heardAt >= 10) {
        await sleep(0);
        heardAt = performance.now();
      }
    }
  }

  /** Waits for the next wish; single steps in quick succession do not send more often than a run does. */
  private async pause(trainer: Trainer): Promise<void> {
    const early = this.sentAt + SEND_EVERY - performance.now();
    if (this.pending.length && early > 0) return sleep(early);
    this.flush();
    this.tell('paused');
    await new Promise<void>((resolve) => (this.wake = resolve));
    // The pause does not count into the speed.
    this.sentAt = performance.now();
    this.sentStep = trainer.step;
  }

  private begin(plan: Plan, wish: Wish): void {
    this.wish = wish;
    this.run = this.run.then(() => this.train(plan, wish));
  }

  private stop(): void {
    this.wish.isStopped = true;
    this.wake?.();
  }

  private setPaused(paused: boolean): void {
    this.wish.isPaused = paused;
    if (!paused) this.wish.single = 0;
    this.wake?.();
  }

  /** Told when it is so: a pause follows the events of the last step before it. */
  private tell(state: TrainerState): void {
    if (state === this.told) return;
    this.told = state;
    this.send({ type: 'state', state });
  }

  private emit(events: RunEvent[]): void {
    this.pending.push(...events);
  }

  private flush(): void {
    if (this.pending.length === 0) return;
    const now = performance.now();
    const step = this.trainer?.step ?? 0;
    const stepsPerSecond = this.sentAt === 0 ? 0 : ((step - this.sentStep) * 1000) / (now - this.sentAt);
    this.send({ type: 'events', events: this.pending, stepsPerSecond });
    this.pending = [];
    this.sentAt = now;
    this.sentStep = step;
  }
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** The user's problem, or the engine's own words where it failed. */
function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const words = error instanceof Error ? error.message : String(error);
  return { code: 'engine-failure', level: 'error', message: `The engine failed: ${words}` };
}
