import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import type { RunController } from './runController';
import { decodeRun, encodeRun } from './runRecord';

const SAVE_INTERVAL_MS = 3000;

/** Keeps the run's history in the workspace's storage, so that closing or reloading the window loses none of it. */
export class RunFile implements Disposable {
  private readonly owned = new Disposables();
  private readonly saves = this.owned.add(new Throttle(SAVE_INTERVAL_MS, () => void this.save()));
  private readonly file: vscode.Uri;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: vscode.Uri,
    private readonly runs: RunController,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.file = vscode.Uri.joinPath(folder, 'run.json');
    this.owned.add(runs.onDidChange(() => this.saves.trigger()));
    this.owned.add(runs.onDidChangeState(() => void this.save()));
  }

  /** Shows the run of the last window, if it left one. */
  async load(): Promise<void> {
    let text: string;
    try {
      text = new TextDecoder().decode(await vscode.workspace.fs.readFile(this.file));
    } catch {
      return; // No run yet.
    }
    const run = decodeRun(text);
    if (run) return this.runs.restore(run);
    this.log.warn(`The history of the last run (${this.file.toString()}) is damaged and is left out.`);
  }

  /** Writes beside the file and then in its place: whatever happens meanwhile, one whole history is there. Writes wait for each other. */
  save(): Promise<void> {
    this.saving = this.saving.then(async () => {
      const { run } = this.runs;
      // One that has not begun may fail yet; the file then still holds the run before it.
      if (!run || run.run.state === 'starting') return;
      try {
        const next = vscode.Uri.joinPath(this.folder, 'run.json.next');
        await vscode.workspace.fs.createDirectory(this.folder);
        await vscode.workspace.fs.writeFile(next, new TextEncoder().encode(encodeRun(run.snapshot())));
        await vscode.workspace.fs.rename(next, this.file, { overwrite: true });
      } catch (error) {
        this.log.error(`The history of the run could not be saved: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
    return this.saving;
  }

  dispose(): void {
    this.owned.dispose();
  }
}
