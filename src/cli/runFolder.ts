import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeUuid } from '../base/uuid';
import { fail } from '../model/problem';
import { NodeFolder } from '../run/nodeFolder';
import { RunFolder } from '../run/runFolder';
import { RunStore } from '../run/runStore';
import type { RunEvent } from '../train/protocol';
import type { Trainer } from '../train/trainer';

const SAVE_INTERVAL_MS = 1000;
const CHECKPOINT_INTERVAL_MS = 5000;

/** Keeps a run's folder up to date while it trains in the terminal: the same folder that the extension writes. */
export class SavedRun {
  private readonly began = performance.now();
  private savedAt = this.began;
  private checkpointAt = this.began;

  private constructor(
    private trainer: Trainer,
    private readonly store: RunStore,
    private readonly folder: RunFolder,
  ) {
    folder.onProblem((message) => process.stderr.write(`${message}\n`));
    folder.onLost(() => process.stderr.write('Another process trains in the run folder now: nothing more is saved there.\n'));
  }

  /** @param file path of the model file. Throws a ProblemError where the folder cannot be written. */
  static async create(path: string, trainer: Trainer, file: string): Promise<SavedRun> {
    const { name } = trainer.start;
    const uri = pathToFileURL(resolve(file)).href;
    const store = RunStore.create({ runId: makeUuid(), file, uri, name, text: trainer.plan.text });
    const folder = await RunFolder.replace(new NodeFolder(path), store).catch((error: Error) =>
      fail('unwritable', `The run folder cannot be made: ${error.message}`),
    );
    return new SavedRun(trainer, store, folder);
  }

  /** Another trainer goes on with the run. */
  follow(trainer: Trainer): void {
    this.trainer = trainer;
  }

  async add(events: readonly RunEvent[]): Promise<void> {
    const now = performance.now();
    this.store.apply(events, (1000 * this.trainer.step) / (now - this.began));
    if (now - this.checkpointAt >= CHECKPOINT_INTERVAL_MS) await this.saveCheckpoint(now);
    if (now - this.savedAt < SAVE_INTERVAL_MS) return;
    await this.folder.save(this.store);
    this.savedAt = performance.now();
  }

  async finish(): Promise<void> {
    await this.saveCheckpoint(performance.now());
    await this.close();
  }

  async fail(error: unknown): Promise<void> {
    this.store.end('failed', error instanceof Error ? error.message : String(error));
    await this.close();
  }

  private async saveCheckpoint(now: number): Promise<void> {
    this.checkpointAt = now;
    await this.folder.saveCheckpoint(await this.trainer.checkpoint(), { best: this.trainer.takeBest() });
  }

  private async close(): Promise<void> {
    await this.folder.save(this.store);
    await this.folder.release();
    this.folder.dispose();
  }
}
