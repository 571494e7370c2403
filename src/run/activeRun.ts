import type { Disposable } from '../base/disposable';
import { atMost } from '../base/timers';
import { type Problem, ProblemError } from '../model/problem';
import type { CarryOptions, Checkpoint } from '../train/protocol';
import { Paced } from './paced';
import type { RunFolder } from './runFolder';
import type { RunQueue } from './runQueue';
import { RunSaver } from './runSaver';
import type { RunStore } from './runStore';
import type { TrainerPool } from './trainerPool';
import { type EditedPlan, OVER, type StartPoint, type SwapAnswer, Training } from './training';

export interface ActiveRunListener {
  changed(): void;
  /** Comes before `changed`. */
  stateChanged(): void;
  /** Nothing trains it any more; it never began, or `store` tells how it ended. */
  over(end: EndOfRun): void;
}

export interface EndOfRun {
  hasBegun: boolean;
  problem?: Problem;
  /** Where a trainer would go on. */
  last?: Readonly<StartPoint>;
  whenSaved: Promise<void>;
}

/** What runs have in common. */
export interface Trainers {
  pool: TrainerPool;
  queue: RunQueue<ActiveRun>;
}

/** How often a run that trains or is paused is said anew to be so: a window that goes without a word has said it not long ago. */
const SIGN_OF_LIFE_MS = 20_000;

/** How often a run is judged while it trains, and what share of a core that may take. */
const DIAGNOSIS = { interval: 500, share: 0.05 };

interface WaitingEdit {
  plan: EditedPlan;
  carry: CarryOptions;
  answer: (answer: SwapAnswer) => void;
}

/** A run from the wish to train it until nothing trains it any more: its place in the queue, its trainer, what that tells brought to store and disk. */
export class ActiveRun implements Disposable {
  /** Kept when it is over. */
  readonly whenOver: Promise<void>;
  private resolveOver!: () => void;
  private readonly saver: RunSaver;
  private readonly diagnosis: Paced;
  private readonly signs: ReturnType<typeof setInterval>;
  private training?: Training;
  private phase: 'queued' | 'preparing' | 'training' | 'over' = 'queued';
  private hasBegun = false;
  private notice?: string;
  /** Counts up over the run. */
  private editId: number;
  /** Came before there was a trainer. */
  private waitingEdit?: WaitingEdit;

  constructor(
    private readonly store: RunStore,
    folder: Promise<RunFolder>,
    private readonly trainers: Trainers,
    private readonly prepare: () => Promise<StartPoint>,
    private isPaused: boolean,
    private readonly listener: ActiveRunListener,
  ) {
    this.whenOver = new Promise((resolve) => (this.resolveOver = resolve));
    this.saver = new RunSaver(store, folder, () => listener.changed());
    this.diagnosis = new Paced(() => this.diagnose(), DIAGNOSIS.interval, DIAGNOSIS.share);
    this.signs = setInterval(() => void this.sayAnew(), SIGN_OF_LIFE_MS);
    this.editId = store.lastEdit;
  }

  /** Takes a core of its own. A paused run holds memory, but no core. */
  get isBusy(): boolean {
    return this.phase === 'preparing' || (this.phase === 'training' && this.store.run.state !== 'paused');
  }

  get text(): string | undefined {
    return this.training?.text;
  }

  /** The newest checkpoint; it need not be on disk yet. */
  get last(): Readonly<StartPoint> | undefined {
    return this.training?.last;
  }

  /** Trains as soon as there is room. */
  enter(): void {
    this.store.setState('queued');
    this.trainers.queue.enter(this, () => void this.begin());
    // Where there is room it has begun by now, and has said so.
    if (this.phase === 'queued') this.announceState();
  }

  pause(): void {
    this.isPaused = true;
    this.training?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.training?.resume();
  }

  step(): void {
    this.isPaused = true;
    this.training?.step();
  }

  /** One that has not begun yet need not be asked. */
  stop(): Promise<void> {
    if (this.hasBegun) this.training?.stop();
    else if (this.phase !== 'over') this.finish();
    return this.whenOver;
  }

  endNow(): void {
    if (this.training) this.training.endNow();
    else this.finish();
  }

  swap(plan: EditedPlan, carry: CarryOptions): Promise<SwapAnswer> {
    if (this.phase === 'over') return Promise.resolve({ problem: OVER });
    if (this.training) return this.training.swap({ id: ++this.editId, plan, carry });
    this.waitingEdit?.answer({ problem: OVERTAKEN });
    return new Promise((answer) => (this.waitingEdit = { plan, carry, answer }));
  }

  checkpoint(): Promise<Checkpoint | undefined> {
    return this.training?.checkpoint() ?? Promise.resolve(undefined);
  }

  setNotice(message: string | undefined): void {
    if (message === this.notice) return;
    this.notice = message;
    const { state } = this.store.run;
    if (state !== 'running' && state !== 'paused') return;
    this.store.setState(state, message);
    this.listener.changed();
  }

  /** Takes a last checkpoint if the trainer gives one in that time, ends it, and leaves on disk a run that can go on as it was. */
  async suspend(milliseconds: number): Promise<void> {
    if (this.phase === 'training') await atMost(milliseconds, this.training!.checkpoint());
    this.end();
    await this.sayAnew();
  }

  /** Ends its thread and its writing without a word. */
  dispose(): void {
    this.end();
    this.saver.dispose();
  }

  private async begin(): Promise<void> {
    this.phase = 'preparing';
    this.setState('starting');
    try {
      const point = await this.prepare();
      if (this.phase !== 'preparing') return;
      this.editId = Math.max(this.editId, point.edit?.id ?? 0);
      this.train(point);
    } catch (error) {
      this.finish(problemOf(error));
    }
  }

  private train(point: StartPoint): void {
    this.phase = 'training';
    this.training = new Training(this.trainers.pool, point, this.isPaused, {
      begin: (from) => {
        this.hasBegun = true;
        this.store.goBack(from);
      },
      events: (events, stepsPerSecond) => {
        const before = this.store.run.state;
        this.store.apply(events, stepsPerSecond);
        this.saver.touch();
        // Of another model, and of one that is done, everything is judged at once.
        const isOther = this.store.run.state !== before || events.some(({ type }) => type === 'edit');
        if (isOther) this.diagnosis.now();
        else this.diagnosis.trigger();
        if (this.store.run.state === before) return this.listener.changed();
        // The start of a thread does not know of what is amiss.
        if (this.store.isActive) this.store.setState(this.store.run.state, this.notice);
        this.announceState();
      },
      state: (state) => this.setState(state, this.notice),
      layers: (layers) => {
        this.store.setLayers(layers);
        this.listener.changed();
      },
      checkpoint: ({ checkpoint, beforeEdit, best }) => this.saver.add(checkpoint, { beforeEdit, best }),
      outcome: (outcome) => {
        this.store.setOutcome(outcome);
        this.saver.touch();
        this.listener.changed();
      },
      restart: (reason, step) => this.setState('starting', `The trainer ended unexpectedly; another one goes on from step ${step}. ${reason}`),
      over: (state, problem) => this.finish(problem, state),
    });
    const { waitingEdit } = this;
    this.waitingEdit = undefined;
    if (waitingEdit) void this.training.swap({ id: ++this.editId, plan: waitingEdit.plan, carry: waitingEdit.carry }).then(waitingEdit.answer);
  }

  /** `state` counts only where the events have not said how the run ended. */
  private finish(problem?: Problem, state: 'stopped' | 'failed' = 'stopped'): void {
    if (this.hasBegun && this.store.isActive) this.store.end(state, messageOf(state, problem, this.last));
    if (this.hasBegun) this.store.diagnose();
    this.end();
    const whenSaved = this.hasBegun ? this.saver.save() : Promise.resolve();
    this.listener.over({ hasBegun: this.hasBegun, problem, last: this.last, whenSaved });
  }

  private end(): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.diagnosis.dispose();
    clearInterval(this.signs);
    this.trainers.queue.leave(this);
    this.training?.dispose();
    this.waitingEdit?.answer({ problem: OVER });
    this.resolveOver();
  }

  /** Also a run that has been paused for long is left only when its window goes. */
  private sayAnew(): Promise<void> {
    this.store.setState(this.store.run.state, this.store.run.message);
    return this.saver.save();
  }

  private diagnose(): void {
    if (!this.store.diagnose()) return;
    this.saver.touch();
    this.listener.changed();
  }

  private setState(state: 'starting' | 'running' | 'paused', message?: string): void {
    this.store.setState(state, message);
    if (state === 'paused') this.diagnosis.now();
    this.announceState();
  }

  private announceState(): void {
    void this.saver.save();
    this.listener.stateChanged();
  }
}

/** What kept a run from training, in the user's words where it is of their making. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError
    ? error.problem
    : { code: 'cannot-start', level: 'error', message: error instanceof Error ? error.message : String(error) };

function messageOf(state: 'stopped' | 'failed', problem: Problem | undefined, last: Readonly<StartPoint> | undefined): string | undefined {
  if (!problem || state === 'stopped') return problem?.message;
  return `${problem.message} Resume goes on from step ${last?.from?.step ?? 0}.`;
}

const OVERTAKEN: Problem = { code: 'overtaken', level: 'hint', message: 'A newer edit came before this one was taken over.' };
