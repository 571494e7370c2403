import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Run } from '../../src/run/run';
import type { Runs } from '../../src/run/runs';
import { bundle } from './bundle';
import { LONG, model, plan } from './models';
import { begin, openWindow, temporaryFolder, until, untilState } from './window';

// Several trainers at once on a busy machine take their time.
vi.setConfig({ testTimeout: 180_000 });

let trainer: string;
beforeAll(async () => {
  trainer = await bundle('src/train/worker.ts', temporaryFolder());
});

const names = (runs: readonly Run[]): string[] => runs.map(({ summary }) => summary.title ?? summary.runId);
const untilStep = (runs: Runs, run: Run, step: number): Promise<void> => until(runs, () => run.summary.step > step);

test('as many runs train as may; the others wait their turn, and one that is paused waits on no core', async () => {
  const { runs } = openWindow(temporaryFolder(), trainer, 1);
  const [first, second, third] = [begin(runs, model(LONG)), begin(runs, model(30)), begin(runs, model(30))];
  expect([first.state, second.state, third.state]).toEqual(['starting', 'queued', 'queued']);
  expect(runs.active).toHaveLength(3);
  await untilStep(runs, first, 10);
  await third.stop();
  expect(runs.all).not.toContain(third);
  expect(second.state).toBe('queued');
  first.pause();
  await untilState(runs, second, 'finished');
  expect(first.state).toBe('paused');
  await first.stop();
});

test('what waits in the queue takes an edited text when it begins', async () => {
  const { runs } = openWindow(temporaryFolder(), trainer, 1);
  const first = begin(runs, model(LONG));
  const run = begin(runs, model(40));
  const edited = model(40).replace('lr: 0.003', 'lr: 0.03');
  const overtaken = run.swap({ text: model(41), statsEvery: 10 }, { resized: 'fresh', inserted: 'init' });
  const swapped = run.swap({ text: edited, statsEvery: 10 }, { resized: 'fresh', inserted: 'init' });
  expect(await overtaken).toMatchObject({ problem: { code: 'overtaken' } });
  await first.stop();
  expect(await swapped).toEqual({ isChanged: true });
  await untilState(runs, run, 'finished');
  expect(run.store!.run.edits.map(({ step, changes }) => [step, changes])).toEqual([[0, ['lr 0.003 → 0.03']]]);
});

test('what is changed at once, and while the run goes on, is all on disk', async () => {
  const root = temporaryFolder();
  const { runs, problems, failures } = openWindow(root, trainer);
  const run = begin(runs, model(400));
  await untilStep(runs, run, 20);
  await run.stop();
  await Promise.all([runs.rename(run, 'renamed'), runs.pin(run, true)]);
  const renamed = runs.rename(run, 'renamed again');
  run.resume();
  await renamed;
  await untilState(runs, run, 'finished');
  await runs.save();
  const next = openWindow(root, trainer);
  await next.runs.load();
  const found = next.runs.get(run.id)!;
  expect(found.summary).toMatchObject({ title: 'renamed again', isPinned: true, state: 'finished', step: 400 });
  expect(await found.latestCheckpoint()).toMatchObject({ step: 400 });
  expect([problems, failures]).toEqual([[], []]);
});

test('a history that is asked for twice at once is read once', async () => {
  const root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  const run = begin(runs, model(20));
  await untilState(runs, run, 'finished');
  await untilState(runs, begin(runs, model(20)), 'finished');
  await runs.save();
  const next = openWindow(root, trainer);
  await next.runs.load();
  const found = next.runs.get(run.id)!;
  expect(found.store).toBeUndefined();
  const [a, b] = await Promise.all([found.load(), found.load()]);
  expect([a === b, a === found.store]).toEqual([true, true]);
});

test('a run that is deleted twice while it starts is gone, without a word', async () => {
  const root = temporaryFolder();
  const { runs, problems, failures } = openWindow(root, trainer);
  for (let n = 0; n < 5; n++) {
    const run = begin(runs, model(LONG));
    await Promise.all([runs.delete(run), runs.delete(run)]);
  }
  expect([readdirSync(root), runs.all, problems, failures]).toEqual([[], [], [], []]);
});

test('the next window has the runs of this one: shown, renamed, pinned, deleted', async () => {
  const root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  const one = begin(runs, model(20));
  await untilState(runs, one, 'finished');
  const two = begin(runs, model(20));
  await untilState(runs, two, 'finished');
  await runs.rename(one, 'the good one');
  await runs.pin(one, true);
  expect(names(runs.all)).toEqual(['the good one', two.id]);
  await runs.save();

  const next = openWindow(root, trainer).runs;
  await next.load();
  expect(names(next.all)).toEqual(['the good one', two.id]);
  expect([next.shown!.id, next.shown!.store!.run.losses.length]).toEqual([two.id, 20]);
  expect(next.get(one.id)!.summary).toMatchObject({ state: 'finished', step: 20, isPinned: true, title: 'the good one' });
  expect(next.get(one.id)!.store).toBeUndefined();
  next.compare([next.get(one.id)!]);
  await until(next, () => next.get(one.id)!.store !== undefined);
  await next.delete(next.shown!);
  expect(readdirSync(root)).toEqual([one.id]);
  expect(next.shown!.id).toBe(one.id);
});

test('a run that its window left goes on in the next one as it was', async () => {
  const root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  const [running, paused, queued] = [begin(runs, model(400)), begin(runs, model(400)), begin(runs, model(400))];
  paused.pause();
  await untilState(runs, paused, 'paused');
  await untilStep(runs, running, 20);
  await runs.save();
  runs.dispose();
  const left = [running, paused, queued].map(({ summary }) => summary.step);

  const { runs: next, failures } = openWindow(root, trainer);
  await next.load();
  expect(next.justInterrupted.map(({ id }) => id).sort()).toEqual([running.id, paused.id, queued.id].sort());
  const again = [running, paused, queued].map(({ id }) => next.get(id)!);
  expect(again.map(({ state, summary }) => [state, summary.step])).toEqual(left.map((step) => ['interrupted', step]));
  expect(again[0].summary.message).toBe(`The window closed at step ${left[0]}.`);
  for (const run of again) run.restore();
  await untilState(next, again[1], 'paused');
  again[1].resume();
  for (const run of again) await untilState(next, run, 'finished');
  // No step is lost or told twice, and all three trained the same model.
  for (const run of again) {
    expect(run.store!.run.losses.map(({ step }) => step)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    expect(run.store!.run.losses).toEqual(again[0].store!.run.losses);
  }
  expect(failures).toEqual([]);
});

test('a branch goes on from a checkpoint of another run, with its history until there', async () => {
  const { runs } = openWindow(temporaryFolder(), trainer);
  const run = begin(runs, model(300));
  await untilState(runs, run, 'finished');
  await run.latestCheckpoint();
  const [step] = run.store!.run.checkpoints.slice(-2);
  expect(step).toBeGreaterThan(0);
  expect(step).toBeLessThan(300);
  const place = run.store!.checkpointAt(step)!;
  const identity = { runId: 'branch', name: 'moons', file: run.summary.file, uri: run.uri };
  const branch = await runs.branch(run, step + 1, plan(run.store!.textAfter(place.edit)), identity);
  expect(runs.shown).toBe(branch);
  await untilState(runs, branch, 'finished');
  expect(branch.summary.parent).toEqual({ runId: run.id, name: 'moons', step });
  expect(branch.store!.run.losses).toEqual(run.store!.run.losses);
  expect((await branch.latestCheckpoint())!.tensors).toEqual((await run.latestCheckpoint())!.tensors);
});

test('a run that cannot go on is what it was before', async () => {
  const root = temporaryFolder();
  const { runs, failures } = openWindow(root, trainer);
  const run = begin(runs, model(LONG));
  await untilStep(runs, run, 10);
  await run.stop();
  await run.latestCheckpoint();
  const before = structuredClone(run.store!.run);
  runs.planner = () => Promise.reject(new Error('There is no file `rows.csv`.'));
  run.resume();
  await until(runs, () => failures.length > 0);
  expect(failures[0].problem.message).toBe('There is no file `rows.csv`.');
  expect({ ...run.store!.run, updated: '' }).toEqual({ ...before, updated: '' });
  expect(run.canResume).toBe(true);
});

test('a damaged run is listed, its history up to the last whole event can be seen, and it does no harm', async () => {
  const root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  const run = begin(runs, model(60));
  await untilState(runs, run, 'finished');
  await runs.save();
  runs.dispose();
  const events = join(root, run.id, 'events.jsonl');
  const content = readFileSync(events);
  writeFileSync(events, content.subarray(0, content.length / 2));
  writeFileSync(join(root, run.id, 'run.json'), '{"version": 2, "runId"');
  const { runs: next } = openWindow(root, trainer);
  await next.load();
  expect(names(next.all)).toEqual([run.id]);
  const { length } = (await next.all[0].load()).run.losses;
  expect(length).toBeGreaterThan(10);
  expect(length).toBeLessThan(60);
});

test('a disk that takes nothing costs the run nothing', async () => {
  const root = join(temporaryFolder(), 'runs');
  writeFileSync(root, 'not a folder');
  const { runs, problems } = openWindow(root, trainer);
  const run = begin(runs, model(40));
  await untilState(runs, run, 'finished');
  await until(runs, () => problems.length > 0);
  expect(problems[0]).toContain('moons');
  expect(run.store!.run.losses).toHaveLength(40);
  expect(await run.latestCheckpoint()).toMatchObject({ step: 40 });
});

test('runs that another window makes and removes come and go', async () => {
  const root = temporaryFolder();
  const [{ runs: here }, { runs: there }] = [openWindow(root, trainer), openWindow(root, trainer)];
  await here.load();
  const run = begin(there, model(20));
  await until(here, () => here.get(run.id) !== undefined);
  await untilState(there, run, 'finished');
  await until(here, () => here.get(run.id)?.state === 'finished');
  expect(here.get(run.id)!.isElsewhere).toBe(false);
  await there.delete(run);
  expect(existsSync(join(root, run.id))).toBe(false);
  await until(here, () => here.all.length === 0);
  rmSync(root, { recursive: true });
  await until(here, () => here.all.length === 0);
});

test('runs whose folder was away for a while come back with it', async () => {
  const root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  const run = begin(runs, model(20));
  await untilState(runs, run, 'finished');
  await runs.save();
  const next = openWindow(root, trainer).runs;
  await next.load();
  renameSync(root, `${root}-away`);
  await until(next, () => next.all.length === 0);
  renameSync(`${root}-away`, root);
  await until(next, () => next.get(run.id)?.state === 'finished');
});

test('histories of runs that are not on show are given up, and read again when they are wanted', async () => {
  const root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  const run = begin(runs, model(20));
  await untilState(runs, run, 'finished');
  await runs.save();
  for (let n = 0; n < 12; n++) cpSync(join(root, run.id), join(root, `copy-${n}`), { recursive: true });
  const next = openWindow(root, trainer).runs;
  await next.load();
  for (const one of next.all) await one.load();
  const [first, second] = next.all;
  next.show(first);
  next.show(second);
  expect(next.all.filter(({ store }) => store).length).toBeLessThan(11);
  expect(second.store).toBeDefined();
  for (const one of next.all) expect((await one.load()).run).toMatchObject({ step: 20, state: 'finished' });
});
