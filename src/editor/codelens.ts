import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { COMMANDS, MODEL_FILES, VIEWS } from '../ids';
import { modelLine } from '../run/actions';
import type { Runs } from '../run/runs';
import { runsAhead } from '../view/runList';
import { lensesOf, type Lens } from './lenses';
import { isModelFile } from './modelDocuments';

/** `▷ Train` above the model, and what can be done to its run while it trains. */
export class RunLenses implements vscode.CodeLensProvider, Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly runs: Runs) {
    this.owned.add(runs.onDidChangeState(() => this.changed.fire()));
    this.owned.add(runs.onDidChangeList(() => this.changed.fire()));
    this.owned.add(vscode.languages.registerCodeLensProvider(MODEL_FILES, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!isModelFile(document)) return [];
    const run = this.runs.of(document.uri.toString());
    const line = modelLine(document.getText());
    const range = new vscode.Range(line, 0, line, 0);
    const lenses = lensesOf(run, run ? runsAhead(run, this.runs.active) : 0);
    return lenses.map((lens) => new vscode.CodeLens(range, commandOf(lens, document.uri)));
  }

  dispose(): void {
    this.owned.dispose();
  }
}

/** What is only to know leads to the list of runs, where the others are. */
const commandOf = ({ title, action }: Lens, model: vscode.Uri): vscode.Command =>
  action ? { title, command: COMMANDS[action], arguments: [model] } : { title, command: `${VIEWS.runs}.focus` };
