const STORES = ['files', 'sizes'] as const;

/** What a browser's errors are called on a disk. */
const CODES: Record<string, string> = { QuotaExceededError: 'EDQUOT' };

/**
 * Files by their paths, in a database of the browser (IndexedDB). All tabs of an origin have the same ones at the same moment: VS Code's own
 * file system of a browser knows only of the files that were there when the tab was opened, and of the tab's own.
 */
export class BrowserFiles {
  private opening?: Promise<IDBDatabase>;

  constructor(private readonly name: string) {}

  read(path: string): Promise<Uint8Array | undefined> {
    return this.do('readonly', ({ files }) => files.get(path) as IDBRequest<Uint8Array | undefined>);
  }

  size(path: string): Promise<number | undefined> {
    return this.do('readonly', ({ sizes }) => sizes.get(path) as IDBRequest<number | undefined>);
  }

  /** As a whole or not at all. */
  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.do('readwrite', ({ files, sizes }) => {
      sizes.put(bytes.length, path);
      return files.put(bytes, path);
    });
  }

  /** Paths of all files below a folder. */
  async below(folder: string): Promise<string[]> {
    return (await this.do('readonly', ({ sizes }) => sizes.getAllKeys(rangeOf(folder)))).map(String);
  }

  /** Removes a file, or a folder with all in it. */
  async remove(path: string): Promise<void> {
    await this.do('readwrite', ({ files, sizes }) => {
      for (const store of [files, sizes]) store.delete(rangeOf(path));
      sizes.delete(path);
      return files.delete(path);
    });
  }

  private async do<T>(mode: IDBTransactionMode, work: (stores: Record<(typeof STORES)[number], IDBObjectStore>) => IDBRequest<T>): Promise<T> {
    const database = await (this.opening ??= this.open());
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORES, mode, { durability: 'strict' });
      const request = work({ files: transaction.objectStore('files'), sizes: transaction.objectStore('sizes') });
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(told(transaction.error));
    });
  }

  private open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
      request.onerror = () => {
        this.opening = undefined;
        reject(told(request.error));
      };
      request.onsuccess = () => {
        // The user has the browser forget it: the next call makes it anew.
        request.result.onclose = () => (this.opening = undefined);
        resolve(request.result);
      };
    });
  }
}

/** All that begins with `folder/`: the character after the slash is a zero. */
const rangeOf = (folder: string): IDBKeyRange => IDBKeyRange.bound(`${folder}/`, `${folder}0`, true, true);

const told = (error: DOMException | null): Error =>
  Object.assign(new Error(error?.message ?? 'the browser gave up'), { code: CODES[error?.name ?? ''] });
