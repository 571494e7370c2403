import { fork, type ChildProcess } from 'node:child_process';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Run } from '../../src/run/run';
import type { CarryOptions, Checkpoint, ResumeEvent } from '../../src/train/protocol';
import { startWorker } from '../../src/train/startWorker';
import type { LossPoint } from '../../src/view/protocol';
import { bundle } from './bundle';
import type { Fault } from './faultyTrainer';
import type { Seen } from './hostProcess';
import { LONG, model } from './models';
import { begin, openWindow, temporaryFolder, until, untilState, Witness } from './window';

/** How often each fault is tried, every time at another moment; more for a measurement. */
const REPEATS = Number(process.env.LAYERWISE_FAULT_REPEATS ?? 1);
/** How long a process stands still. */
const STILL_SECONDS = Number(process.env.LAYERWISE_STILL_SECONDS ?? 3);
/** Steps of the runs that faults happen to; some seconds of training. */
const STEPS = 800;
const TIME = 120_000 * Math.max(1, REPEATS);

vi.setConfig({ testTimeout: 120_000 });

let trainer: string;
let faulty: string;
let host: string;
/** What training comes to when nothing happens to it. */
let undisturbed: { losses: readonly LossPoint[]; tensors: Checkpoint['tensors'] };

const untilEnd = async (run: Run, runs: Parameters<typeof until>[0]): Promise<void> => {
  await until(runs, () => run.state === 'finished' || run.state === 'failed');
  expect(run.summary).toMatchObject({ state: 'finished', step: STEPS });
};

async function expectUndisturbed(run: Run): Promise<void> {
  expect((await run.latestCheckpoint())!.tensors).toEqual(undisturbed.tensors);
  expect(run.store!.run.losses).toEqual(undisturbed.losses);
}

beforeAll(async () => {
  const folder = temporaryFolder();
  [trainer, faulty, host] = await Promise.all(
    ['src/train/worker.ts', 'test/run/faultyTrainer.ts', 'test/run/hostProcess.ts'].map((entry) => bundle(entry, folder)),
  );
  const { runs } = openWindow(temporaryFolder(), trainer);
  const run = begin(runs, model(STEPS));
  await untilEnd(run, runs);
  undisturbed = { losses: run.store!.run.losses, tensors: (await run.latestCheckpoint())!.tensors };
  runs.dispose();
}, TIME);

/** Steps to wait for, each time others; with the time that messages take they make a random moment. */
const moments = Array.from({ length: REPEATS }, (_, i) => Math.floor(STEPS * 0.7 * ((0.37 + i * 0.618) % 1)));

test.each<Fault | 'terminate'>(['exit', 'throw', 'engine', 'terminate'])(
  'a thread that dies by %s costs nothing: another one goes on from the last checkpoint to the very same end',
  async (fault) => {
    let deaths = 0;
    for (const moment of moments) {
      const witness = new Witness(startWorker(faulty));
      const { runs, failures } = openWindow(temporaryFolder(), witness.start);
      const run = begin(runs, model(STEPS));
      await until(runs, () => run.summary.step >= moment);
      if (fault === 'terminate') witness.kill();
      else witness.send({ fault });
      await untilEnd(run, runs);
      await expectUndisturbed(run);
      expect(failures).toEqual([]);
      // It went on from the last checkpoint that was told.
      const steps = witness.said.flatMap((message): { told?: number; resumed?: number }[] => {
        if (message.type === 'checkpoint') return [{ told: message.checkpoint.step }];
        const resumed = message.type === 'events' && message.events.find(({ type }) => type === 'resume');
        return resumed ? [{ resumed: (resumed as ResumeEvent).step }] : [];
      });
      const at = steps.findIndex((entry) => 'resumed' in entry);
      runs.dispose();
      // On a fast machine the run may be over before the fault comes.
      if (at < 0) continue;
      expect(steps[at]).toEqual({ resumed: steps[at - 1].told });
      deaths++;
    }
    expect(deaths).toBeGreaterThan(0);
  },
  TIME,
);

test('a paused run whose thread dies comes back paused, at the same step', async () => {
  const witness = new Witness(startWorker(faulty));
  const { runs } = openWindow(temporaryFolder(), witness.start);
  const run = begin(runs, model(STEPS));
  await until(runs, () => run.summary.step > 20);
  run.pause();
  await untilState(runs, run, 'paused');
  const { step } = run.summary;
  witness.send({ fault: 'exit' });
  await untilState(runs, run, 'starting');
  await untilState(runs, run, 'paused');
  expect(run.summary.step).toBe(step);
  run.resume();
  await untilEnd(run, runs);
  await expectUndisturbed(run);
});

const carry: CarryOptions = { resized: 'fresh', inserted: 'continue' };

test.each(['swapped', 'checkpoint'] as const)('an edit outlives the thread that dies right after its %s message', async (last) => {
  const witness = new Witness(startWorker(faulty));
  const { runs, failures } = openWindow(temporaryFolder(), witness.start);
  const run = begin(runs, model(LONG));
  await until(runs, () => run.summary.step > 20);
  const edited = model(LONG).replace('Linear: {out_features: 64}', 'Linear: {out_features: 32}');
  let isEdited = false;
  witness.hear = (message) => {
    if (message.type === 'events') isEdited ||= message.events.some(({ type }) => type === 'edit');
    if (!isEdited || message.type !== last) return;
    witness.hear = () => undefined;
    witness.kill();
  };
  expect(await run.swap({ text: edited, statsEvery: 10 }, carry)).toEqual({ isChanged: true });
  await untilState(runs, run, 'starting');
  await until(runs, () => run.summary.step > (run.store!.run.edits.at(0)?.step ?? LONG) + 10);
  expect(run.text).toBe(edited);
  expect(run.store!.run.edits.map(({ id }) => id)).toEqual([1]);
  expect(run.store!.run.layers.find(({ name }) => name === 'linear2')!.output.at(-1)).toBe(32);
  expect(failures).toEqual([]);
});

test('an edit that kills the thread before it took over is answered, and the run goes on as it was', async () => {
  const witness = new Witness(startWorker(faulty));
  const { runs, failures } = openWindow(temporaryFolder(), witness.start);
  const run = begin(runs, model(STEPS));
  await until(runs, () => run.summary.step > 20);
  const answer = run.swap({ text: model(STEPS).replace('Tanh', 'GELU'), statsEvery: 10 }, carry);
  witness.kill();
  expect(await answer).toMatchObject({ problem: { code: 'trainer-ended' } });
  expect(run.text).toBe(model(STEPS));
  await untilEnd(run, runs);
  await expectUndisturbed(run);
  expect(failures).toEqual([]);
});

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Another window, in a process of its own; `seen` is what it told last of each run. */
function otherWindow(root: string, text = ''): { child: ChildProcess; seen: Map<string, Seen>; until(isSo: () => boolean): Promise<void> } {
  const child = fork(host, [root, trainer, text], { stdio: 'inherit' });
  children.push(child);
  const seen = new Map<string, Seen>();
  child.on('message', (message: Seen) => seen.set(message.id, { ...seen.get(message.id), ...message }));
  const untilSo = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isSo()) return;
        child.off('message', check);
        resolve();
      };
      child.on('message', check);
      check();
    });
  return { child, seen, until: untilSo };
}

const gone = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));

test(
  'a process that is killed leaves runs that the next one takes to the very same end',
  async () => {
    for (const moment of moments) {
      const root = temporaryFolder();
      const { child, seen, until: untilThere } = otherWindow(root, model(STEPS));
      await untilThere(() => (seen.get('run')?.step ?? 0) >= moment);
      const killed = gone(child);
      child.kill('SIGKILL');
      await killed;
      const { runs, failures, problems } = openWindow(root, trainer);
      await runs.load();
      const [run] = runs.all;
      expect(run).toMatchObject({ state: 'interrupted', isElsewhere: false, canResume: true });
      expect(runs.justInterrupted).toEqual([run]);
      run.restore();
      await untilEnd(run, runs);
      await expectUndisturbed(run);
      expect([failures, problems]).toEqual([[], []]);
      runs.dispose();
    }
  },
  TIME,
);

test(
  'what another process trains can be seen, not touched; when it closes, the run can go on here',
  async () => {
    const root = temporaryFolder();
    const there = otherWindow(root, model(LONG));
    await there.until(() => (there.seen.get('run')?.step ?? 0) > 20);
    const { runs, failures } = openWindow(root, trainer);
    await runs.load();
    const [run] = runs.all;
    expect(run).toMatchObject({ state: 'running', isElsewhere: true, canResume: false });
    expect(runs.active).toEqual([]);
    const { length } = run.store!.run.losses;
    run.resume();
    await expect(runs.delete(run)).rejects.toThrow('`moons` trains in another window.');
    await expect(runs.rename(run, 'mine')).rejects.toThrow('`moons` trains in another window.');
    await until(runs, () => run.store!.run.losses.length > length);
    there.child.send('save');
    await gone(there.child);
    await untilState(runs, run, 'interrupted');
    expect(run).toMatchObject({ isElsewhere: false, canResume: true });
    const { step } = run.summary;
    run.resume();
    await until(runs, () => run.summary.step > step + 10);
    await run.stop();
    const steps = run.store!.run.losses.map((point) => point.step);
    expect(steps).toEqual(steps.map((_, i) => i + 1));
    expect(failures).toEqual([]);
  },
  TIME,
);

test(
  'a process that stands still for a while goes on with its run',
  async () => {
    const root = temporaryFolder();
    const there = otherWindow(root, model(STEPS));
    await there.until(() => (there.seen.get('run')?.step ?? 0) > 50);
    const { runs } = openWindow(root, trainer);
    await runs.load();
    const [run] = runs.all;
    there.child.kill('SIGSTOP');
    await sleep(STILL_SECONDS * 1000);
    there.child.kill('SIGCONT');
    await until(runs, () => run.state === 'finished' && !run.isElsewhere);
    await run.load();
    await expectUndisturbed(run);
  },
  TIME + STILL_SECONDS * 1000,
);

test(
  'a process that stood still while another one took its run over lets go of it',
  async () => {
    const root = temporaryFolder();
    const there = otherWindow(root, model(STEPS));
    await there.until(() => (there.seen.get('run')?.step ?? 0) > 50);
    there.child.kill('SIGSTOP');
    // As if its heart had stopped beating for a minute.
    const [minuteAgo, owner] = [new Date(Date.now() - 60_000), join(root, 'run', 'owner.json')];
    utimesSync(owner, minuteAgo, minuteAgo);
    const { runs, failures, problems } = openWindow(root, trainer);
    await runs.load();
    const [run] = runs.all;
    expect(run).toMatchObject({ state: 'interrupted', canResume: true });
    run.resume();
    await until(runs, () => run.summary.step > 100);
    there.child.kill('SIGCONT');
    await there.until(() => there.seen.get('run')!.isElsewhere);
    await untilEnd(run, runs);
    await expectUndisturbed(run);
    expect([failures, problems]).toEqual([[], []]);
    await there.until(() => there.seen.get('run')!.state === 'finished');
    expect(readdirSync(root)).toEqual(['run']);
  },
  TIME,
);
