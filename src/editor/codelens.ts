import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { COMMANDS, MODEL_FILES } from '../ids';
import { ACTION_TITLES, ACTIONS, modelLine } from '../run/actions';
import type { RunController } from '../run/runController';
import { isModelFile } from './modelDocuments';

/** `▷ Train` above the model, and what can be done to its run while it trains. */
export class RunLenses implements vscode.CodeLensProvider, Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly runs: RunController) {
    this.owned.add(runs.onDidChangeState(() => this.changed.fire()));
    this.owned.add(vscode.languages.registerCodeLensProvider(MODEL_FILES, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!isModelFile(document)) return [];
    const run = this.runs.run?.run;
    const state = run?.uri === document.uri.toString() ? run.state : 'stopped';
    const line = modelLine(document.getText());
    const range = new vscode.Range(line, 0, line, 0);
    return ACTIONS[state].map(
      (action) => new vscode.CodeLens(range, { title: ACTION_TITLES[action], command: COMMANDS[action], arguments: [document.uri] }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }
}
