import { basename, dirname, resolve } from 'node:path';
import { fail } from '../model/problem';
import { NodeFolder } from '../run/nodeFolder';
import { RunFolder } from '../run/runFolder';
import type { RunStore } from '../run/runStore';

/** A run that was trained before, from its folder; throws a ProblemError where it holds none. */
export async function readRun(path: string): Promise<RunStore> {
  const folder = resolve(path);
  const run = await RunFolder.open(new NodeFolder(dirname(folder)), basename(folder));
  if (!(await run.readSummary())) fail('unreadable-run', `${path} holds no run: name a folder that \`--run-dir\` or the extension wrote`);
  const store = await run.readStore();
  run.dispose();
  return store;
}
