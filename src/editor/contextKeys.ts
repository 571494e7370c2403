import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import { CONTEXTS } from '../ids';
import type { Runs } from '../run/runs';
import type { RunState } from '../view/protocol';
import type { CurrentRun } from './currentRun';

/** Tells `when` clauses of menus and keys what can be done now. */
export function followRuns(runs: Runs, current: CurrentRun): Disposable {
  const set = (key: string, value: unknown): void => void vscode.commands.executeCommand('setContext', key, value);
  const update = (): void => {
    const own = runs.active.filter(({ isElsewhere }) => !isElsewhere);
    const filesIn = (...states: RunState[]): string[] =>
      own.filter(({ state }) => states.includes(state)).map(({ uri }) => vscode.Uri.parse(uri).fsPath);
    set(CONTEXTS.startingFiles, filesIn('queued', 'starting'));
    set(CONTEXTS.runningFiles, filesIn('running'));
    set(CONTEXTS.pausedFiles, filesIn('paused'));
    const { run } = current;
    set(CONTEXTS.state, run?.isActive && !run.isElsewhere ? run.state : 'idle');
    set(CONTEXTS.canResume, run?.canResume ?? false);
  };
  update();
  return current.onDidChange(update);
}
