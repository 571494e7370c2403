import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { NodeFolder } from '../../src/run/nodeFolder';
import type { Run } from '../../src/run/run';
import { Runs } from '../../src/run/runs';
import type { Problem } from '../../src/model/problem';
import type { FromTrainer, Plan, ToTrainer } from '../../src/train/protocol';
import { startWorker, type StartTrainer, type Trainer, type TrainerListener } from '../../src/train/startWorker';
import type { RunState } from '../../src/view/protocol';
import { plan } from './models';

/** What goes wrong, as the editor would tell it. */
export interface Told {
  failures: { run: Run; problem: Problem }[];
  problems: string[];
}

const open: Runs[] = [];
const folders: string[] = [];
afterEach(() => open.splice(0).forEach((runs) => runs.dispose()));
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'layerwise-runs-'));
  folders.push(folder);
  return folder;
}

/** All runs of a folder, as one window has them. Disposed after the test. */
export function openWindow(root: string, trainer: string | StartTrainer, parallel = 8): Told & { runs: Runs } {
  const runs = new Runs(new NodeFolder(root), typeof trainer === 'string' ? startWorker(trainer) : trainer, { parallel: () => parallel });
  runs.planner = (_, text) => Promise.resolve(plan(text));
  open.push(runs);
  const told: Told = { failures: [], problems: [] };
  runs.onDidFail((failure) => told.failures.push(failure));
  runs.onProblem(({ message }) => told.problems.push(message));
  return { ...told, runs };
}

let started = 0;
export const begin = (runs: Runs, text: string, more: Partial<Plan> = {}): Run =>
  runs.start({ runId: `run-${++started}`, name: 'moons', file: 'moons.nn.yaml', uri: 'file:///moons.nn.yaml' }, { ...plan(text), ...more });

/** Resolves as soon as it is so. */
export function until(runs: Runs, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (isSo()) resolve();
    };
    for (const event of [runs.onDidChange, runs.onDidFail, runs.onDidChangeList, runs.onProblem]) (event as Runs['onDidChangeList'])(check);
    check();
  });
}

export const untilState = (runs: Runs, run: Run, state: RunState): Promise<void> => until(runs, () => run.state === state);

/** Starts trainers and hears what they say; can end them from outside. */
export class Witness {
  readonly said: FromTrainer[] = [];
  /** Told of every message after the run. */
  hear: (message: FromTrainer) => void = () => undefined;
  private readonly threads: { trainer: Trainer; listener: TrainerListener }[] = [];

  readonly start: StartTrainer = (listener) => {
    const trainer = this.inner({
      message: (message) => {
        this.said.push(message);
        listener.message(message);
        this.hear(message);
      },
      gone: (reason) => listener.gone(reason),
    });
    this.threads.push({ trainer, listener });
    return trainer;
  };

  constructor(private readonly inner: StartTrainer) {}

  /** To the newest thread. */
  send(message: object): void {
    this.threads.at(-1)!.trainer.send(message as ToTrainer);
  }

  /** Terminates the newest thread, whatever it is at. */
  kill(): void {
    const { trainer, listener } = this.threads.at(-1)!;
    trainer.dispose();
    listener.gone('It was terminated.');
  }
}
