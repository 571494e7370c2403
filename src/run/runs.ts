import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { Problem } from '../model/problem';
import type { Plan } from '../train/protocol';
import type { StartTrainer } from '../train/startWorker';
import type { ActiveRun } from './activeRun';
import { atATime } from './atATime';
import type { Folder } from './folder';
import { Lookout } from './lookout';
import { Measurements } from './measurements';
import { Run, type RunHost } from './run';
import { RunFolder } from './runFolder';
import { RunQueue } from './runQueue';
import { RunStore, type RunIdentity } from './runStore';
import { ShownRuns } from './shownRuns';
import { TrainerPool } from './trainerPool';
import type { Trials } from './trials';

/** A window that was reloaded is back before that, on a busy machine too. */
const JUST_MS = 120_000;

/** Every run of this workspace: those on disk and those that train, here or in other windows. */
export class Runs implements Disposable {
  private readonly changed = new Emitter<Run>();
  private readonly stateChanged = new Emitter<Run>();
  private readonly listChanged = new Emitter<void>();
  private readonly failed = new Emitter<{ run: Run; problem: Problem }>();
  private readonly problems = new Emitter<{ run: Run; message: string }>();
  /** Something in a run is new; at most 10 times a second a run. */
  readonly onDidChange = this.changed.event;
  /** A run's state, or which window it is in; follows `onDidChange`. */
  readonly onDidChangeState = this.stateChanged.event;
  /** Runs came, went, were renamed or pinned. */
  readonly onDidChangeList = this.listChanged.event;
  /** A run ended by an error, or could not go on. One that never began is no longer in the list. */
  readonly onDidFail = this.failed.event;
  /** Its folder cannot be written, or was taken over; one sentence for the user. */
  readonly onProblem = this.problems.event;

  /** Makes the plan of a text that a run goes on with: reads the files it names. Set by who can ask the user for them. */
  planner: (run: Run, text: string) => Promise<Plan> = () => Promise.reject(new Error('No planner is set.'));

  private readonly runs = new Map<string, Run>();
  /** By this window; their folders may still be there. */
  private readonly removed = new Set<string>();
  private readonly onShow = new ShownRuns(this.runs, {
    read: (run) => this.changed.fire(run),
    unreadable: (run, { message }) => this.problems.fire({ run, message: `The history of \`${run.summary.name}\` cannot be read: ${message}` }),
  });
  /** `shown` or `compared`. */
  readonly onDidChangeShown = this.onShow.onDidChange;
  private readonly host: RunHost;
  private readonly hasRoom: () => boolean;
  private readonly measurements: Measurements;
  private readonly lookout: Lookout;

  constructor(
    private readonly root: Folder,
    startTrainer: StartTrainer,
    options: { parallel: () => number },
  ) {
    this.hasRoom = () => [...this.runs.values()].filter((run) => run.isBusy).length < Math.max(1, options.parallel());
    this.host = {
      root,
      pool: new TrainerPool(startTrainer),
      queue: new RunQueue<ActiveRun>(this.hasRoom),
      plan: (run, text) => this.planner(run, text),
      isWatched: (run) => this.onShow.has(run),
      changed: (run) => this.changed.fire(run),
      stateChanged: (run) => this.announceState(run),
      failed: (run, problem) => this.failed.fire({ run, problem }),
      diskFailed: (run, message) => this.problems.fire({ run, message }),
      discard: (run) => this.discard(run),
    };
    this.measurements = new Measurements(this.host.pool, this.host.plan, this.host.changed);
    this.lookout = new Lookout(this.host, this.runs, this.removed, {
      gone: (run) => this.drop(run, this.newest(this.all)),
      came: (runs) => this.take(runs),
    });
  }

  /** Reads what is on disk and shows the newest run; from then on follows what other windows do. */
  async load(): Promise<void> {
    const found = await atATime(await RunFolder.list(this.root), (summary) => Run.find(this.host, summary));
    this.take(found.filter((run) => !this.runs.has(run.id)));
    if (!this.shown) this.show(this.newest(this.all));
    await this.shown?.load().catch(() => undefined);
    this.lookout.begin();
  }

  /** Pinned first, then newest first. */
  get all(): readonly Run[] {
    const order = ({ summary: { isPinned, created } }: Run): string => `${isPinned ? 1 : 0} ${created}`;
    return [...this.runs.values()]
      .map((run) => ({ run, order: order(run) }))
      .sort((a, b) => (a.order < b.order ? 1 : a.order > b.order ? -1 : 0))
      .map(({ run }) => run);
  }

  /** Those that this window trains, or will as soon as there is room. */
  get active(): readonly Run[] {
    return this.all.filter((run) => run.isActive && !run.isElsewhere);
  }

  /** Runs whose window or machine went away less than two minutes ago: to be brought back with `restore()` after a reload. */
  get justInterrupted(): readonly Run[] {
    return this.all.filter(({ leftAt }) => leftAt !== undefined && Date.now() - leftAt < JUST_MS);
  }

  get(id: string): Run | undefined {
    return this.runs.get(id);
  }

  /** Of a model file: the one that trains here, else one that trains elsewhere, else the newest. */
  of(uri: string): Run | undefined {
    const runs = this.all.filter((run) => run.uri === uri);
    return runs.find((run) => run.isActive && !run.isElsewhere) ?? runs.find((run) => run.isActive) ?? this.newest(runs);
  }

  get shown(): Run | undefined {
    return this.onShow.shown;
  }

  /** Its history is read if it is not there yet; `onDidChange` tells when it is. */
  show(run: Run | undefined): void {
    this.onShow.show(run);
  }

  get compared(): readonly Run[] {
    return this.onShow.compared;
  }

  /** Their histories are read if they are not there yet; `onDidChange` tells when they are. */
  compare(runs: readonly Run[]): void {
    this.onShow.compare(runs);
  }

  /** Somebody looks at a model: if a run could begin now, a thread gets ready for it. */
  expect(threads: number): void {
    if (this.hasRoom()) this.host.pool.warm(threads);
  }

  /** Trains `plan` as a new run, which becomes the one on show; queued while `parallel()` others train. */
  start(identity: Omit<RunIdentity, 'text'>, plan: Plan): Run {
    const run = this.add(RunStore.create({ ...identity, text: plan.text }));
    run.begin({ plan, lastEdit: 0 });
    return run;
  }

  /**
   * A new run that goes on from the last checkpoint at or before `step`, with the history until there.
   * @param plan of the model of that checkpoint: `store.textAfter(store.checkpointAt(step).edit)`.
   */
  async branch(run: Run, step: number, plan: Plan, identity: Omit<RunIdentity, 'text' | 'parent'>): Promise<Run> {
    const store = await run.load();
    const from = await run.checkpointAt(step, plan.text);
    if (!from) throw new Error(`There is no checkpoint of \`${run.summary.name}\` at or before step ${step}.`);
    const text = store.textAfter(from.edit);
    // Another checkpoint than the one expected, where that is damaged.
    const fitting = text === plan.text ? plan : await this.planner(run, text);
    const { runId, name, title } = run.summary;
    const branch = store.branch({ ...identity, text, parent: { runId, name: title ?? name, step: from.step } }, from.step);
    const added = this.add(branch);
    added.begin({ plan: fitting, from, lastEdit: branch.lastEdit });
    return added;
  }

  /**
   * Measures the fixes of a run's findings in the background, in the place of an earlier measurement. `onDidChange` tells of its progress,
   * which is in `store.run.trials`.
   */
  tryFixes(run: Run): Promise<Trials> {
    return this.measurements.begin(run);
  }

  /** Of a run's fixes, the last one. */
  trialsOf(run: Run): Trials | undefined {
    return this.measurements.of(run);
  }

  /** Gives it a title of the user's; without one its name is back. Throws a sentence for one that trains in another window. */
  async rename(run: Run, title: string | undefined): Promise<void> {
    await run.change((store) => store.rename(title));
    this.listChanged.fire();
  }

  /** Throws a sentence for one that trains in another window. */
  async pin(run: Run, isPinned: boolean): Promise<void> {
    await run.change((store) => store.pin(isPinned));
    this.listChanged.fire();
  }

  /** Ends it where it trains and removes its folder. Throws a sentence for one that trains in another window. */
  async delete(run: Run): Promise<void> {
    await run.remove();
    this.removed.add(run.id);
    this.drop(run, this.newest(this.all.filter((other) => other !== run)));
  }

  /** On deactivate: last checkpoints and events, locks released, states kept, so that the next window can go on. */
  async save(): Promise<void> {
    this.lookout.dispose();
    this.measurements.dispose();
    await Promise.all([...this.runs.values()].map((run) => run.suspend()));
  }

  dispose(): void {
    this.lookout.dispose();
    this.measurements.dispose();
    for (const run of this.runs.values()) run.dispose();
    this.host.pool.dispose();
    this.onShow.dispose();
    for (const emitter of [this.changed, this.stateChanged, this.listChanged, this.failed, this.problems]) emitter.dispose();
  }

  /** From disk. */
  private take(runs: readonly Run[]): void {
    for (const run of runs) this.runs.set(run.id, run);
    this.listChanged.fire();
  }

  private add(store: RunStore): Run {
    const run = Run.create(this.host, store);
    this.runs.set(run.id, run);
    this.listChanged.fire();
    this.onShow.showNew(run);
    return run;
  }

  private discard(run: Run): void {
    this.removed.add(run.id);
    this.drop(run, this.onShow.wasBefore(run));
    void run.remove().catch((error: unknown) => this.problems.fire({ run, message: String(error) }));
  }

  private drop(run: Run, next: Run | undefined): void {
    this.runs.delete(run.id);
    this.measurements.drop(run);
    this.listChanged.fire();
    this.onShow.drop(run, next);
  }

  private announceState(run: Run): void {
    this.changed.fire(run);
    this.stateChanged.fire(run);
    this.host.queue.advance();
  }

  private newest(runs: readonly Run[]): Run | undefined {
    return runs.reduce<Run | undefined>((newest, run) => (newest && newest.summary.created >= run.summary.created ? newest : run), undefined);
  }
}
