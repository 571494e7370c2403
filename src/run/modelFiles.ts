import * as vscode from 'vscode';
import { type PathRules, posixPath } from '../base/posixPath';
import { fail } from '../model/problem';
import { imagesIn } from '../data/imageNames';
import type { NamedFile } from '../model/namedFiles';
import { absolutePath, isBelow } from './namedPath';

/** Where folders outside of the workspace stand whose files the user has let a model read. */
const ALLOWED_FOLDERS = 'layerwise.allowedFolders';

/** Reads the files that a model file names, relative to its own folder. A file elsewhere is read only after the user said so, once per folder. */
export class ModelFiles {
  constructor(
    private readonly memory: vscode.Memento,
    /** Of paths on the disk that this runs beside. */
    private readonly diskPath: PathRules,
  ) {}

  /** Where a path in a model file leads: without any `..`, so that `isAllowed` can tell by where it starts. */
  resolve(model: vscode.Uri, path: string): vscode.Uri {
    const isOnDisk = model.scheme === 'file';
    const absolute = absolutePath(path, isOnDisk ? this.diskPath : posixPath);
    if (absolute) return isOnDisk ? vscode.Uri.file(absolute) : model.with({ path: absolute });
    return vscode.Uri.joinPath(folderOf(model), path.replaceAll('\\', '/'));
  }

  /** What there is under a name, by path: a file's content, or that of the images in a folder. Throws a ProblemError where it may not or cannot be read. */
  async read(model: vscode.Uri, file: NamedFile): Promise<Record<string, Uint8Array>> {
    const contents: Record<string, Uint8Array> = {};
    // One after the other where there are many: each of them waits for the disk as a whole.
    for (const path of await this.list(model, file))
      contents[path] = await this.attempt(model, { ...file, path }, vscode.workspace.fs.readFile(this.resolve(model, path)));
    return contents;
  }

  /** The files under a name: itself, or the images in the folders of a folder. */
  async list(model: vscode.Uri, file: NamedFile): Promise<string[]> {
    const { path, range, isFolder } = file;
    if (!this.isAllowed(model, this.resolve(model, path))) {
      const remedy = vscode.workspace.isTrusted ? 'Train asks before it reads it.' : 'Copy it beside the model file, or trust this workspace.';
      fail('outside-workspace', `\`${path}\` lies outside of the workspace. ${remedy}`, { range });
    }
    if (!isFolder) return [path];
    return imagesIn(path, range, async (folder) => {
      const entries = await this.attempt(model, { ...file, path: folder }, vscode.workspace.fs.readDirectory(this.resolve(model, folder)));
      return entries.map(([name, type]) => ({ name, isFolder: (type & vscode.FileType.Directory) !== 0 }));
    });
  }

  private async attempt<T>(model: vscode.Uri, { path, range, isFolder }: NamedFile, reading: Thenable<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      const isMissing = error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
      if (isMissing) fail('missing-file', `There is no ${isFolder ? 'folder' : 'file'} \`${path}\` in ${shown(folderOf(model))}.`, { range });
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
    for (const { path, isFolder } of files) {
      const uri = this.resolve(model, path);
      if (this.isAllowed(model, uri)) continue;
      const detail = `${shown(uri)}\n\nThe model file names it, and it lies outside of the workspace. ${isFolder ? 'It is a folder with folders of images.' : 'You are asked once for its folder.'}`;
      const answer = await vscode.window.showWarningMessage(`May Layerwise read \`${path}\`?`, { modal: true, detail }, 'Read It');
      if (answer) await this.memory.update(ALLOWED_FOLDERS, [...this.allowedFolders, (isFolder ? uri : folderOf(uri)).toString()]);
    }
  }

  private isAllowed(model: vscode.Uri, uri: vscode.Uri): boolean {
    if (vscode.workspace.getWorkspaceFolder(uri)) return true;
    // A model file opened without a folder brings its own along.
    const isBeside = !vscode.workspace.getWorkspaceFolder(model) && isBelow(folderOf(model), uri);
    // A folder of images is itself among them, its folders and their files lie in it.
    const grounds = [uri, folderOf(uri), folderOf(folderOf(uri))].map(String);
    return isBeside || (vscode.workspace.isTrusted && this.allowedFolders.some((folder) => grounds.includes(folder)));
  }

  private get allowedFolders(): string[] {
    return this.memory.get<string[]>(ALLOWED_FOLDERS, []);
  }
}

const folderOf = (uri: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(uri, '..');

/** A path as the user writes it where it is on their disk. */
const shown = (uri: vscode.Uri): string => (uri.scheme === 'file' ? uri.fsPath : vscode.workspace.asRelativePath(uri));
