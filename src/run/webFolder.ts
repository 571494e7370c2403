import type * as vscode from 'vscode';
import type { Claim, Entry, Folder, Log } from './folder';
import { LockClaim } from './lockClaim';
import { SegmentedLog } from './segmentedLog';

type FileSystem = Pick<vscode.FileSystem, 'createDirectory' | 'delete' | 'readDirectory' | 'readFile' | 'stat' | 'writeFile'>;

/** `vscode.FileType`, which is there only in VS Code. */
const FILE: vscode.FileType = 1;
const FOLDER: vscode.FileType = 2;

/**
 * A folder of an extension's storage in VS Code for the Web, which keeps it in the browser (IndexedDB): a file is written in one transaction, as a whole
 * or not at all, and cannot be added to.
 */
export class WebFolder implements Folder {
  readonly path = 'the storage of this browser';

  constructor(
    private readonly fs: FileSystem,
    private readonly uri: vscode.Uri,
  ) {}

  get name(): string {
    return this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1);
  }

  folder(name: string): WebFolder {
    return new WebFolder(this.fs, this.at(name));
  }

  async make(): Promise<void> {
    await told(this.fs.createDirectory(this.uri));
  }

  async entries(): Promise<Entry[]> {
    const entries = await ifThere(told(this.fs.readDirectory(this.uri)));
    return (entries ?? []).map(([name, type]) => ({ name, isFolder: type === FOLDER }));
  }

  async size(name: string): Promise<number | undefined> {
    const found = await told(this.fs.stat(this.at(name))).catch(() => undefined);
    return found?.type === FILE ? found.size : undefined;
  }

  read(name: string): Promise<Uint8Array> {
    return told(this.fs.readFile(this.at(name)));
  }

  async write(name: string, content: Uint8Array | string): Promise<void> {
    await told(this.fs.writeFile(this.at(name), typeof content === 'string' ? new TextEncoder().encode(content) : content));
  }

  /** Its text: times of change are those that this tab knows of. */
  async stamp(name: string): Promise<string | undefined> {
    const bytes = await this.read(name).catch(() => undefined);
    return bytes && new TextDecoder().decode(bytes);
  }

  async remove(name: string): Promise<void> {
    await ifThere(told(this.fs.delete(this.at(name), { recursive: true })));
  }

  async removeAll(): Promise<void> {
    await ifThere(told(this.fs.delete(this.uri, { recursive: true })));
  }

  /** There are none. */
  removeDrafts(): Promise<void> {
    return Promise.resolve();
  }

  log(name: string): Log {
    return new SegmentedLog(this.folder(name));
  }

  /** Nobody can take a lock over. */
  claim(): Claim {
    return new LockClaim(this.uri.toString());
  }

  private at(name: string): vscode.Uri {
    return this.uri.with({ path: `${this.uri.path}/${name}` });
  }
}

/** What VS Code's file systems say, and the code of the system for it. */
const CODES: Record<string, string> = { FileNotFound: 'ENOENT', NoPermissions: 'EACCES', EntryExceedsStorageQuota: 'EDQUOT' };

async function told<T>(work: Thenable<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    throw Object.assign(error as Error, { code: CODES[code] });
  }
}

async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}
