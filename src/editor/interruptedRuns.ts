import * as vscode from 'vscode';
import { disposable, type Disposable } from '../base/disposable';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { interruptedText } from './interruptedText';
import { plainText } from './plainText';

/** Runs that the user has been asked about, in this window or one before. */
const OFFERED = 'layerwise.offeredRuns';

/** How long the window before this one, killed or reloaded, may still look alive. */
const OVERLAP_MS = 60_000;

/** Goes on with runs that at first seem to train in another window, and that turn out to be those of the one before this one. */
export function resumeLeaving(runs: Runs): Disposable {
  const leaving = new Set(runs.all.filter(({ isElsewhere }) => isElsewhere));
  const following = runs.onDidChangeState((run) => {
    if (leaving.has(run) && runs.justInterrupted.includes(run)) run.restore();
  });
  const end = setTimeout(() => following.dispose(), OVERLAP_MS);
  return disposable(() => {
    clearTimeout(end);
    following.dispose();
  });
}

/** Goes on with the runs that a reload of the window cut short, and asks, once, about those that ended with an earlier one. */
export async function resumeInterrupted(runs: Runs, memory: vscode.Memento): Promise<void> {
  const { justInterrupted } = runs;
  for (const run of justInterrupted) run.restore();
  const offered = memory.get<string[]>(OFFERED, []);
  const others = runs.all.filter((run) => run.state === 'interrupted' && run.canResume && !justInterrupted.includes(run));
  await memory.update(
    OFFERED,
    others.map(({ id }) => id),
  );
  const news = others.filter(({ id }) => !offered.includes(id));
  if (news.length > 0) await offer(runs, news);
}

async function offer(runs: Runs, interrupted: readonly Run[]): Promise<void> {
  const message = interruptedText(interrupted.map(({ summary }) => summary));
  const answer = await vscode.window.showInformationMessage(plainText(message), 'Resume');
  if (!answer) return;
  // Of a model file one run trains at a time: the newest.
  const files = new Set<string>();
  for (const run of interrupted) {
    const isFirst = !files.has(run.uri) && !runs.active.some(({ uri }) => uri === run.uri);
    files.add(run.uri);
    if (!isFirst || !run.canResume) continue;
    runs.show(run);
    run.resume();
  }
}
