import * as vscode from 'vscode';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { interruptedText } from './interruptedText';

/** Runs that the user has been asked about, in this window or one before. */
const OFFERED = 'layerwise.offeredRuns';

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
  const answer = await vscode.window.showInformationMessage(message, 'Resume');
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
