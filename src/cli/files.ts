import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail } from '../model/problem';

/** Throws a ProblemError where a file cannot be written at a path: better before hours of training than after. */
export async function checkWritable(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) fail('unwritable', `${path} is a folder: name a file to save to`);
  const folder = dirname(resolve(path));
  await access(folder, constants.W_OK).catch(() => fail('unwritable', `${path} cannot be written: there is no folder ${folder} to write to`));
}
