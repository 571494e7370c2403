import { availableParallelism } from 'node:os';
import diskPath from 'node:path';
import * as vscode from 'vscode';
import { activateOn } from './activate';
import { NodeFolder } from './run/nodeFolder';
import { startWorker } from './train/startWorker';

export { deactivate } from './activate';

/** The extension in a Node process: VS Code on a desktop, or its server. */
export const activate = (context: vscode.ExtensionContext): Promise<void> =>
  activateOn(
    {
      startTrainer: startWorker(vscode.Uri.joinPath(context.extensionUri, 'dist', 'trainer.js').fsPath),
      folder: ({ fsPath }) => new NodeFolder(fsPath),
      cores: availableParallelism(),
      diskPath,
    },
    context,
  );
