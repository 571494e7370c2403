import * as vscode from 'vscode';
import { activateOn, runsUri } from './activate';
import { posixPath } from './base/posixPath';
import { COMMANDS } from './ids';
import { BrowserFiles } from './run/browserFiles';
import { WebFolder } from './run/webFolder';
import { startWebWorker } from './train/startWorker.web';

export { deactivate } from './activate';

/** The extension in VS Code for the Web: a worker of the browser. */
export function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(vscode.commands.registerCommand(COMMANDS.installNative, tellOfNative));
  const url = (...path: string[]): string => vscode.Uri.joinPath(context.extensionUri, 'dist', ...path).toString(true);
  const engine = (file: string): { mjs: string; wasm: string } => ({ mjs: url(`${file}.mjs`), wasm: url(`${file}.wasm`) });
  const webgpu = { ort: url('ort.webgpu.min.mjs'), ...engine('ort-wasm-simd-threaded.asyncify') };
  const host = {
    startTrainer: startWebWorker({ script: url('web', 'trainer.js'), ...engine('ort-wasm-simd-threaded'), webgpu }),
    runs: new WebFolder(new BrowserFiles('layerwise'), runsUri(context).toString()),
    cores: navigator.hardwareConcurrency,
    diskPath: posixPath,
  };
  return activateOn(host, context);
}

const tellOfNative = (): Thenable<unknown> =>
  vscode.window.showWarningMessage(
    'The native engine does not run in a browser. It does where the folder is opened in VS Code on a desktop or by a server.',
  );
