import { availableParallelism } from 'node:os';
import diskPath from 'node:path';
import * as vscode from 'vscode';
import { activateOn, runsUri } from './activate';
import { registerInstallNative } from './editor/installNative';
import { NodeFolder } from './run/nodeFolder';
import { startWorker } from './train/startWorker';

export { deactivate } from './activate';

/** The extension in a Node process: VS Code on a desktop, or its server. */
export function activate(context: vscode.ExtensionContext): Promise<void> {
  const uri = runsUri(context);
  const native = vscode.Uri.joinPath(context.globalStorageUri, 'native');
  context.subscriptions.push(registerInstallNative(native));
  const host = {
    startTrainer: startWorker(vscode.Uri.joinPath(context.extensionUri, 'dist', 'trainer.js').fsPath),
    runs: new NodeFolder(uri.fsPath),
    runsUri: uri,
    cores: availableParallelism(),
    diskPath,
    nativeFolder: native.fsPath,
  };
  return activateOn(host, context);
}
