import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { ProblemError, type Problem } from '../model/problem';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { attempt } from './attempt';
import { toRange } from './diagnostics';
import type { ModelDocuments } from './modelDocuments';
import { plainText } from './plainText';

/** Notifications of what keeps a model from training, and problems of a run at their places in the text. */
export class ProblemMessages implements Disposable {
  private readonly owned = new Disposables();

  constructor(
    runs: Runs,
    private readonly documents: ModelDocuments,
  ) {
    this.owned.add(runs.onDidFail(({ run, problem }) => void attempt(() => this.explain(run, problem))));
    this.owned.add(runs.onProblem(({ run, message }) => void vscode.window.showWarningMessage(plainText(`${run.summary.name}: ${message}`))));
  }

  /** Says what keeps a text from training: the one of `document`, else one of the past. What is not the user's doing is thrown on. */
  refuse(error: unknown, document?: vscode.TextDocument): void {
    if (!(error instanceof ProblemError)) throw error;
    void attempt(() => this.tell(error.problem, document));
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** A run that broke: one notification, and the problem at its place if that still is where it was. */
  private async explain(run: Run, problem: Problem): Promise<void> {
    // The file may be gone by now; what became of its run has to be said all the same.
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(run.uri)).then(undefined, () => undefined);
    const isSame = document?.getText() === run.text;
    if (isSame && problem.range) this.documents.report(run.uri, problem);
    await this.tell(problem, isSame ? document : undefined);
  }

  private async tell({ message, range }: Problem, document: vscode.TextDocument | undefined): Promise<void> {
    if (!document || !range) return void vscode.window.showErrorMessage(plainText(message));
    const answer = await vscode.window.showErrorMessage(plainText(message), 'Show in File');
    if (answer) await vscode.window.showTextDocument(document, { selection: toRange(document, range) });
  }
}
