import * as vscode from 'vscode';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { plainText } from './plainText';

/** A step of a large model may take this long; then the user is asked whether to wait on. */
const PATIENCE_MS = 8000;

/** Ends a run; resolves when it is over. A trainer that does not answer is ended if the user says so. */
export async function stopRun(run: Run | undefined): Promise<void> {
  if (!run) return;
  const impatience = setTimeout(() => void offerToEnd(run), PATIENCE_MS);
  await run.stop().finally(() => clearTimeout(impatience));
}

/** Makes way for another run of a model file: a file has one that trains at a time. What another window trains stays. */
export async function stopRunOf(runs: Runs, uri: string): Promise<void> {
  for (const run of runs.active.filter((active) => active.uri === uri && !active.isElsewhere)) await stopRun(run);
}

async function offerToEnd(run: Run): Promise<void> {
  const message = `The trainer of ${run.summary.name} has not stopped yet. Ending it leaves the weights that were last seen.`;
  const answer = await vscode.window.showWarningMessage(plainText(message), 'End It');
  if (answer && run.isActive) run.endNow();
}
