import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { encodeTensors } from '../train/checkpoint';
import { type Best, type Checkpoint, evaluatedTensors } from '../train/protocol';
import { atATime } from './atATime';
import { CheckpointFiles, type SavedCheckpoint } from './checkpointFiles';
import { diskProblem } from './diskProblem';
import { EventFile } from './eventFile';
import { type Claim, type Folder, readText } from './folder';
import { History, type Written } from './history';
import { OutcomeFile } from './outcomeFile';
import { isActive } from './actions';
import { RunStore, type CheckpointPlace } from './runStore';
import { decodeSummary, encodeSummary, type RunSummary } from './runSummary';
import { MODEL, TextFiles } from './textFiles';

export type { SavedCheckpoint } from './checkpointFiles';

const SUMMARY = 'run.json';
const BEST = 'best.safetensors';

/** What a run's folder holds beside the model file and its owner. */
const OWN_NAMES = [SUMMARY, 'events.jsonl', 'outcome.json', 'last.safetensors', BEST, 'edits', 'checkpoints'];

/** What a disk can refuse, told of each by itself. */
type Part = 'history' | 'snapshots';

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
  private readonly events: EventFile;
  private readonly outcome: OutcomeFile;
  private readonly texts: TextFiles;
  private readonly checkpointFiles: CheckpointFiles;
  private readonly failing = new Set<Part>();
  private isClaimed = false;
  private queue: Promise<unknown> = Promise.resolve();
  /** Wait for their turn: they take what is newest then. */
  private nextSave?: Promise<void>;
  private nextCheckpoint?: { checkpoint?: Checkpoint };
  private store?: RunStore;
  private written?: { store: RunStore; written: Written; summary?: string };

  private constructor(private readonly folder: Folder) {
    this.owner = folder.claim(() => this.lose());
    this.events = new EventFile(folder.log('events.jsonl'));
    this.outcome = new OutcomeFile(folder);
    this.texts = new TextFiles(folder);
    this.checkpointFiles = new CheckpointFiles(folder.folder('checkpoints'));
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
    return atATime(folders, async (folder) => (await folder.readSummary()) ?? (await folder.readHistory()).summary);
  }

  /** Undefined where run.json is missing or damaged. */
  async readSummary(): Promise<RunSummary | undefined> {
    const text = await readText(this.folder, SUMMARY).catch(() => undefined);
    const summary = text === undefined ? undefined : decodeSummary(text);
    // A folder that was copied by hand is a run of its own.
    return summary && { ...summary, runId: this.folder.name };
  }

  /** Stands for run.json as it is now. */
  stamp(): Promise<string | undefined> {
    return this.folder.stamp(SUMMARY);
  }

  /** The history up to the last whole event, with its checkpoints. Its state is that of run.json. To write on it: first claim, then read. */
  async readStore(): Promise<RunStore> {
    const { summary, history } = await this.readHistory();
    await this.checkpointFiles.load();
    const store = RunStore.restore(summary, history);
    store.setCheckpoints(this.checkpoints);
    const outcome = await this.outcome.read();
    // One of later steps is left from before training went back.
    if (outcome && outcome.step <= store.run.step) store.setOutcome(outcome);
    this.store = store;
    this.written = { store, written: store.unwritten(undefined).written };
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
    return this.enqueue(async () => {
      this.isClaimed = false;
      await this.owner.release().catch(() => undefined);
    });
  }

  /** Writes what is new. Never throws; calls queue up. */
  save(store: RunStore): Promise<void> {
    this.store = store;
    this.nextSave ??= this.enqueue(() => {
      this.nextSave = undefined;
      return this.attempt('history', () => this.write());
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
    return this.enqueue(() =>
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
    return this.failing.size === 0;
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
    return this.enqueue(async () => {
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

  private enqueue(action: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(action);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Does what needs the disk, while the folder is this process's. A failure is told and leaves the run alone. */
  private async attempt(part: Part, action: () => Promise<void>): Promise<void> {
    if (!this.isClaimed) return;
    try {
      if (!(await this.owner.claimAgain())) return this.lose();
      await action();
      this.failing.delete(part);
    } catch (error) {
      if (!this.failing.has(part)) this.problem.fire(this.sentence(part, error));
      this.failing.add(part);
    }
  }

  private lose(): void {
    if (!this.isClaimed) return;
    this.isClaimed = false;
    this.lost.fire();
  }

  private async write(): Promise<void> {
    const store = this.store!;
    const before = this.written?.store === store ? this.written : undefined;
    const { lines, isWhole, written } = store.unwritten(before?.written);
    if (isWhole) await this.events.rewrite(lines);
    else if (lines.length) await this.events.append(lines);
    this.written = { store, written, summary: before?.summary };
    await this.texts.write(store.texts());
    const summary = encodeSummary(store.summary());
    if (summary !== before?.summary) await this.folder.write(SUMMARY, summary);
    this.written.summary = summary;
    await this.outcome.write(store.run.outcome);
  }

  private async readHistory(): Promise<{ summary: RunSummary; history: History }> {
    const [summary, text] = [await this.readSummary(), await this.texts.readStart()];
    const history = new History(text);
    await this.events.read((event) => history.restore(event));
    return { summary: summary ?? summaryOf(this.folder.name, history), history };
  }

  /** Removes what was half written when a process ended. */
  private async clean(): Promise<void> {
    await this.folder.removeDrafts();
    await this.checkpointFiles.clean();
  }

  private sentence(part: Part, error: unknown): string {
    const { name, state } = this.store!.run;
    const what = part === 'history' ? `the history of \`${name}\` is` : `snapshots of \`${name}\` are`;
    return `${diskProblem(error)}: ${what} no longer saved in ${this.folder.path}${isActive(state) ? '; training goes on' : ''}.`;
  }
}

/** What can be told of a run whose run.json is lost. */
function summaryOf(runId: string, history: History): RunSummary {
  const { steps, params } = history.stages.newest.layout;
  const then = new Date(0).toISOString();
  const known = { runId, name: history.start?.name ?? runId, step: history.step, steps, params, seconds: history.ended?.seconds ?? 0 };
  return { version: 2, file: '', uri: '', created: then, updated: then, state: 'interrupted', message: 'Its run.json is damaged.', ...known };
}
