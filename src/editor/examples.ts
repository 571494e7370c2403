import * as vscode from 'vscode';
import { COMMANDS, MODEL_FILE_SUFFIX } from '../ids';
import { attempt } from './attempt';
import { pick } from './pick';

/** Examples that come with the extension: those that make their data themselves. */
const EXAMPLES = [
  { name: 'moons', title: 'Two Moons', detail: 'The smallest file that trains something worth looking at.' },
  { name: 'spirals', title: 'Two Spirals', detail: 'No straight line tells them apart: the hidden layers have to bend the plane.' },
  { name: 'vanishing', title: 'Vanishing Gradient', detail: 'Too deep for its activation. It runs without any error, and learns nothing.' },
] as const;

/** The command that opens an example as a new file that is not saved yet; without a name it asks which. */
export const registerExamples = (extensionUri: vscode.Uri): vscode.Disposable =>
  vscode.commands.registerCommand(COMMANDS.openExample, (name?: unknown) => attempt(() => openExample(extensionUri, name)));

async function openExample(extensionUri: vscode.Uri, name: unknown): Promise<void> {
  const known = EXAMPLES.find((example) => example.name === name);
  const items = EXAMPLES.map((example) => ({ label: example.title, detail: example.detail, name: example.name }));
  const picked = known ?? (await pick(items, { title: 'Open Example' }));
  if (!picked) return;
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'examples', `${picked.name}${MODEL_FILE_SUFFIX}`));
  const document = await vscode.workspace.openTextDocument(await freeUri(picked.name));
  // One that was opened before may have been edited since.
  if (document.getText() === '') {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), new TextDecoder().decode(bytes));
    await vscode.workspace.applyEdit(edit);
  }
  await vscode.window.showTextDocument(document);
}

/** In the workspace, so that it is saved there; a file of that name stays as it is. */
async function freeUri(name: string): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  for (let number = 1; ; number++) {
    const file = `${name}${number > 1 ? `-${number}` : ''}${MODEL_FILE_SUFFIX}`;
    if (!folder) return vscode.Uri.from({ scheme: 'untitled', path: file });
    const uri = vscode.Uri.joinPath(folder, file);
    const isThere = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!isThere) return uri.with({ scheme: 'untitled' });
  }
}
