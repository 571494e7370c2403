import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { NodeFolder } from '../../src/run/nodeFolder';
import { RunFolder } from '../../src/run/runFolder';
import { bundle } from './bundle';
import { start, steps } from './events';
import type { Deed, Told } from './folderProcess';

let code: string;
let script: string;
let root: string;
const processes: ChildProcess[] = [];
beforeAll(async () => {
  code = await mkdtemp(join(tmpdir(), 'layerwise-code-'));
  script = await bundle('test/run/folderProcess.ts', code);
});
afterAll(() => rm(code, { recursive: true, force: true }));
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'layerwise-runs-'))));
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

function another(): { child: ChildProcess; ask: (deed: Deed) => Promise<boolean | Told> } {
  const child = fork(script, { execArgv: [] });
  processes.push(child);
  return {
    child,
    ask: async (deed) => {
      child.send(deed);
      const [answer] = (await once(child, 'message')) as [boolean | Told];
      return answer;
    },
  };
}

const ownerFile = () => join(root, 'a', 'owner.json');

/** As if nobody had heard of the owner for a minute. */
async function silence(): Promise<void> {
  const then = new Date(Date.now() - 60_000);
  await utimes(ownerFile(), then, then);
}

test('of two processes that claim a run at the same moment exactly one gets it, whatever the one before left', async () => {
  await mkdir(join(root, 'a'));
  const both = [another(), another()];
  const before: (() => Promise<unknown>)[] = [
    () => Promise.resolve(),
    // Its process is dead.
    () => writeFile(ownerFile(), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'dead' })),
    // Its machine fell silent.
    () => writeFile(ownerFile(), JSON.stringify({ pid: 1, host: 'elsewhere', token: 'silent' })).then(silence),
    // Its process ended while it made the file.
    () => writeFile(ownerFile(), '').then(silence),
  ];
  const winners: number[] = [];
  for (let round = 0; round < 20; round++) {
    await before[round % before.length]();
    const at = Date.now() + 30;
    const won = await Promise.all(both.map(({ ask }) => ask({ type: 'claim', root, runId: 'a', at })));
    expect(won.filter(Boolean), `round ${round}: ${JSON.stringify(won)}`).toHaveLength(1);
    winners.push(won.indexOf(true));
    await both[won.indexOf(true)].ask({ type: 'release' });
    await both[won.indexOf(false)].ask({ type: 'release' });
  }
  expect(winners).toHaveLength(20);
});

test('a second process sees the run, cannot claim it, and takes it over when the first one is killed', async () => {
  const first = another();
  await first.ask({ type: 'create', root });
  await first.ask({ type: 'train', to: 50 });
  const mine = await RunFolder.open(new NodeFolder(root), 'a');
  expect(await mine.isTaken()).toBe(true);
  expect(await mine.claim()).toBe(false);
  expect((await mine.readStore()).run).toMatchObject({ state: 'running', step: 50 });
  const exit = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await exit;
  expect(await mine.isTaken()).toBe(false);
  expect(await mine.claim()).toBe(true);
  const store = await mine.readStore();
  store.apply([start, { type: 'resume', step: 50 }, ...steps(51, 60)], 1);
  await mine.save(store);
  expect((await (await RunFolder.open(new NodeFolder(root), 'a')).readStore()).run.losses).toHaveLength(60);
  await mine.release();
  mine.dispose();
});

test('a process that stood still while another one took over writes nothing more and says so', async () => {
  const first = another();
  await first.ask({ type: 'create', root });
  await first.ask({ type: 'train', to: 50 });
  first.child.kill('SIGSTOP');
  await silence();
  const mine = await RunFolder.open(new NodeFolder(root), 'a');
  expect(await mine.claim()).toBe(true);
  const store = await mine.readStore();
  store.apply([start, { type: 'resume', step: 50 }, ...steps(51, 55)], 1);
  await mine.save(store);
  const files = () => Promise.all(['events.jsonl', 'run.json', 'owner.json'].map((name) => readFile(join(root, 'a', name), 'utf8')));
  const before = await files();
  first.child.kill('SIGCONT');
  expect(await first.ask({ type: 'train', to: 90 })).toEqual({ problems: [], lost: 1, step: 90 });
  expect(await first.ask({ type: 'checkpoint', bytes: 400 })).toEqual({ problems: [], lost: 1, step: 90 });
  expect(await files()).toEqual(before);
  expect(await (await RunFolder.open(new NodeFolder(root), 'a')).readCheckpoint(99)).toBeUndefined();
  await mine.release();
  mine.dispose();
});
