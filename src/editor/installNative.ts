import { spawn } from 'node:child_process';
import * as vscode from 'vscode';
import { COMMANDS } from '../ids';
import { attempt } from './attempt';

/** The version whose figures are held against those of WASM. */
const PACKAGE = 'onnxruntime-node@1.30.0';
const isWindows = process.platform === 'win32';

/** The command that installs the native engine from npm into a folder of the extension's own. */
export const registerInstallNative = (folder: vscode.Uri): vscode.Disposable =>
  vscode.commands.registerCommand(COMMANDS.installNative, () => attempt(() => install(folder)));

async function install(folder: vscode.Uri): Promise<void> {
  if (!(await isNpmThere())) {
    void vscode.window.showWarningMessage(
      'The native engine comes from npm, which is not on this machine. Install Node.js, which brings it, or name a folder that has onnxruntime-node in the setting layerwise.nativeFolder.',
    );
    return;
  }
  const detail = `This downloads the package ${PACKAGE} (ONNX Runtime, about 100 MB) from the npm registry into ${folder.fsPath}. No scripts of it are run.`;
  const answer = await vscode.window.showInformationMessage('Install the native engine?', { modal: true, detail }, 'Install');
  if (answer !== 'Install') return;
  await vscode.workspace.fs.createDirectory(folder);
  const progress = { location: vscode.ProgressLocation.Notification, title: 'Installing the native engine', cancellable: true };
  const problem = await vscode.window.withProgress(progress, (_, token) => npm(folder.fsPath, token));
  if (problem !== undefined) throw new Error(`The native engine could not be installed: ${problem}`);
  void vscode.window.showInformationMessage('The native engine is installed. The next run can use it.');
}

const isNpmThere = (): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn('npm', ['--version'], { shell: isWindows, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });

/** What npm says where it fails. A `package.json` of the folder's own keeps npm from looking for one above it. */
async function npm(folder: string, token: vscode.CancellationToken): Promise<string | undefined> {
  const manifest = vscode.Uri.joinPath(vscode.Uri.file(folder), 'package.json');
  await vscode.workspace.fs.writeFile(manifest, new TextEncoder().encode('{"private": true}\n'));
  return new Promise((resolve) => {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const child = spawn('npm', ['install', PACKAGE, ...options], { cwd: folder, shell: isWindows, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)));
    token.onCancellationRequested(() => child.kill());
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) =>
      resolve(code === 0 ? undefined : token.isCancellationRequested ? 'it was cancelled.' : said.trim() || `npm ended with code ${code}.`),
    );
  });
}
