import type { BrowserFiles } from './browserFiles';
import type { Claim, Entry, Folder, Log } from './folder';
import { LockClaim } from './lockClaim';
import { SegmentedLog } from './segmentedLog';

/** A folder in the browser's storage. It is there as soon as something lies in it. */
export class WebFolder implements Folder {
  readonly path = 'the storage of this browser';

  /** @param at names the folder among those of all workspaces. */
  constructor(
    private readonly files: BrowserFiles,
    private readonly at: string,
  ) {}

  get name(): string {
    return this.at.slice(this.at.lastIndexOf('/') + 1);
  }

  folder(name: string): WebFolder {
    return new WebFolder(this.files, `${this.at}/${name}`);
  }

  make(): Promise<void> {
    return Promise.resolve();
  }

  async entries(): Promise<Entry[]> {
    const parts = (await this.files.below(this.at)).map((path) => path.slice(this.at.length + 1).split('/'));
    const kinds = new Map(parts.map(([name, ...rest]) => [name, rest.length > 0]));
    return [...kinds].map(([name, isFolder]) => ({ name, isFolder }));
  }

  size(name: string): Promise<number | undefined> {
    return this.files.size(`${this.at}/${name}`);
  }

  async read(name: string): Promise<Uint8Array> {
    const bytes = await this.files.read(`${this.at}/${name}`);
    if (!bytes) throw Object.assign(new Error(`There is no ${name}.`), { code: 'ENOENT' });
    return bytes;
  }

  write(name: string, content: Uint8Array | string): Promise<void> {
    return this.files.write(`${this.at}/${name}`, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }

  /** Its text: nothing tells when it was written. */
  async stamp(name: string): Promise<string | undefined> {
    const bytes = await this.files.read(`${this.at}/${name}`);
    return bytes && new TextDecoder().decode(bytes);
  }

  remove(name: string): Promise<void> {
    return this.files.remove(`${this.at}/${name}`);
  }

  removeAll(): Promise<void> {
    return this.files.remove(this.at);
  }

  /** A write is one transaction, and leaves none behind. */
  removeDrafts(): Promise<void> {
    return Promise.resolve();
  }

  log(name: string): Log {
    return new SegmentedLog(this.folder(name));
  }

  /** Nobody can take a lock over. */
  claim(): Claim {
    return new LockClaim(this.at);
  }
}
