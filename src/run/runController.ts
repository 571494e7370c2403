import { Emitter } from '../base/emitter';
import type { Disposable } from '../base/disposable';
import type { Problem } from '../model/problem';
import type { FromTrainer, Plan, Tensors, ToTrainer } from '../train/protocol';
import type { StartTrainer, Trainer } from '../train/startWorker';
import { RunStore, type RunIdentity, type RunRecord } from './runStore';

/** How often a running trainer is asked for its weights, so that a crash does not take them all. */
const SNAPSHOT_INTERVAL_MS = 30_000;

/** The weights of a run after a step. */
export interface Weights {
  step: number;
  tensors: Tensors;
}

export interface RunFailure {
  problem: Problem;
  run: Readonly<RunRecord>;
}

/** The one run there is: the trainer's thread, kept alive between runs, and the history of what it told. */
export class RunController implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly stateChanged = new Emitter<void>();
  private readonly failed = new Emitter<RunFailure>();
  /** Something in `run` is new; at most 10 times a second. */
  readonly onDidChange = this.changed.event;
  /** Another run, or another state of it. */
  readonly onDidChangeState = this.stateChanged.event;
  /** A run ended by an error. */
  readonly onDidFail = this.failed.event;

  /** The weights last seen of the run. */
  weights?: Weights;

  private current?: RunStore;
  /** Comes back when the new run fails before its first event. */
  private previous?: RunStore;
  private trainer?: Trainer;
  private snapshotTimer?: ReturnType<typeof setInterval>;
  private whenIdle?: { promise: Promise<void>; resolve: () => void };
  private isStopping = false;
  /** Who waits for the next weights. */
  private askers: ((weights: Weights | undefined) => void)[] = [];

  constructor(private readonly startTrainer: StartTrainer) {}

  get run(): RunStore | undefined {
    return this.current;
  }

  /** Shows a run of an earlier window, unless there is one of this window. */
  restore(record: RunRecord): void {
    this.current ??= RunStore.restore(record);
    this.announceState();
  }

  /** Trains `plan` in place of what was before. An active run has to be stopped first. */
  start(identity: RunIdentity, plan: Plan): void {
    if (this.whenIdle) throw new Error('A run is active.');
    let resolve = (): void => undefined;
    this.whenIdle = { promise: new Promise((done) => (resolve = done)), resolve };
    this.previous = this.current;
    this.current = RunStore.create(identity);
    this.trainer ??= this.startTrainer({ message: (message) => this.receive(message), gone: (reason) => this.lose(reason) });
    this.send({ type: 'start', plan });
    this.snapshotTimer = setInterval(() => this.current?.run.state === 'running' && this.send({ type: 'snapshot', id: 0 }), SNAPSHOT_INTERVAL_MS);
    this.announceState();
  }

  pause(): void {
    this.send({ type: 'pause' });
  }

  resume(): void {
    this.send({ type: 'resume' });
  }

  /** One step, then paused, whatever the state was. */
  step(): void {
    this.send({ type: 'step' });
  }

  /** Asks the trainer to end the run; resolves when it is over. */
  async stop(): Promise<void> {
    if (!this.whenIdle) return;
    if (!this.isStopping) this.send({ type: 'stop' });
    this.isStopping = true;
    await this.whenIdle.promise;
  }

  /** Ends the run together with the trainer's thread, for one that does not answer. */
  endNow(): void {
    if (!this.whenIdle) return;
    this.endTrainer();
    this.finish('stopped', 'The trainer did not answer and was ended.');
  }

  /** The weights of this moment while a run is active, else those that it left; undefined where there never were any. */
  latestWeights(): Promise<Weights | undefined> {
    if (!this.whenIdle || this.current?.run.state === 'starting') return Promise.resolve(this.weights);
    this.send({ type: 'snapshot', id: 0 });
    return new Promise((resolve) => this.askers.push(resolve));
  }

  dispose(): void {
    this.endTrainer();
    this.settle();
    for (const emitter of [this.changed, this.stateChanged, this.failed]) emitter.dispose();
  }

  private send(message: ToTrainer): void {
    if (this.whenIdle) this.trainer?.send(message);
  }

  private receive(message: FromTrainer): void {
    const run = this.current;
    if (!run || !this.whenIdle) return;
    switch (message.type) {
      case 'events': {
        const before = run.run.state;
        run.apply(message.events, message.stepsPerSecond);
        this.changed.fire();
        if (run.run.state === before) return;
        // Only now: a run that fails before it begins must not cost the weights of the one before.
        if (before === 'starting') this.weights = undefined;
        return this.announceState();
      }
      case 'state':
        run.setState(message.state);
        return this.announceState();
      case 'snapshot':
        this.weights = message;
        return this.answer();
      case 'done':
        this.weights = message;
        return this.finish('stopped');
      case 'failed':
        // What the engine holds after a failure is unknown: the next run gets a new one.
        if (message.problem.code === 'engine-failure') this.endTrainer();
        return this.fail(message.problem);
    }
  }

  private lose(reason: string): void {
    this.trainer = undefined;
    if (!this.whenIdle) return;
    const { state, step } = this.current!.run;
    const kept = this.weights ? ` The weights of step ${this.weights.step} are kept.` : '';
    const message =
      state === 'starting'
        ? `The trainer could not start. ${reason}`
        : `The trainer ended unexpectedly at step ${step}. ${reason}${kept} Train starts a new one.`;
    this.fail({ code: 'trainer-ended', level: 'error', message });
  }

  private fail(problem: Problem): void {
    const run = this.current!.run;
    this.finish('failed', problem.message);
    this.failed.fire({ problem, run });
  }

  /** The run is over; `state` counts only where its events have not said so. */
  private finish(state: 'stopped' | 'failed', message?: string): void {
    if (this.current?.run.state === 'starting') this.current = this.previous;
    else if (this.current?.isActive) this.current.end(state, message);
    this.settle();
    this.announceState();
  }

  private settle(): void {
    clearInterval(this.snapshotTimer);
    this.previous = undefined;
    this.isStopping = false;
    this.whenIdle?.resolve();
    this.whenIdle = undefined;
    this.answer();
  }

  private answer(): void {
    for (const resolve of this.askers.splice(0)) resolve(this.weights);
  }

  private endTrainer(): void {
    this.trainer?.dispose();
    this.trainer = undefined;
  }

  private announceState(): void {
    this.changed.fire();
    this.stateChanged.fire();
  }
}
