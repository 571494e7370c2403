import { posix } from 'node:path';
import * as vscode from 'vscode';
import { fail } from '../model/problem';
import type { NamedFile } from '../model/namedFiles';
import { absolutePath, isBelow } from './namedPath';

/** Where folders outside of the workspace stand whose files the user has let a model read. */
const ALLOWED_FOLDERS = 'layerwise.allowedFolders';

/** Reads the files that a model file names, relative to its own folder. A file elsewhere is read only after the user said so, once per folder. */
export class ModelFiles {
  constructor(private readonly memory: vscode.Memento) {}

  /** Where a path in a model file leads: without any `..`, so that `isAllowed` can tell by where it starts. */
  resolve(model: vscode.Uri, path: string): vscode.Uri {
    const isOnDisk = model.scheme === 'file';
    const absolute = absolutePath(path, isOnDisk ? undefined : posix);
    if (absolute) return isOnDisk ? vscode.Uri.file(absolute) : model.with({ path: absolute });
    return vscode.Uri.joinPath(folderOf(model), path.replaceAll('\\', '/'));
  }

  /** The content; throws a ProblemError where it may not or cannot be read. */
  async read(model: vscode.Uri, { path, range }: NamedFile): Promise<Uint8Array> {
    const uri = this.resolve(model, path);
    if (!this.isAllowed(model, uri)) {
      const remedy = vscode.workspace.isTrusted ? 'Train asks before it reads it.' : 'Copy it beside the model file, or trust this workspace.';
      fail('outside-workspace', `\`${path}\` lies outside of the workspace. ${remedy}`, { range });
    }
    try {
      return await vscode.workspace.fs.readFile(uri);
    } catch (error) {
      const isMissing = error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
      if (isMissing) fail('missing-file', `There is no file \`${path}\` in ${shown(folderOf(model))}.`, { range });
      fail('unreadable-file', `\`${path}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`, { range });
    }
  }

  /** What changes with a file's content. A file that may not be read is not touched at all: on Windows a path alone can reach into the network. */
  async stat(model: vscode.Uri, uri: vscode.Uri): Promise<{ mtime: number; size: number } | 'missing' | 'not allowed'> {
    if (!this.isAllowed(model, uri)) return 'not allowed';
    try {
      const { mtime, size } = await vscode.workspace.fs.stat(uri);
      return { mtime, size };
    } catch {
      return 'missing';
    }
  }

  /** Asks for the folders outside of the workspace that `files` lie in. A refusal shows when they are read. */
  async askFor(model: vscode.Uri, files: readonly NamedFile[]): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    for (const { path } of files) {
      const uri = this.resolve(model, path);
      if (this.isAllowed(model, uri)) continue;
      const detail = `${shown(uri)}\n\nThe model file names it, and it lies outside of the workspace. You are asked once for its folder.`;
      const answer = await vscode.window.showWarningMessage(`May Layerwise read \`${path}\`?`, { modal: true, detail }, 'Read It');
      if (answer) await this.memory.update(ALLOWED_FOLDERS, [...this.allowedFolders, folderOf(uri).toString()]);
    }
  }

  private isAllowed(model: vscode.Uri, uri: vscode.Uri): boolean {
    if (vscode.workspace.getWorkspaceFolder(uri)) return true;
    // A model file opened without a folder brings its own along.
    const isBeside = !vscode.workspace.getWorkspaceFolder(model) && isBelow(folderOf(model), uri);
    return isBeside || (vscode.workspace.isTrusted && this.allowedFolders.includes(folderOf(uri).toString()));
  }

  private get allowedFolders(): string[] {
    return this.memory.get<string[]>(ALLOWED_FOLDERS, []);
  }
}

const folderOf = (uri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(uri, '..');

/** A path as the user writes it where it is on their disk. */
const shown = (uri: vscode.Uri): string => (uri.scheme === 'file' ? uri.fsPath : vscode.workspace.asRelativePath(uri));
