import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Claim, Entry, Folder, Log } from './folder';
import { Ownership } from './owner';
import { DRAFT, writeWhole } from './wholeFile';

/** A folder on disk. What is written is there even when the power goes. */
export class NodeFolder implements Folder {
  constructor(readonly path: string) {}

  get name(): string {
    return basename(this.path);
  }

  folder(name: string): NodeFolder {
    return new NodeFolder(join(this.path, name));
  }

  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  async entries(): Promise<Entry[]> {
    try {
      const entries = await readdir(this.path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async size(name: string): Promise<number | undefined> {
    return sizeOf(join(this.path, name));
  }

  read(name: string): Promise<Uint8Array> {
    return readFile(join(this.path, name));
  }

  write(name: string, content: Uint8Array | string): Promise<void> {
    return writeWhole(join(this.path, name), content);
  }

  /** Every write puts another file in its place. */
  async stamp(name: string): Promise<string | undefined> {
    const file = await stat(join(this.path, name)).catch(() => undefined);
    return file && `${file.ino} ${file.mtimeMs} ${file.size}`;
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.path, name), { recursive: true, force: true });
  }

  async removeAll(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  async removeDrafts(): Promise<void> {
    for (const { name } of await this.entries()) if (name.endsWith(DRAFT)) await this.remove(name);
  }

  log(name: string): Log {
    return new NodeLog(join(this.path, name));
  }

  claim(onLost: () => void): Claim {
    return new Ownership(this, onLost);
  }
}

class NodeLog implements Log {
  constructor(private readonly path: string) {}

  async *chunks(most: number): AsyncGenerator<Uint8Array> {
    if ((await sizeOf(this.path)) !== undefined) yield* createReadStream(this.path, { end: most }) as AsyncIterable<Uint8Array>;
  }

  async put(at: number, bytes: Uint8Array): Promise<void> {
    const file = await open(this.path, 'a+');
    try {
      if ((await file.stat()).size !== at) await file.truncate(at);
      await file.appendFile(bytes);
      await file.sync();
    } catch (error) {
      await file.truncate(at).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  }

  replace(bytes: Uint8Array): Promise<void> {
    return writeWhole(this.path, bytes);
  }
}

/** Of a file; undefined where there is none. */
async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}
