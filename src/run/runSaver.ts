import type { Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import type { Best, Checkpoint } from '../train/protocol';
import type { RunFolder } from './runFolder';
import type { RunStore } from './runStore';

const SAVE_INTERVAL_MS = 1000;

/** Keeps a run's folder up to date while it trains; training waits for none of it. */
export class RunSaver implements Disposable {
  private readonly throttle = new Throttle(SAVE_INTERVAL_MS, () => void this.save());
  private work: Promise<unknown> = Promise.resolve();
  private isDisposed = false;

  constructor(
    private readonly store: RunStore,
    private readonly folder: Promise<RunFolder>,
    /** The store knows of other checkpoints than before. */
    private readonly changed: () => void,
  ) {}

  /** The store has something new that can wait a little. */
  touch(): void {
    this.throttle.trigger();
  }

  /** Resolves when all that there is now is on disk, or the disk has refused it. */
  save(): Promise<void> {
    return this.write((folder) => folder.save(this.store));
  }

  add(checkpoint: Checkpoint, more: { beforeEdit?: number; best?: Best }): void {
    void this.write(async (folder) => {
      // First, so that who goes on from the checkpoint finds the history up to there.
      const saved = folder.save(this.store);
      await Promise.all([saved, folder.saveCheckpoint(checkpoint, more)]);
      this.store.setCheckpoints(folder.checkpoints);
      this.changed();
    });
  }

  /** Writes no more, not even what has been handed over. */
  dispose(): void {
    this.isDisposed = true;
    this.throttle.dispose();
  }

  /** The folder orders what is written; this waits for all of it. */
  private async write(action: (folder: RunFolder) => Promise<void>): Promise<void> {
    const done = this.folder.then((folder) => (this.isDisposed ? undefined : action(folder)));
    const all = Promise.all([this.work, done]);
    this.work = all;
    await all;
  }
}
