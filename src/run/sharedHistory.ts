import { formatCount } from '../base/format';
import { fail } from '../model/problem';
import type { Checkpoint, Plan } from '../train/protocol';
import type { RunState } from '../view/protocol';
import { isActive } from './actions';
import type { SavedCheckpoint } from './checkpointFiles';
import { resumePoint } from './resumePoint';
import type { RunFolder } from './runFolder';
import type { RunStore, RunSummary } from './runStore';
import type { StartPoint } from './training';

/** A history from disk, and what stands for run.json as it was then. */
interface ReadHistory {
  store: RunStore;
  seen?: string;
}

/** What other windows made of a run. */
export interface Sighting {
  /** Stands for run.json. */
  seen?: string;
  isElsewhere: boolean;
  known: RunSummary;
  wasPaused: boolean;
  leftAt?: number;
  read?: ReadHistory;
}

/**
 * What this window has of a run whose folder other windows write too: its history, read when it is wanted, given up when it is not, and read anew
 * where another window went on with it; and what training can go on from.
 */
export class SharedHistory {
  /** Another window trains it. */
  isElsewhere = false;
  /** It was paused when its window went away. */
  wasPaused = false;
  /** When the window that went away was last heard of, in milliseconds since 1970. */
  leftAt?: number;
  /** Where training ended, as long as the disk has not taken it. */
  private unsaved?: Readonly<StartPoint>;
  private read?: RunStore;
  private loading?: Promise<ReadHistory>;
  /** The disk has all of the history. */
  private isSaved = true;
  /** Stands for run.json as it was last seen, to tell what another window writes. */
  private seen?: string;
  /** Likewise, when the history was read or last written. */
  private readSeen?: string;

  constructor(
    private known: RunSummary,
    private readonly folder: Promise<RunFolder>,
    /** Of a new run. */
    store?: RunStore,
  ) {
    this.read = store;
  }

  /** There once `load` is done, until it is forgotten. */
  get store(): RunStore | undefined {
    return this.read;
  }

  get summary(): RunSummary {
    return this.read?.summary() ?? this.known;
  }

  get state(): RunState {
    return this.read?.run.state ?? this.known.state;
  }

  /** As far as this window knows. */
  get isOnDisk(): boolean {
    return this.seen !== undefined;
  }

  async load(): Promise<RunStore> {
    if (this.read) return this.read;
    this.loading ??= this.readAs(this.known).finally(() => (this.loading = undefined));
    const { store, seen } = await this.loading;
    if (!this.read) [this.read, this.readSeen] = [store, seen];
    return this.read;
  }

  /** Gives it up where it can be read again. */
  forget(): void {
    if (this.unsaved || !this.isSaved || !this.read) return;
    this.known = this.read.summary();
    [this.read, this.readSeen] = [undefined, undefined];
  }

  /** Where a trainer has ended that the disk may not have kept up with. */
  keep(last: Readonly<StartPoint> | undefined): void {
    this.unsaved = last;
  }

  async lastCheckpoint(): Promise<Checkpoint | undefined> {
    return this.unsaved?.from ?? (await this.folder).readCheckpoint(Infinity);
  }

  /** At or before `step`, of the model that `text` is of, else of the last model until then; undefined where there is none. */
  async checkpointAt(step: number, text: string): Promise<SavedCheckpoint | undefined> {
    const store = await this.load();
    const folder = await this.folder;
    const edits = [0, ...store.run.edits.filter((edit) => edit.step <= step).map(({ id }) => id)].reverse();
    const edit = edits.find((id) => store.textAfter(id) === text);
    return folder.readCheckpoint(step, edit);
  }

  /**
   * Where a trainer goes on, once this is claimed.
   * @param isEdited whether edits that took over after the last checkpoint are made again
   */
  async resumePoint(planOf: (text: string) => Promise<Plan>, isEdited: boolean): Promise<StartPoint> {
    if (this.unsaved) return isEdited ? this.unsaved : { ...this.unsaved, edit: undefined };
    const store = this.read!;
    const from = await (await this.folder).readCheckpoint(Infinity);
    return resumePoint(store, from, planOf, isEdited);
  }

  /** Makes this window the one that writes, with the history as it is now. Throws a ProblemError where another window has it. */
  async claim(): Promise<void> {
    const folder = await this.folder;
    if (!(await folder.claim())) fail('trains-elsewhere', `\`${this.summary.name}\` trains in another window.`);
    try {
      // Another window may just have trained it.
      if ((await folder.stamp()) !== this.readSeen) [this.read, this.loading] = [undefined, undefined];
      await this.load();
    } catch (error) {
      await folder.release();
      throw error;
    }
  }

  /** Nothing more is written by this window. */
  async letGo(): Promise<void> {
    const folder = await this.folder;
    const onDisk = folder.checkpoints.at(-1)?.step;
    if (onDisk === this.unsaved?.from?.step) this.unsaved = undefined;
    this.isSaved = folder.isUpToDate;
    await folder.release();
    this.seen = this.readSeen = await folder.stamp();
  }

  /** Another window has taken it over while this one stood still. */
  lose(): void {
    this.isElsewhere = true;
    this.seen = undefined;
  }

  /**
   * What became of it in other windows, for `take`; undefined: nothing that is new.
   * @param isWatched whether its whole history is on show
   */
  async look(isWatched: () => boolean): Promise<Sighting | undefined> {
    const folder = await this.folder;
    const isElsewhere = await folder.isTaken();
    const seen = await folder.stamp();
    if (seen === this.seen && isElsewhere === this.isElsewhere) return undefined;
    const summary = await folder.readSummary();
    if (!summary) return undefined;
    const known = isElsewhere ? summary : leftBehind(summary);
    const read = this.read && isWatched() ? await this.readAs(known) : undefined;
    const leftAt = !isElsewhere && isActive(summary.state) ? Date.parse(summary.updated) : undefined;
    return { seen, isElsewhere, known, wasPaused: summary.state === 'paused', leftAt, read };
  }

  take({ seen, isElsewhere, known, wasPaused, leftAt, read }: Sighting): void {
    Object.assign(this, { isElsewhere, wasPaused, leftAt });
    [this.seen, this.known] = [seen, known];
    [this.read, this.readSeen] = [read?.store, read?.seen];
  }

  private async readAs({ state, message }: RunSummary): Promise<ReadHistory> {
    const folder = await this.folder;
    const seen = await folder.stamp();
    const store = await folder.readStore();
    if (state === 'interrupted') store.setState(state, message);
    return { store, seen };
  }
}

/** A run that no process holds. */
function leftBehind(summary: RunSummary): RunSummary {
  if (!isActive(summary.state)) return summary;
  return { ...summary, state: 'interrupted', message: `The window closed at step ${formatCount(summary.step)}.` };
}
