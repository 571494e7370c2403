import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import { CONTEXTS } from '../ids';
import type { RunController } from '../run/runController';
import { isActive } from '../run/runStore';

/** Tells `when` clauses of menus and keys what can be done now. */
export function followRun(runs: RunController): Disposable {
  const set = (key: string, value: unknown): void => void vscode.commands.executeCommand('setContext', key, value);
  const update = (): void => {
    const run = runs.run?.run;
    const state = run && isActive(run.state) ? run.state : 'idle';
    set(CONTEXTS.state, state);
    set(CONTEXTS.activeFiles, run && state !== 'idle' ? [vscode.Uri.parse(run.uri).fsPath] : []);
  };
  update();
  return runs.onDidChangeState(update);
}
