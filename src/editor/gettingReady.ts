import * as vscode from 'vscode';
import type { Runs } from '../run/runs';
import { isModelFile } from './modelDocuments';
import { settings } from './settings';

/** While somebody reads a model, a thread loads the engine: Train then begins at once. */
export function getReadyForRuns(runs: Runs): vscode.Disposable {
  const look = (editor: vscode.TextEditor | undefined): void => {
    if (editor && isModelFile(editor.document)) runs.expect(settings.engine().threads ?? 1);
  };
  look(vscode.window.activeTextEditor);
  return vscode.window.onDidChangeActiveTextEditor(look);
}
