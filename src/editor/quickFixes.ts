import * as vscode from 'vscode';
import { MODEL_FILES } from '../ids';
import { toRange } from './diagnostics';
import type { ModelDocuments } from './modelDocuments';

/** Offers the word that was probably meant, where a problem knows it. */
export function registerQuickFixes(documents: ModelDocuments): vscode.Disposable {
  const provideCodeActions = (document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] =>
    (documents.current(document)?.problems ?? []).flatMap((problem) => {
      const place = toRange(document, problem.range);
      if (problem.replacement === undefined || !place.intersection(range)) return [];
      const action = new vscode.CodeAction(`Change to \`${problem.replacement}\``, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, place, problem.replacement);
      action.diagnostics = context.diagnostics.filter(({ message }) => message === problem.message);
      action.isPreferred = true;
      return [action];
    });
  return vscode.languages.registerCodeActionsProvider(
    MODEL_FILES,
    { provideCodeActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}
