import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NodeFolder } from '../../src/run/nodeFolder';
import { RunFolder } from '../../src/run/runFolder';
import { RunStore } from '../../src/run/runStore';
import { bundle } from './bundle';
import { checkpoint, identity, start, steps } from './events';
import type { Deed, Told } from './folderProcess';

const places: (() => void)[] = [];
afterAll(() => places.splice(0).forEach((remove) => remove()));

/** A disk of 1 MB; undefined where this user may mount none. */
function smallDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'layerwise-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    places.push(() => execFileSync('umount', [path]));
    return path;
  } catch {
    return undefined;
  } finally {
    places.push(() => rmSync(path, { recursive: true, force: true }));
  }
}

const disk = smallDisk();

const drafts = async (folder: string) => (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.part'));

test.skipIf(!disk)(
  'a full disk is told once and leaves the run alone; when there is room again all of it is saved (needs the right to mount)',
  async () => {
    const root = disk!;
    const problems: string[] = [];
    const store = RunStore.create(identity);
    store.apply([start, ...steps(1, 100)], 1);
    const folder = await RunFolder.create(new NodeFolder(root), store);
    folder.onProblem((message) => problems.push(message));
    await folder.save(store);
    await folder.saveCheckpoint(checkpoint(100));
    expect(problems).toEqual([]);

    const fill = () => writeFile(join(root, 'filler'), Buffer.alloc(2 << 20)).catch(() => undefined);
    await fill();
    for (let n = 101; n < 400; n += 50) {
      store.apply(steps(n, n + 49), 1);
      await folder.save(store);
      await folder.saveCheckpoint(checkpoint(n + 49));
    }
    const where = join(root, 'a');
    expect(problems.sort()).toEqual([
      `The disk is full: snapshots of \`spirals\` are no longer saved in ${where}; training goes on.`,
      `The disk is full: the history of \`spirals\` is no longer saved in ${where}; training goes on.`,
    ]);
    expect(await drafts(where)).toEqual([]);
    const partly = (await (await RunFolder.open(new NodeFolder(root), 'a')).readStore()).run.losses;
    expect(partly.length).toBeGreaterThanOrEqual(100);
    expect(partly).toEqual(store.run.losses.slice(0, partly.length));
    expect((await folder.readCheckpoint(999))!.step).toBe(100);

    await rm(join(root, 'filler'));
    await folder.save(store);
    await folder.saveCheckpoint(checkpoint(400));
    expect((await (await RunFolder.open(new NodeFolder(root), 'a')).readStore()).run.losses).toEqual(store.run.losses);
    expect((await folder.readCheckpoint(999))!.step).toBe(400);
    expect(problems).toHaveLength(2);
    await fill();
    store.apply(steps(401, 900), 1);
    await folder.save(store);
    expect(problems).toHaveLength(3);
    await folder.release();
    folder.dispose();
  },
);

test.skipIf(!disk)('a run that starts on a full disk is saved as soon as there is room (needs the right to mount)', async () => {
  const root = join(disk!, 'runs');
  await writeFile(join(disk!, 'filler'), Buffer.alloc(2 << 20)).catch(() => undefined);
  const problems: string[] = [];
  const store = RunStore.create({ ...identity, runId: 'late' });
  store.apply([start, ...steps(1, 100)], 1);
  const folder = await RunFolder.create(new NodeFolder(root), store);
  folder.onProblem((message) => problems.push(message));
  await folder.save(store);
  await folder.saveCheckpoint(checkpoint(100));
  expect(problems).toHaveLength(2);
  await rm(join(disk!, 'filler'));
  await folder.saveCheckpoint(checkpoint(100));
  await folder.save(store);
  const other = await RunFolder.open(new NodeFolder(root), 'late');
  expect((await other.readStore()).run.losses).toEqual(store.run.losses);
  expect(await other.isTaken()).toBe(true);
  expect(problems).toHaveLength(2);
  await folder.release();
  folder.dispose();
});

test('where the system lets no file grow any more, the run goes on and what was saved opens', async () => {
  const code = await mkdtemp(join(tmpdir(), 'layerwise-code-'));
  places.push(() => rmSync(code, { recursive: true, force: true }));
  const root = join(code, 'runs');
  const script = await bundle('test/run/folderProcess.ts', code);
  // 100 blocks of 1024 bytes a file; the shell ignores the signal, and so does what it becomes.
  const child = spawn('bash', ['-c', 'trap "" XFSZ; ulimit -f 100; exec "$0" "$1"', process.execPath, script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  places.push(() => child.kill('SIGKILL'));
  const ask = async (deed: Deed): Promise<Told> => {
    child.send(deed);
    return ((await once(child, 'message')) as [Told])[0];
  };
  await ask({ type: 'create', root });
  const where = join(root, 'a');
  expect((await ask({ type: 'train', to: 90 })).problems).toEqual([]);
  expect((await ask({ type: 'checkpoint', bytes: 50_000 })).problems).toEqual([]);
  for (let to = 150; to < 1000; to += 60) await ask({ type: 'train', to });
  const told = await ask({ type: 'checkpoint', bytes: 150_000 });
  expect(told).toMatchObject({ lost: 0, step: 990 });
  const reason = 'A file is as large as this system lets it be';
  expect(told.problems).toEqual([
    `${reason}: the history of \`spirals\` is no longer saved in ${where}; training goes on.`,
    `${reason}: snapshots of \`spirals\` are no longer saved in ${where}; training goes on.`,
  ]);
  expect(await drafts(where)).toEqual([]);
  child.kill('SIGKILL');
  await once(child, 'exit');

  // Another window, which may write again.
  const folder = await RunFolder.open(new NodeFolder(root), 'a');
  expect(await folder.claim()).toBe(true);
  const store = await folder.readStore();
  const { length } = store.run.losses;
  expect(length).toBeGreaterThan(100);
  expect(store.run.losses.map(({ step }) => step)).toEqual(Array.from({ length }, (_, i) => i + 1));
  expect(await folder.readCheckpoint(999)).toMatchObject({ step: 90 });
  store.apply([start, { type: 'resume', step: 90 }, ...steps(91, 300)], 1);
  await folder.save(store);
  expect((await (await RunFolder.open(new NodeFolder(root), 'a')).readStore()).run.losses).toHaveLength(300);
  await folder.release();
  folder.dispose();
});
