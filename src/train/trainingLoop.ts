import { type Problem, ProblemError } from '../model/problem';
import { CheckpointClock } from './checkpointClock';
import { editTrainer } from './editTrainer';
import type { EngineSources } from './engines/engine';
import { type Steered, Steering } from './engines/steering';
import type { Checkpoint, FromTrainer, RunEvent, ToTrainer, TrainerState } from './protocol';
import type { Trainer } from './trainer';
import { warmUp } from './warmUp';
import { Watch } from './watch';

/** Events go out this often at most, in milliseconds; the host repaints no faster. */
const SEND_EVERY = 100;

type Start = Extract<ToTrainer, { type: 'start' }>;
type Swap = Extract<ToTrainer, { type: 'swap' }>;

/** What is wanted of a run. */
interface Wish {
  isPaused: boolean;
  isStopped: boolean;
  /** Steps to run although paused. */
  single: number;
  /** The newest edit that has not been taken over yet. */
  swap?: Swap;
}

/**
 * Runs a trainer as messages say: one run at a time, steps in a row, messages heard between them. Independent of the kind of thread.
 */
export class TrainingLoop {
  private trainer?: Trainer;
  private watch?: Watch;
  private readonly steering: Steering;
  private wish: Wish = { isPaused: false, isStopped: false, single: 0 };
  private told?: TrainerState;
  private wake?: () => void;
  private pending: RunEvent[] = [];
  private sentAt = 0;
  private sentStep = 0;
  private clock = new CheckpointClock();
  /** Ids of the checkpoints that are asked for. */
  private asked: number[] = [];
  private run: Promise<void> = Promise.resolve();

  constructor(
    private readonly send: (message: FromTrainer) => void,
    sources?: EngineSources,
  ) {
    this.steering = new Steering(sources);
  }

  handle(message: ToTrainer): void {
    switch (message.type) {
      case 'warm':
        this.run = this.run.then(() => warmUp(message.threads));
        return;
      case 'start':
        // A new run waits for the one before to end.
        this.stop();
        this.begin(message, { isPaused: message.isPaused ?? false, isStopped: false, single: 0 });
        return;
      case 'swap':
        this.refuse(this.wish.swap, { code: 'overtaken', level: 'hint', message: 'A newer edit came before this one was taken over.' });
        this.wish.swap = message;
        this.wake?.();
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
      case 'checkpoint':
        // Amid a step there is none to give.
        if (this.trainer) this.asked.push(message.id);
        this.wake?.();
        return;
    }
  }

  private async train({ plan, from }: Start, wish: Wish): Promise<void> {
    this.told = undefined;
    this.sentStep = from?.step ?? 0;
    this.clock = new CheckpointClock(from?.seconds);
    try {
      const begun = await this.steering.begin(plan, from);
      this.trainer = begun.trainer;
      this.emit([this.trainer.start, ...(from ? [{ type: 'resume', step: from.step } as const] : []), ...begun.events]);
      this.flush();
      // The first step is told at once.
      this.sentAt = 0;
      if (plan.observe) this.watch = await Watch.of(this.trainer);
      await this.steps(wish);
      const ending = await this.attempt((trainer) => trainer.end(wish.isStopped));
      await this.look(true);
      this.emit(ending);
      this.flush();
      await this.answer();
      const checkpoint = await this.attempt((trainer) => trainer.checkpoint());
      const best = this.trainer.takeBest();
      this.send({ type: 'done', checkpoint, ...(best && { best }) });
    } catch (error) {
      this.flush();
      this.send({ type: 'failed', problem: problemOf(error) });
    } finally {
      const { trainer, watch } = this;
      this.trainer = this.watch = undefined;
      this.asked = [];
      this.refuse(wish.swap, { code: 'not-running', level: 'hint', message: 'The run is over.' });
      await watch?.release();
      await trainer?.release();
    }
  }

  private async steps(wish: Wish): Promise<void> {
    let heardAt = performance.now();
    while (!this.trainer!.isFinished && !wish.isStopped) {
      if (wish.swap) {
        await this.swap(wish);
        continue;
      }
      const trainer = this.trainer!;
      if (this.asked.length > 0) {
        await this.answer();
        continue;
      }
      if (wish.isPaused && wish.single === 0) {
        await this.pause(trainer);
        continue;
      }
      if (this.clock.isDue(trainer.seconds)) await this.sendCheckpoint();
      const isSingle = wish.single > 0;
      if (isSingle) wish.single--;
      else this.tell('running');
      this.emit(await this.take(await this.steering.next(trainer, !isSingle)));
      await this.watch?.remember();
      const now = performance.now();
      if (now - this.sentAt >= SEND_EVERY) {
        this.flush();
        await this.look();
      }
      // Awaiting the engine does not let messages in; a real turn of the event loop does.
      if (now - heardAt >= 10) {
        await sleep(0);
        heardAt = performance.now();
      }
    }
  }

  /** An edit takes over between two steps, or is refused and the run goes on as it was. */
  private async swap(wish: Wish): Promise<void> {
    const { id, plan, carry } = wish.swap!;
    wish.swap = undefined;
    try {
      const edited = { ...plan, files: plan.files ?? this.trainer!.plan.files };
      const { trainer, before, event } = await this.attempt((one) => editTrainer(one, id, edited, carry));
      const old = this.trainer!;
      // Brings along the best weights that only the old trainer has.
      await this.sendCheckpoint({ ...(event && { beforeEdit: id }), checkpoint: before });
      this.trainer = trainer;
      if (event) this.emit([event]);
      this.flush();
      this.send({ type: 'swapped', id, isChanged: event !== undefined, layers: trainer.start.layers });
      await this.watch?.follow(trainer);
      await old.release();
    } catch (error) {
      this.send({ type: 'refused', id, problem: problemOf(error) });
    }
  }

  /** Tells what is seen of the model, if there is anything new; `isLast`: nothing more comes for a while. */
  private async look(isLast = false): Promise<boolean> {
    const sight = await this.watch?.look(isLast);
    if (!sight) return false;
    this.emit(sight.observations);
    if (sight.outcome) this.send({ type: 'outcome', outcome: sight.outcome });
    return sight.observations.length > 0 || sight.outcome !== undefined;
  }

  /** Waits for the next wish; single steps in quick succession do not send more often than a run does. */
  private async pause(trainer: Trainer): Promise<void> {
    const early = this.sentAt + SEND_EVERY - performance.now();
    if (this.pending.length && early > 0) return sleep(early);
    this.flush();
    // Meanwhile somebody may have wished something else.
    if (await this.look(true)) return;
    // Nothing is lost if the thread dies while the run is paused.
    if (this.clock.step !== trainer.step) return this.sendCheckpoint();
    this.tell('paused');
    await new Promise<void>((resolve) => (this.wake = resolve));
    // The pause does not count into the speed.
    this.sentAt = performance.now();
    this.sentStep = trainer.step;
  }

  private begin(start: Start, wish: Wish): void {
    this.wish = wish;
    this.run = this.run.then(() => this.train(start, wish));
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

  private refuse(swap: Swap | undefined, problem: Problem): void {
    if (swap) this.send({ type: 'refused', id: swap.id, problem });
  }

  /** Work of the trainer, or of one on another engine that takes its place where its own fails. */
  private async attempt<T>(work: (trainer: Trainer) => Promise<T>): Promise<T> {
    return this.take(await this.steering.attempt(this.trainer!, work));
  }

  private async take<T>({ trainer, result, events }: Steered<T>): Promise<T> {
    if (trainer !== this.trainer) {
      this.trainer = trainer;
      this.emit(events);
      await this.watch?.follow(trainer);
    } else this.emit(events);
    return result;
  }

  private async answer(): Promise<void> {
    for (const id of this.asked.splice(0)) await this.sendCheckpoint({ id });
  }

  private async sendCheckpoint({ checkpoint, ...why }: { id?: number; beforeEdit?: number; checkpoint?: Checkpoint } = {}): Promise<void> {
    const startedAt = performance.now();
    const taken = checkpoint ?? (await this.attempt((trainer) => trainer.checkpoint()));
    this.flush();
    const trainer = this.trainer!;
    const best = trainer.takeBest();
    this.send({ type: 'checkpoint', ...why, checkpoint: taken, ...(best && { best }) });
    this.clock.taken(trainer.step, trainer.seconds, (performance.now() - startedAt) / 1000);
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
