import type { Disposable } from '../base/disposable';
import { Turns } from '../base/turns';
import type { Problem } from '../model/problem';
import type { CarryOptions, Checkpoint, Plan } from '../train/protocol';
import type { RunState } from '../view/protocol';
import { isActive } from './actions';
import { ActiveRun, type EndOfRun, problemOf, type Trainers } from './activeRun';
import type { SavedCheckpoint } from './checkpointFiles';
import type { Folder } from './folder';
import { RunFolder } from './runFolder';
import type { RunStore, RunSummary } from './runStore';
import { SharedHistory } from './sharedHistory';
import type { EditedPlan, StartPoint, SwapAnswer } from './training';

export type { EditedPlan, SwapAnswer } from './training';

/** How long a trainer may take for a last checkpoint when the window closes; a window does not wait long. */
const LAST_CHECKPOINT_MS = 2000;

/** All runs, as one of them sees them. */
export interface RunHost extends Trainers {
  /** Where the runs' folders are. */
  root: Folder;
  plan(run: Run, text: string): Promise<Plan>;
  /** Its whole history is on show. */
  isWatched(run: Run): boolean;
  changed(run: Run): void;
  stateChanged(run: Run): void;
  failed(run: Run, problem: Problem): void;
  diskFailed(run: Run, message: string): void;
  /** It never began: as if it had not been. */
  discard(run: Run): void;
}

/** One run: its history and folder, which it shares with other windows, and its trainer while it has one. */
export class Run implements Disposable {
  readonly id: string;
  /** The model file's URI. */
  readonly uri: string;
  private readonly history: SharedHistory;
  private active?: ActiveRun;
  /** While it is claimed and read, to be trained. */
  private claiming?: Promise<void>;
  /** The last of it is written, or something is changed of one that nothing trains. */
  private readonly closing = new Turns();
  private removing?: Promise<void>;
  /** What a resumed run was before, until it begins. */
  private before?: { state: RunState; message?: string };

  private constructor(
    private readonly host: RunHost,
    summary: RunSummary,
    private readonly folder: Promise<RunFolder>,
    store?: RunStore,
  ) {
    this.id = summary.runId;
    this.uri = summary.uri;
    this.history = new SharedHistory(summary, folder, store);
    void folder.then((opened) => {
      opened.onProblem((message) => host.diskFailed(this, message));
      opened.onLost(() => this.lose());
    });
  }

  /** A new run; it begins with `begin`. */
  static create(host: RunHost, store: RunStore): Run {
    return new Run(host, store.summary(), RunFolder.create(host.root, store), store);
  }

  /** One that is on disk. */
  static async find(host: RunHost, summary: RunSummary): Promise<Run> {
    const run = new Run(host, summary, RunFolder.open(host.root, summary.runId));
    await run.look();
    return run;
  }

  /** A folder that was not there before; undefined as long as it is none of a run. */
  static async discover(host: RunHost, id: string): Promise<Run | undefined> {
    const folder = await RunFolder.open(host.root, id);
    const summary = await folder.readSummary();
    folder.dispose();
    return summary && Run.find(host, summary);
  }

  get summary(): RunSummary {
    return this.history.summary;
  }

  /** There while it trains here, and once `load` is done, until it is forgotten. */
  get store(): RunStore | undefined {
    return this.history.store;
  }

  get state(): RunState {
    return this.history.state;
  }

  /** Queued, starting, running or paused, be it in another window. */
  get isActive(): boolean {
    return isActive(this.state);
  }

  /** Another window trains it. */
  get isElsewhere(): boolean {
    return this.history.isElsewhere;
  }

  /** Takes a core of its own. */
  get isBusy(): boolean {
    return this.active?.isBusy ?? false;
  }

  /** Its folder is there and nothing of this window writes it. */
  get isOnDisk(): boolean {
    return !this.isOwned && this.history.isOnDisk;
  }

  /** When the window that trained it was last heard of, in milliseconds since 1970; undefined where none left it behind. */
  get leftAt(): number | undefined {
    return this.state === 'interrupted' ? this.history.leftAt : undefined;
  }

  /** Whether `resume` can go on with it although nothing trains it now. */
  get canResume(): boolean {
    const { state, step, steps } = this.summary;
    return !isActive(state) && !this.isElsewhere && state !== 'finished' && (steps === 0 || step < steps);
  }

  /** The model file as it trains now, else as it last did; '' of a run that is not loaded. */
  get text(): string {
    return this.active?.text ?? this.store?.textAfter(this.store.lastEdit) ?? '';
  }

  load(): Promise<RunStore> {
    return this.history.load();
  }

  /** Gives up a history that can be read again. */
  forget(): void {
    if (!this.isOwned) this.history.forget();
  }

  /** Trains a new run as soon as there is room. */
  begin(point: StartPoint): void {
    this.train(() => Promise.resolve(point), false);
  }

  pause(): void {
    this.active?.pause();
  }

  /** On from a pause; else a trainer takes over from the last checkpoint. */
  resume(): void {
    if (this.active) this.active.resume();
    else this.takeOver(false);
  }

  /** Goes on as it was before its window went away: one that was paused comes back paused. */
  restore(): void {
    if (!this.active) this.takeOver(this.history.wasPaused);
  }

  /** One step, then paused, whatever the state was. */
  step(): void {
    this.active?.step();
  }

  /** Asks the trainer to end the run; resolves when it is over. */
  async stop(): Promise<void> {
    if (this.claiming) await this.claiming;
    await this.active?.stop();
  }

  /** Ends the run together with the trainer's thread, for one that does not answer. */
  endNow(): void {
    this.active?.endNow();
  }

  /** Replaces the running model between two steps; waits for a trainer where the run is active without one. */
  async swap(plan: EditedPlan, carry: CarryOptions): Promise<SwapAnswer> {
    if (this.claiming) await this.claiming;
    return this.active?.swap(plan, carry) ?? { problem: NOT_RUNNING };
  }

  /** Of this moment while it trains, else the last there is. */
  async latestCheckpoint(): Promise<Checkpoint | undefined> {
    const now = await this.active?.checkpoint();
    if (now) return now;
    await this.closing.underWay;
    return this.history.lastCheckpoint();
  }

  /** The weights with the best score, as a .safetensors file; undefined where none are kept. */
  async bestWeights(): Promise<Uint8Array | undefined> {
    return (await this.folder).readBest();
  }

  /** The newest one, where it is of the model that the edit of that id brought; 0: the one of the start. */
  async checkpointOf(edit: number): Promise<Checkpoint | undefined> {
    const store = await this.load();
    if (this.active) {
      const now = await this.active.checkpoint();
      return store.lastEdit === edit ? now : undefined;
    }
    const last = await (await this.folder).readCheckpoint(Infinity);
    return last?.edit === edit ? last : undefined;
  }

  /** Shown as the run's message while it is active: why the text in the editor is not what trains. */
  setNotice(message: string | undefined): void {
    this.active?.setNotice(message);
  }

  /** The checkpoint at or before `step` of the model that `text` is of, else of the last model until then; undefined where there is none. */
  checkpointAt(step: number, text: string): Promise<SavedCheckpoint | undefined> {
    return this.history.checkpointAt(step, text);
  }

  /** Changes what is kept of it beside its history. Throws a sentence where another window has it. */
  async change(action: (store: RunStore) => void): Promise<void> {
    while (this.claiming) await this.claiming;
    const change = async (): Promise<void> => {
      const store = await this.load();
      action(store);
      await (await this.folder).save(store);
    };
    if (this.active) return change();
    return this.closing.take(async () => {
      await this.history.claim();
      await change();
      await this.history.letGo();
    });
  }

  /** Ends it and removes its folder. Throws a sentence where another window has it. */
  remove(): Promise<void> {
    this.removing ??= this.removeOnce().finally(() => (this.removing = undefined));
    return this.removing;
  }

  private async removeOnce(): Promise<void> {
    await this.claiming;
    const folder = await this.folder;
    if (!this.isOwned && !(await folder.claim())) throw new Error(`\`${this.summary.name}\` trains in another window. Stop it there first.`);
    this.active?.endNow();
    await this.closing.underWay;
    await folder.remove();
    folder.dispose();
  }

  /** What became of it in other windows. */
  async look(): Promise<void> {
    if (this.isOwned) return;
    const sighting = await this.history.look(() => this.host.isWatched(this));
    // Meanwhile it may have become this window's.
    if (!sighting || this.isOwned) return;
    const { state } = this;
    this.history.take(sighting);
    if (this.state === state) this.host.changed(this);
    else this.host.stateChanged(this);
  }

  /** The window closes: what it trains is left so that the next one can go on. */
  async suspend(): Promise<void> {
    await this.claiming;
    await this.active?.suspend(LAST_CHECKPOINT_MS);
    await this.closing.underWay;
    await (await this.folder).release();
  }

  dispose(): void {
    this.active?.dispose();
    void this.folder.then((folder) => folder.dispose());
  }

  private get isOwned(): boolean {
    return this.active !== undefined || this.claiming !== undefined || this.closing.underWay !== undefined;
  }

  private train(prepare: () => Promise<StartPoint>, isPaused: boolean): void {
    this.active = new ActiveRun(this.store!, this.folder, this.host, prepare, isPaused, {
      changed: () => this.host.changed(this),
      stateChanged: () => this.host.stateChanged(this),
      over: (end) => this.finish(end),
    });
    this.active.enter();
  }

  /** A trainer takes over a run that nothing trains. */
  private takeOver(isPaused: boolean): void {
    if (!this.canResume || this.active || this.claiming) return;
    const { state, message } = this.summary;
    this.before = { state, message };
    this.claiming = this.claimAfter()
      .then(() => {
        this.claiming = undefined;
        const planOf = (text: string): Promise<Plan> => this.host.plan(this, text);
        this.train(() => this.history.resumePoint(planOf, state !== 'failed'), isPaused);
      })
      .catch(async (error: unknown) => {
        this.claiming = undefined;
        this.host.failed(this, problemOf(error));
        await this.look().catch(() => undefined);
      });
  }

  private async claimAfter(): Promise<void> {
    while (this.closing.underWay) await this.closing.underWay;
    await this.history.claim();
  }

  private finish({ hasBegun, problem, last, whenSaved }: EndOfRun): void {
    this.active = undefined;
    // What never began is removed below; of that its problem is still to be told.
    const isRemoved = this.removing !== undefined;
    const failed = (error: Error): void => this.host.diskFailed(this, `The folder of \`${this.summary.name}\` could not be closed: ${error.message}`);
    if (hasBegun) {
      this.history.keep(last);
      this.closing.take(() => whenSaved.then(() => this.history.letGo())).catch(failed);
    } else if (this.before) {
      const store = this.store!;
      store.setState(this.before.state, this.before.message);
      this.closing.take(() => this.folder.then((folder) => folder.save(store)).then(() => this.history.letGo())).catch(failed);
    } else {
      this.host.discard(this);
    }
    this.before = undefined;
    this.host.stateChanged(this);
    if (problem && !isRemoved && (!hasBegun || this.state === 'failed')) this.host.failed(this, problem);
  }

  /** Another window has taken it over while this one stood still. */
  private lose(): void {
    this.active?.dispose();
    this.active = undefined;
    this.history.lose();
    this.host.diskFailed(this, `\`${this.summary.name}\` goes on in another window, which took it over while this one stood still.`);
    this.host.stateChanged(this);
  }
}

const NOT_RUNNING: Problem = { code: 'not-running', level: 'hint', message: 'The run is not active.' };
