import { type Problem, ProblemError } from '../model/problem';
import type { FromTrainer, RunEvent, ToTrainer } from './protocol';
import { Trainer } from './trainer';

/** Events go out this often at most, in milliseconds; the host repaints no faster. */
const SEND_EVERY = 100;

/**
 * Runs a trainer as messages say: one run at a time, steps in a row, messages heard between them. Independent of the kind of thread.
 */
export class TrainingLoop {
  private trainer?: Trainer;
  private isPaused = false;
  private isStopped = false;
  /** Steps to run although paused. */
  private single = 0;
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
        this.isStopped = true;
        this.wake?.();
        this.run = this.run.then(() => this.train(message.plan));
        return;
      case 'pause':
        this.setPaused(true);
        return;
      case 'resume':
        this.setPaused(false);
        return;
      case 'step':
        this.single++;
        this.setPaused(true);
        return;
      case 'stop':
        this.isStopped = true;
        this.wake?.();
        return;
      case 'snapshot':
        this.send({ type: 'snapshot', id: message.id, step: this.trainer?.step ?? 0, tensors: this.trainer?.tensors() ?? {} });
        return;
    }
  }

  private async train(plan: Extract<ToTrainer, { type: 'start' }>['plan']): Promise<void> {
    this.isPaused = this.isStopped = false;
    this.single = 0;
    this.sentStep = 0;
    try {
      this.trainer = await Trainer.create(plan);
      this.emit([this.trainer.start]);
      this.flush();
      this.tellState();
      await this.steps(this.trainer);
      this.emit(await this.trainer.end(this.isStopped));
      this.flush();
      this.send({ type: 'done', tensors: this.trainer.tensors(), step: this.trainer.step });
    } catch (error) {
      this.flush();
      this.send({ type: 'failed', problem: problemOf(error) });
    } finally {
      await this.trainer?.release();
      this.trainer = undefined;
    }
  }

  private async steps(trainer: Trainer): Promise<void> {
    let heardAt = performance.now();
    while (!trainer.isFinished && !this.isStopped) {
      if (this.isPaused && this.single === 0) {
        this.flush();
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      if (this.single > 0) this.single--;
      this.emit(await trainer.next());
      const now = performance.now();
      if (now - this.sentAt >= SEND_EVERY) this.flush();
      // Awaiting the engine does not let messages in; a real turn of the event loop does.
      if (now - heardAt >= 10) {
        await new Promise((resolve) => setTimeout(resolve));
        heardAt = performance.now();
      }
    }
  }

  private setPaused(paused: boolean): void {
    if (paused !== this.isPaused) {
      this.isPaused = paused;
      // A run that is still being compiled tells its state when it starts.
      if (this.trainer) this.tellState();
    }
    this.wake?.();
  }

  private tellState(): void {
    this.send({ type: 'state', state: this.isPaused ? 'paused' : 'running' });
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

/** The user's problem, or the engine's own words where it failed. */
function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const words = error instanceof Error ? error.message : String(error);
  return { code: 'engine-failure', level: 'error', message: `The engine failed: ${words}` };
}
