import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { Problem } from '../model/problem';
import type { Plan } from '../train/protocol';
import type { StartTrainer } from '../train/startWorker';
import type { Run } from './run';
import type { RunIdentity } from './runStore';

/** Every run of this workspace: those on disk and those that train, here or in other windows. */
export class Runs implements Disposable {
  private readonly changed = new Emitter<Run>();
  private readonly stateChanged = new Emitter<Run>();
  private readonly listChanged = new Emitter<void>();
  private readonly shownChanged = new Emitter<void>();
  private readonly failed = new Emitter<{ run: Run; problem: Problem }>();
  private readonly problems = new Emitter<{ run: Run; message: string }>();
  /** Something in a run is new; at most 10 times a second a run. */
  readonly onDidChange = this.changed.event;
  /** A run's state; follows `onDidChange`. */
  readonly onDidChangeState = this.stateChanged.event;
  /** Runs came, went, were renamed, pinned, or moved to or from another window. */
  readonly onDidChangeList = this.listChanged.event;
  /** `shown` or `compared`. */
  readonly onDidChangeShown = this.shownChanged.event;
  /** A run ended by an error, or could not go on. */
  readonly onDidFail = this.failed.event;
  /** Its folder cannot be written; one sentence for the user. */
  readonly onProblem = this.problems.event;

  /** Makes the plan of a text that a run goes on with: reads the files it names. Set by who can ask the user for them. */
  planner: (run: Run, text: string) => Promise<Plan> = () => Promise.reject(new Error('No planner is set.'));

  constructor(
    private readonly root: string,
    private readonly startTrainer: StartTrainer,
    private readonly options: { parallel: () => number },
  ) {}

  /** Reads what is on disk; from then on follows what other windows do. */
  load(): Promise<void> {
    return todo();
  }
  /** Pinned first, then newest first. */
  get all(): readonly Run[] {
    return todo();
  }
  get active(): readonly Run[] {
    return todo();
  }
  /** Runs whose window or machine went away less than a minute ago: to be resumed with `restore()`. */
  get justInterrupted(): readonly Run[] {
    return todo();
  }
  get(id: string): Run | undefined {
    return todo(id);
  }
  /** Of a model file: the active run, else the newest. */
  of(uri: string): Run | undefined {
    return todo(uri);
  }
  get shown(): Run | undefined {
    return todo();
  }
  show(run: Run | undefined): void {
    return todo(run);
  }
  get compared(): readonly Run[] {
    return todo();
  }
  compare(runs: readonly Run[]): void {
    return todo(runs);
  }
  /** Trains `plan` as a new run, which becomes the one on show; queued while `parallel()` others train. */
  start(identity: Omit<RunIdentity, 'text'>, plan: Plan): Run {
    return todo(identity, plan);
  }
  /** A new run that goes on from the nearest checkpoint at or before `step`. */
  branch(run: Run, step: number, plan: Plan, identity: Omit<RunIdentity, 'text' | 'parent'>): Promise<Run> {
    return todo(run, step, plan, identity);
  }
  /** Gives it a title of the user's; without one its name is back. */
  rename(run: Run, title: string | undefined): Promise<void> {
    return todo(run, title);
  }
  pin(run: Run, isPinned: boolean): Promise<void> {
    return todo(run, isPinned);
  }
  /** Ends it where it trains and removes its folder. Throws a sentence for one that trains in another window. */
  delete(run: Run): Promise<void> {
    return todo(run);
  }
  /** On deactivate: last checkpoints and events, locks released, states kept, so that the next window can go on. */
  save(): Promise<void> {
    return todo();
  }
  dispose(): void {
    todo();
  }
}

function todo(...rest: unknown[]): never {
  throw new Error(String(rest));
}
