import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../model/problem';
import { runCsv } from '../run/runTable';
import { eventFileName, tensorBoardEvents } from '../run/tensorBoard';
import type { Arguments } from './arguments';
import { readRun } from './savedRuns';

/** Writes a run as TensorBoard event files, as CSV, or both, and says where. */
export async function exportRun({ files: [folder], tensorBoard, csv }: Arguments): Promise<void> {
  const store = await readRun(folder);
  if (tensorBoard !== undefined) await write(tensorBoard, eventFileName(store.run), tensorBoardEvents(store));
  if (csv !== undefined) await write('', csv, runCsv(store));
}

async function write(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, name);
  try {
    if (folder) await mkdir(folder, { recursive: true });
    await writeFile(path, content);
  } catch (error) {
    fail('unwritable', `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.stdout.write(`${path}\n`);
}
