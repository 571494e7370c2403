import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import type { Problem, ProblemLevel } from '../model/problem';
import type { ModelDocuments } from './modelDocuments';

export const SEVERITY: Record<ProblemLevel, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  hint: vscode.DiagnosticSeverity.Information,
};

/** The problems of the open model files, at their places. */
export class ModelDiagnostics implements Disposable {
  private readonly owned = new Disposables();
  private readonly collection = this.owned.add(vscode.languages.createDiagnosticCollection('layerwise'));

  constructor(documents: ModelDocuments) {
    this.owned.add(
      documents.onDidAnalyse((document) => {
        const analysis = documents.current(document);
        if (analysis)
          this.collection.set(
            document.uri,
            analysis.problems.map((problem) => toDiagnostic(document, problem)),
          );
      }),
    );
    this.owned.add(documents.onDidClose((document) => this.collection.delete(document.uri)));
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function toDiagnostic(document: vscode.TextDocument, { range, message, level, code }: Problem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(document, range), message, SEVERITY[level]);
  diagnostic.source = 'Layerwise';
  diagnostic.code = code;
  return diagnostic;
}

/** A problem with no place of its own stands at the top of the file. */
export function toRange(document: vscode.TextDocument, range: Problem['range']): vscode.Range {
  return range ? new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)) : document.lineAt(0).range;
}
