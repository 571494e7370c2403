import * as vscode from 'vscode';
import { RunLenses } from './editor/codelens';
import { registerCompletion } from './editor/completion';
import { followRun } from './editor/contextKeys';
import { LiveDecorations } from './editor/decorations';
import { ModelDiagnostics } from './editor/diagnostics';
import { registerHover } from './editor/hover';
import { ShapeHints } from './editor/inlayHints';
import { ModelData } from './editor/modelData';
import { ModelDocuments } from './editor/modelDocuments';
import { registerQuickFixes } from './editor/quickFixes';
import { RunCommands } from './editor/runCommands';
import { registerSaveWeights } from './editor/saveWeights';
import { SelectionLink } from './editor/selectionLink';
import { ModelFiles } from './run/modelFiles';
import { RunController } from './run/runController';
import { RunFile } from './run/runFile';
import { startWorker } from './train/startWorker';
import { Dashboard } from './view/dashboard';
import { RunStatus } from './view/statusBar';

let runFile: RunFile | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel('Layerwise', { log: true }));
  const files = new ModelFiles(context.workspaceState);
  const documents = own(new ModelDocuments(new ModelData(files), log));
  own(new ModelDiagnostics(documents));
  own(new ShapeHints(documents));
  own(registerCompletion());
  own(registerHover());
  own(registerQuickFixes(documents));

  const trainer = vscode.Uri.joinPath(context.extensionUri, 'dist', 'trainer.js').fsPath;
  const runs = own(new RunController(startWorker(trainer)));
  const dashboard = own(new Dashboard(context.extensionUri, runs));
  own(new RunCommands(runs, documents, files, dashboard));
  own(registerSaveWeights(runs));
  own(new RunLenses(runs));
  own(new RunStatus(runs));
  own(new LiveDecorations(runs, documents));
  own(new SelectionLink(runs, documents, dashboard));
  own(followRun(runs));

  runFile = own(new RunFile(context.storageUri ?? context.globalStorageUri, runs, log));
  await runFile.load();
}

/** The last events before the window closes are in no file yet. */
export async function deactivate(): Promise<void> {
  await runFile?.save();
}
