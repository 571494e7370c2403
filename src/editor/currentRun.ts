import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { isModelFile } from './modelDocuments';

/** The run that keys, palette and status bar mean: that of the model file being edited, else the one on show. */
export class CurrentRun implements Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new Emitter<void>());
  /** Another run, or another state of it. */
  readonly onDidChange = this.changed.event;
  /** The model file that was edited last. */
  private edited?: string;

  constructor(private readonly runs: Runs) {
    this.owned.add(vscode.window.onDidChangeActiveTextEditor((editor) => this.enter(editor)));
    this.owned.add(runs.onDidChangeState(() => this.changed.fire()));
    this.owned.add(
      runs.onDidChangeList(() => {
        if (!runs.shown) this.showEdited();
        this.changed.fire();
      }),
    );
    this.owned.add(runs.onDidChangeShown(() => this.changed.fire()));
    this.edited = modelIn(vscode.window.activeTextEditor);
  }

  get run(): Run | undefined {
    const model = modelIn(vscode.window.activeTextEditor);
    return (model === undefined ? undefined : this.runs.of(model)) ?? this.runs.shown;
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** When the runs are read and none is on show yet: that of the file being edited, else the newest comes. */
  private showEdited(): void {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    // While the dashboard has the focus no editor is active.
    const models = [activeTextEditor, ...visibleTextEditors].map(modelIn).filter((model) => model !== undefined);
    const run = models.map((model) => this.runs.of(model)).find((found) => found !== undefined);
    if (run) this.runs.show(run);
  }

  /** Another file's run comes on show with it. Coming back to the same file leaves the run that was picked meanwhile. */
  private enter(editor: vscode.TextEditor | undefined): void {
    const model = modelIn(editor);
    if (model && model !== this.edited) {
      this.edited = model;
      const run = this.runs.of(model);
      if (run && this.runs.shown && run.uri !== this.runs.shown.uri) this.runs.show(run);
    }
    this.changed.fire();
  }
}

const modelIn = (editor: vscode.TextEditor | undefined): string | undefined =>
  editor && isModelFile(editor.document) ? editor.document.uri.toString() : undefined;
