import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { Turns } from '../base/turns';
import { encodeTensors } from '../train/checkpoint';
import { type Best, type Checkpoint, evaluatedTensors } from '../train/protocol';
import { atATime } from './atATime';
import { CheckpointFiles, type SavedCheckpoint } from './checkpointFiles';
import type { Claim, Folder } from './folder';
import { HistoryFiles } from './historyFiles';
import { type Part, Refusals } from './refusals';
import type { CheckpointPlace, RunStore, RunSummary } from './runStore';
import { MODEL } from './textFiles';

const BEST = 'best.safetensors';

/** What a run's folder holds beside the model file and its owner. */
const OWN_NAMES = ['run.json', 'events.jsonl', 'outcome.json', 'last.safetensors', BEST, 'edits', 'checkpoints'];

/**
 * One run on disk, readable by others:
 * - `run.json`: what a list of runs shows (RunSummary).
 * - `events.jsonl`: its history (StoredEvent), one event a line in the order of steps: `start`, `step` (a point of the loss curve: the mean of the steps
 *   since the line before of its type), `statistics` of every layer and parameter at a sampled step, `eval`, `edit`, `resume`, `end`.
 *   In bounded space: where a long run gets too many points of a kind, they are thinned and the file is written anew.
 * - `outcome.json`: what the model makes of its data (Outcome), as it was last looked at.
 * - `model.nn.yaml`: the model file that trains now; `edits/000.nn.yaml`: at the start, `edits/001.nn.yaml`: from edit 1 on and so forth.
 * - `last.safetensors`, `best.safetensors`: parameters and running statistics under their state_dict names, as PyTorch reads them.
 * - `checkpoints/120.safetensors`, `checkpoints/120-edit3.safetensors`: all that training goes on from after step 120, of a model that edit 3 made.
 * - `owner.json`, on a disk: the process that writes all this (Ownership).
 *
 * Every file but events.jsonl is written beside and put in its place; events.jsonl holds up to its last whole line.
 */
export class RunFolder implements Disposable {
  private readonly problem = new Emitter<string>();
  private readonly lost = new Emitter<void>();
  /** One sentence for the user: what cannot be saved, where and why. Once for each part, until it works again. */
  readonly onProblem = this.problem.event;
  /** Another process took the run over while this one stood still: this one writes no more. */
  readonly onLost = this.lost.event;

  private readonly owner: Claim;
  private readonly history: HistoryFiles;
  private readonly checkpointFiles: CheckpointFiles;
  private readonly refusals: Refusals;
  private readonly turns = new Turns();
  private isClaimed = false;
  /** Wait for their turn: they take what is newest then. */
  private nextSave?: Promise<void>;
  private nextCheckpoint?: { checkpoint?: Checkpoint };
  private store?: RunStore;

  private constructor(private readonly folder: Folder) {
    this.owner = folder.claim(() => this.lose());
    this.history = new HistoryFiles(folder);
    this.checkpointFiles = new CheckpointFiles(folder.folder('checkpoints'));
    this.refusals = new Refusals(folder.path, (sentence) => this.problem.fire(sentence));
  }

  /** A new run's folder, claimed by this process. What the disk refuses is told by the first `save`. */
  static async create(root: Folder, store: RunStore): Promise<RunFolder> {
    const folder = new RunFolder(root.folder(store.run.runId));
    folder.store = store;
    await folder.folder.make().catch(() => undefined);
    await folder.claim();
    return folder;
  }

  /**
   * A folder in place of a run that was there; throws where it cannot be written, where another process trains in it, or where it
   * holds files of these names that are no run's.
   */
  static async replace(place: Folder, store: RunStore): Promise<RunFolder> {
    const folder = new RunFolder(place);
    folder.store = store;
    await place.make();
    const inTheWay = (await place.entries()).find(({ name }) => [...OWN_NAMES, MODEL].includes(name));
    if (inTheWay !== undefined && !(await folder.readSummary())) throw new Error(`${place.path} holds ${inTheWay.name}, but no run`);
    if (!(await folder.owner.claim())) throw new Error('another process trains in it');
    folder.isClaimed = true;
    for (const name of OWN_NAMES) await place.remove(name);
    return folder;
  }

  /** An existing run's folder, only read until it is claimed. */
  static async open(root: Folder, runId: string): Promise<RunFolder> {
    const folder = new RunFolder(root.folder(runId));
    await folder.checkpointFiles.load();
    return folder;
  }

  /** Of all runs; of a damaged one what can be told, as `interrupted` with a message. */
  static async list(root: Folder): Promise<RunSummary[]> {
    const entries = await root.entries().catch(() => []);
    const folders = entries.filter(({ isFolder }) => isFolder).map(({ name }) => new RunFolder(root.folder(name)));
    return atATime(folders, (folder) => folder.history.readSummary());
  }

  /** Undefined where run.json is missing or damaged. */
  readSummary(): Promise<RunSummary | undefined> {
    return this.history.summary.read();
  }

  /** Stands for run.json as it is now. */
  stamp(): Promise<string | undefined> {
    return this.history.summary.stamp();
  }

  /** The history up to the last whole event, with its checkpoints. Its state is that of run.json. To write on it: first claim, then read. */
  async readStore(): Promise<RunStore> {
    const store = await this.history.read();
    await this.checkpointFiles.load();
    store.setCheckpoints(this.checkpoints);
    this.store = store;
    return store;
  }

  /**
   * Makes this process the one that writes here; false where another one does. Where the disk cannot tell whose the folder is, it is claimed as soon as
   * it can be written.
   */
  async claim(): Promise<boolean> {
    try {
      this.isClaimed = await this.owner.claim();
      if (this.isClaimed) await this.clean();
    } catch {
      this.isClaimed = true;
    }
    return this.isClaimed;
  }

  /** Whether another process that is alive has claimed it. */
  isTaken(): Promise<boolean> {
    return this.owner.isTaken();
  }

  /** After what is still to be written. */
  release(): Promise<void> {
    return this.turns.take(async () => {
      this.isClaimed = false;
      await this.owner.release().catch(() => undefined);
    });
  }

  /** Writes what is new. Never throws; calls queue up. */
  save(store: RunStore): Promise<void> {
    this.store = store;
    this.nextSave ??= this.turns.take(() => {
      this.nextSave = undefined;
      return this.attempt('history', () => this.history.write(this.store!));
    });
    return this.nextSave;
  }

  /** Belongs to the store that was created, read or saved. Never throws; calls queue up, one that a newer one overtakes is left out. */
  saveCheckpoint(checkpoint: Checkpoint, { beforeEdit, best }: { beforeEdit?: number; best?: Best } = {}): Promise<void> {
    const { store } = this;
    if (!store) throw new Error('The run has to be read before it is written.');
    const edit = beforeEdit === undefined ? store.editAt(checkpoint.step) : store.editBefore(beforeEdit);
    const waiting: { checkpoint?: Checkpoint } = { checkpoint };
    if (beforeEdit === undefined) {
      if (this.nextCheckpoint) delete this.nextCheckpoint.checkpoint;
      this.nextCheckpoint = waiting;
    }
    return this.turns.take(() =>
      this.attempt('snapshots', async () => {
        if (best) await this.folder.write(BEST, encodeTensors(best.tensors));
        // A newer one may come while this one is written.
        const { checkpoint: newest } = waiting;
        if (!newest) return;
        await this.checkpointFiles.save(newest, edit, (place) => store.isBeforeEdit(place));
        await this.folder.write('last.safetensors', encodeTensors(evaluatedTensors(newest)));
      }),
    );
  }

  /** The disk has refused nothing of late. */
  get isUpToDate(): boolean {
    return this.refusals.isNone;
  }

  /** In the order in which they were taken; for `store.setCheckpoints`. */
  get checkpoints(): readonly CheckpointPlace[] {
    return this.checkpointFiles.places;
  }

  /**
   * The last one at or before `step` of a model with no later edit than `edit`; a damaged one is skipped for the one before.
   * Just before edit k: `readCheckpoint(k.step, store.editBefore(k.id))`.
   */
  readCheckpoint(step: number, edit = Infinity): Promise<SavedCheckpoint | undefined> {
    return this.checkpointFiles.read(step, edit);
  }

  /** best.safetensors; undefined where there is none. */
  readBest(): Promise<Uint8Array | undefined> {
    return this.folder.read(BEST).catch(() => undefined);
  }

  /** Removes the whole run. Throws what the system says. */
  remove(): Promise<void> {
    return this.turns.take(async () => {
      this.isClaimed = false;
      this.owner.stop();
      await this.folder.removeAll();
    });
  }

  /** Writes no more; a claim runs out by itself unless it was released. */
  dispose(): void {
    this.isClaimed = false;
    this.owner.stop();
    this.problem.dispose();
    this.lost.dispose();
  }

  /** Does what needs the disk, while the folder is this process's. A failure is told and leaves the run alone. */
  private async attempt(part: Part, action: () => Promise<void>): Promise<void> {
    if (!this.isClaimed) return;
    try {
      if (!(await this.owner.claimAgain())) return this.lose();
      await action();
      this.refusals.clear(part);
    } catch (error) {
      this.refusals.add(part, error, this.store!.run);
    }
  }

  private lose(): void {
    if (!this.isClaimed) return;
    this.isClaimed = false;
    this.lost.fire();
  }

  /** Removes what was half written when a process ended. */
  private async clean(): Promise<void> {
    await this.folder.removeDrafts();
    await this.checkpointFiles.clean();
  }
}
