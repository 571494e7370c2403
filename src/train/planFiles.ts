import { pathIn } from '../data/dataFile';
import type { DataFiles } from '../data/dataset';
import type { NamedFile } from '../model/namedFiles';
import type { Plan } from './protocol';

/** Paths of a plan's files that lie in a folder. */
const pathsIn = (folder: string, files: Plan['files']): string[] => Object.keys(files).filter((path) => path.startsWith(pathIn(folder, '')));

/** The files of a plan, to read its data from. */
export const filesOf = ({ files }: Pick<Plan, 'files'>): DataFiles => ({
  read: (path) => (Object.hasOwn(files, path) ? Promise.resolve(files[path]) : Promise.reject(new Error('there is no such file'))),
  list: (folder) => Promise.resolve(pathsIn(folder, files)),
});

/** Whether two plans hold the same under a name. */
export function isSameContent({ path, isFolder }: NamedFile, a: Plan['files'], b: Plan['files']): boolean {
  const [ours, theirs] = [a, b].map((files) => (isFolder ? pathsIn(path, files) : [path]));
  return ours.length === theirs.length && ours.every((name) => isSame(a[name], b[name]));
}

/** Of two files, which need not be there. */
const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a?.length === b?.length && a?.every((byte, i) => byte === b![i]) === true);
