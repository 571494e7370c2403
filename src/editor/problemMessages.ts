import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { ProblemError, type Problem } from '../model/problem';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { toRange } from './diagnostics';
import type { ModelDocuments } from './modelDocuments';

/** Notifications of what keeps a model from training, and problems of a run at their places in the text. */
export class ProblemMessages implements Disposable {
  private readonly owned = new Disposables();

  constructor(
    runs: Runs,
    private readonly documents: ModelDocuments,
  ) {
    this.owned.add(runs.onDidFail(({ run, problem }) => void this.explain(run, problem)));
    this.owned.add(runs.onProblem(({ run, message }) => void vscode.window.showWarningMessage(`${run.summary.name}: ${message}`)));
  }

  /** Says what is wrong with a text that the user wants to train; what is not the user's doing is thrown on. */
  refuse(document: vscode.TextDocument, error: unknown): void {
    if (!(error instanceof ProblemError)) throw error;
    void this.tell(document, error.problem);
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** A run that broke: one notification, and the problem at its place if that still is where it was. */
  private async explain(run: Run, problem: Problem): Promise<void> {
    // The file may be gone by now; what became of its run has to be said all the same.
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(run.uri)).then(undefined, () => undefined);
    if (!document) return void vscode.window.showErrorMessage(problem.message);
    const range = document.getText() === run.text ? problem.range : undefined;
    if (range) this.documents.report(run.uri, problem);
    await this.tell(document, { ...problem, range });
  }

  private async tell(document: vscode.TextDocument, { message, range }: Problem): Promise<void> {
    if (!range) return void vscode.window.showErrorMessage(message);
    const answer = await vscode.window.showErrorMessage(message, 'Show in File');
    if (answer) await vscode.window.showTextDocument(document, { selection: toRange(document, range) });
  }
}
