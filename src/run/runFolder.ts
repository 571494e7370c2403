import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { Best, Checkpoint } from '../train/protocol';
import type { CheckpointPlace, RunStore } from './runStore';
import type { RunSummary } from './runSummary';

/** A checkpoint from disk. */
export interface SavedCheckpoint extends Checkpoint {
  /** Id of the last edit that it has; 0: none. Its model is `store.textAfter(edit)`. */
  edit: number;
}

const todo = (...args: unknown[]): never => {
  throw new Error(`not yet ${args.length}`);
};

/** One run on disk: <root>/<runId>/. */
export class RunFolder implements Disposable {
  private readonly problem = new Emitter<string>();
  private readonly lost = new Emitter<void>();
  /** One sentence for the user: what cannot be saved and where. Once, until it works again. */
  readonly onProblem = this.problem.event;
  /** Another process took the run over while this one stood still: this one writes no more. */
  readonly onLost = this.lost.event;

  /** A new run's folder, claimed by this process. What the disk refuses is told by the first `save`. */
  static create(root: string, store: RunStore): Promise<RunFolder> {
    return todo(root, store);
  }

  /** The folder at exactly this path; throws where another process trains in it, or where it cannot be made. */
  static createAt(path: string, store: RunStore): Promise<RunFolder> {
    return todo(path, store);
  }

  /** An existing run's folder, only read until it is claimed. */
  static open(root: string, runId: string): Promise<RunFolder> {
    return todo(root, runId);
  }

  /** Of all runs; of a damaged one what can be told, as `interrupted` with a message. */
  static list(root: string): Promise<RunSummary[]> {
    return todo(root);
  }

  /** Undefined where run.json is missing or damaged. */
  readSummary(): Promise<RunSummary | undefined> {
    return todo();
  }

  /** The history up to the last whole event, with `checkpoints` set. Its state is that of run.json. */
  readStore(): Promise<RunStore> {
    return todo();
  }

  /** Makes this process the one that writes here; false where another one does. */
  claim(): Promise<boolean> {
    return todo();
  }

  /** Whether another process that is alive has claimed it. */
  isTaken(): Promise<boolean> {
    return todo();
  }

  release(): Promise<void> {
    return todo();
  }

  /** Writes what is new. Never throws; calls queue up. */
  save(store: RunStore): Promise<void> {
    return todo(store);
  }

  /** Belongs to the store last read or saved. Never throws; calls queue up, one that a newer one overtakes is left out. */
  saveCheckpoint(checkpoint: Checkpoint, more: { beforeEdit?: number; best?: Best } = {}): Promise<void> {
    return todo(checkpoint, more);
  }

  /** In the order in which they were taken; for `store.setCheckpoints`. */
  get checkpoints(): readonly CheckpointPlace[] {
    return todo();
  }

  /**
   * The last one at or before `step` of a model with no later edit than `edit`; a damaged one is skipped for the one before.
   * Just before edit k: `readCheckpoint(k.step, store.editBefore(k.id))`.
   */
  readCheckpoint(step: number, edit = Infinity): Promise<SavedCheckpoint | undefined> {
    return todo(step, edit);
  }

  /** Removes the whole run. */
  remove(): Promise<void> {
    return todo();
  }

  /** Writes no more; a claim runs out by itself unless it was released. */
  dispose(): void {
    todo();
  }
}
