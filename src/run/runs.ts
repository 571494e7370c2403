import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { Problem } from '../model/problem';
import type { Plan } from '../train/protocol';
import type { StartTrainer } from '../train/startWorker';
import type { ActiveRun } from './activeRun';
import { atATime } from './atATime';
import type { Folder } from './folder';
import { Run, type RunHost } from './run';
import { RunFolder } from './runFolder';
import { RunQueue } from './runQueue';
import { RunStore, type RunIdentity } from './runStore';
import { TrainerPool } from './trainerPool';
import { Trials } from './trials';

/** How often other windows are looked after. */
const LOOK_INTERVAL_MS = 2000;
/** A history can take tens of megabytes; these many are kept although they are not on show. */
const HISTORIES_KEPT = 8;

/** Of runs that nobody trains and nobody sees. */
const OTHERS_AT_ONCE = 100;

/** A window that was reloaded is back before that, on a busy machine too. */
const JUST_MS = 120_000;

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
  /** A run's state, or which window it is in; follows `onDidChange`. */
  readonly onDidChangeState = this.stateChanged.event;
  /** Runs came, went, were renamed or pinned. */
  readonly onDidChangeList = this.listChanged.event;
  /** `shown` or `compared`. */
  readonly onDidChangeShown = this.shownChanged.event;
  /** A run ended by an error, or could not go on. One that never began is no longer in the list. */
  readonly onDidFail = this.failed.event;
  /** Its folder cannot be written, or was taken over; one sentence for the user. */
  readonly onProblem = this.problems.event;

  /** Makes the plan of a text that a run goes on with: reads the files it names. Set by who can ask the user for them. */
  planner: (run: Run, text: string) => Promise<Plan> = () => Promise.reject(new Error('No planner is set.'));

  private readonly runs = new Map<string, Run>();
  /** By this window; their folders may still be there. */
  private readonly removed = new Set<string>();
  private shownRun?: Run;
  private comparedRuns: readonly Run[] = [];
  /** What was on show before a run that has not begun yet. */
  private readonly shownBefore = new WeakMap<Run, Run>();
  /** How many of the runs of which nothing is expected have had their turn. */
  private lookedAt = 0;
  private lookTimer?: ReturnType<typeof setTimeout>;
  private isClosed = false;
  private readonly host: RunHost;
  private readonly hasRoom: () => boolean;
  /** The last measurement of each run's fixes. */
  private readonly measurements = new Map<Run, Trials>();

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
      isWatched: (run) => run === this.shownRun || this.comparedRuns.includes(run),
      changed: (run) => this.changed.fire(run),
      stateChanged: (run) => this.announceState(run),
      failed: (run, problem) => this.failed.fire({ run, problem }),
      diskFailed: (run, message) => this.problems.fire({ run, message }),
      discard: (run) => this.discard(run),
    };
  }

  /** Reads what is on disk and shows the newest run; from then on follows what other windows do. */
  async load(): Promise<void> {
    const found = await atATime(await RunFolder.list(this.root), (summary) => Run.find(this.host, summary));
    for (const run of found) if (!this.runs.has(run.id)) this.runs.set(run.id, run);
    this.listChanged.fire();
    if (!this.shownRun) this.show(this.newest(this.all));
    await this.shownRun?.load().catch(() => undefined);
    this.lookLater();
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
    return this.shownRun;
  }

  /** Its history is read if it is not there yet; `onDidChange` tells when it is. */
  show(run: Run | undefined): void {
    if (run === this.shownRun) return;
    this.shownRun = run;
    this.forgetOld();
    this.shownChanged.fire();
    if (run) this.readHistory(run);
  }

  get compared(): readonly Run[] {
    return this.comparedRuns;
  }

  /** Their histories are read if they are not there yet; `onDidChange` tells when they are. */
  compare(runs: readonly Run[]): void {
    this.comparedRuns = runs;
    this.forgetOld();
    this.shownChanged.fire();
    for (const run of runs) this.readHistory(run);
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
  async tryFixes(run: Run): Promise<Trials> {
    const store = await run.load();
    const { lastEdit } = store;
    // Findings and their fixes are of this text; the one that trains may say the same in other words.
    const text = store.textAfter(lastEdit);
    const { findings } = store;
    const plan = await this.planner(run, text);
    const from = await run.checkpointOf(lastEdit);
    if (this.isClosed) throw new Error('The window closes.');
    this.measurements.get(run)?.dispose();
    const { steps: planned } = store.run;
    // A run that is over goes on for as long again.
    const steps = from && from.step >= planned ? from.step + planned : planned;
    const trials = new Trials(this.host.pool, { plan, steps, findings, ...(from && { from }) });
    this.measurements.set(run, trials);
    const tell = (): void => {
      run.store?.setTrials(trials.view);
      this.changed.fire(run);
    };
    trials.onDidChange(tell);
    tell();
    return trials;
  }

  /** Of a run's fixes, the last one. */
  trialsOf(run: Run): Trials | undefined {
    return this.measurements.get(run);
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
    this.isClosed = true;
    clearTimeout(this.lookTimer);
    this.endMeasurements();
    await Promise.all([...this.runs.values()].map((run) => run.suspend()));
  }

  dispose(): void {
    this.isClosed = true;
    clearTimeout(this.lookTimer);
    this.endMeasurements();
    for (const run of this.runs.values()) run.dispose();
    this.host.pool.dispose();
    for (const emitter of [this.changed, this.stateChanged, this.listChanged, this.shownChanged, this.failed, this.problems]) emitter.dispose();
  }

  private add(store: RunStore): Run {
    const run = Run.create(this.host, store);
    this.runs.set(run.id, run);
    if (this.shownRun) this.shownBefore.set(run, this.shownRun);
    this.listChanged.fire();
    this.show(run);
    return run;
  }

  private discard(run: Run): void {
    this.removed.add(run.id);
    this.drop(run, this.shownBefore.get(run));
    void run.remove().catch((error: unknown) => this.problems.fire({ run, message: String(error) }));
  }

  private drop(run: Run, next: Run | undefined): void {
    this.runs.delete(run.id);
    this.measurements.get(run)?.dispose();
    this.measurements.delete(run);
    this.listChanged.fire();
    if (this.comparedRuns.includes(run)) this.compare(this.comparedRuns.filter((other) => other !== run));
    if (this.shownRun === run) this.show(next && this.runs.get(next.id));
  }

  private endMeasurements(): void {
    for (const trials of this.measurements.values()) trials.dispose();
    this.measurements.clear();
  }

  private announceState(run: Run): void {
    this.changed.fire(run);
    this.stateChanged.fire(run);
    this.host.queue.advance();
  }

  private newest(runs: readonly Run[]): Run | undefined {
    return runs.reduce<Run | undefined>((newest, run) => (newest && newest.summary.created >= run.summary.created ? newest : run), undefined);
  }

  /** The histories that were written last stay. */
  private forgetOld(): void {
    const kept = [...this.runs.values()].filter((run) => run.store && !run.isActive && !this.host.isWatched(run));
    const updated = ({ summary }: Run): number => Date.parse(summary.updated);
    for (const run of kept.sort((a, b) => updated(b) - updated(a)).slice(HISTORIES_KEPT)) run.forget();
  }

  private readHistory(run: Run): void {
    if (run.store) return;
    void run.load().then(
      () => this.changed.fire(run),
      (error: Error) => this.problems.fire({ run, message: `The history of \`${run.summary.name}\` cannot be read: ${error.message}` }),
    );
  }

  private lookLater(): void {
    if (this.isClosed) return;
    this.lookTimer = setTimeout(() => void this.look().finally(() => this.lookLater()), LOOK_INTERVAL_MS);
  }

  /** What other windows did. */
  private async look(): Promise<void> {
    const entries = await this.root.entries().catch(() => undefined);
    // What cannot be read now can be the next time.
    if (!entries) return;
    const onDisk = new Set(entries.map(({ name }) => name));
    for (const run of [...this.runs.values()]) if (run.isOnDisk && !onDisk.has(run.id)) this.drop(run, this.newest(this.all));
    await atATime(this.nextToLookAt(), (run) => run.look().catch(() => undefined));
    const unknown = [...onDisk].filter((id) => !this.runs.has(id) && !this.removed.has(id));
    const found = (await atATime(unknown, (id) => Run.discover(this.host, id).catch(() => undefined))).filter((run) => run !== undefined);
    for (const run of found) this.runs.set(run.id, run);
    if (found.length) this.listChanged.fire();
    // The number of runs that may train at once is a setting, and settings change.
    this.host.queue.advance();
  }

  /** Those of which something is expected, and some of all others in turn: there may be thousands. */
  private nextToLookAt(): Run[] {
    const all = [...this.runs.values()];
    const isLively = (run: Run): boolean => run.isActive || run.isElsewhere || this.host.isWatched(run);
    const others = all.filter((run) => !isLively(run));
    const from = this.lookedAt < others.length ? this.lookedAt : 0;
    this.lookedAt = from + OTHERS_AT_ONCE;
    return [...all.filter(isLively), ...others.slice(from, this.lookedAt)];
  }
}
