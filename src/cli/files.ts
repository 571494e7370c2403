import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Entry, imagesIn } from '../data/imageNames';
import type { NamedFile } from '../model/namedFiles';
import { fail, ProblemError } from '../model/problem';

/** What there is under a name that a model file in `base` has, by path: a file's content, or that of the images in a folder. Nothing where nothing is there. */
export async function readNamed(base: string, { path, range, isFolder }: NamedFile): Promise<Record<string, Uint8Array>> {
  const contents: Record<string, Uint8Array> = {};
  try {
    const paths = isFolder ? await imagesIn(path, range, (folder) => entriesOf(resolve(base, folder))) : [path];
    for (const each of paths) contents[each] = await readFile(resolve(base, each));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof ProblemError) throw error;
    if (code !== 'ENOENT') fail('unreadable-file', `${path} cannot be read: ${message}`, { range });
  }
  return contents;
}

async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isFolder = async (name: string) => (await stat(resolve(folder, name))).isDirectory();
  return Promise.all(entries.map(async (e) => ({ name: e.name, isFolder: e.isDirectory() || (e.isSymbolicLink() && (await isFolder(e.name))) })));
}

/** Throws a ProblemError where a file cannot be written at a path: better before hours of training than after. */
export async function checkWritable(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) fail('unwritable', `${path} is a folder: name a file to save to`);
  const folder = dirname(resolve(path));
  await access(folder, constants.W_OK).catch(() => fail('unwritable', `${path} cannot be written: there is no folder ${folder} to write to`));
}
