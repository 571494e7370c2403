import * as vscode from 'vscode';
import { toRange } from './diagnostics';
import { smallestChange } from './textChange';

/** Makes `text` what stands in a model file's editor: one edit that undo takes back, not saved. A file that is gone stays so; throws for one that cannot be edited. */
export async function putText(model: vscode.Uri, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(model).then(undefined, () => undefined);
  if (!document || document.getText() === text) return;
  await showBeside(document);
  const { text: replacement, ...range } = smallestChange(document.getText(), text);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(model, toRange(document, range), replacement);
  const isDone = await vscode.workspace.applyEdit(edit);
  if (!isDone) throw new Error(`${vscode.workspace.asRelativePath(model)} cannot be edited. Is it read-only?`);
}

/** A change of a text that nobody sees would be a trap. Whoever has the focus keeps it. */
async function showBeside(document: vscode.TextDocument): Promise<void> {
  const { visibleTextEditors } = vscode.window;
  if (visibleTextEditors.some((editor) => editor.document === document)) return;
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preserveFocus: true, preview: false });
}
