import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { CarryOptions } from '../../src/train/protocol';
import { bundle } from './bundle';
import { LONG, model, plan } from './models';
import { begin, openWindow, temporaryFolder, until, untilState } from './window';

// All against the real trainer in its real thread, and real folders.
const folder = temporaryFolder();
let trainer: string;
beforeAll(async () => {
  trainer = await bundle('src/train/worker.ts', folder);
});

const carry: CarryOptions = { resized: 'fresh', inserted: 'continue' };
const open = (script = trainer, parallel?: number) => openWindow(temporaryFolder(), script, parallel);
/** A trainer with something done to it when it is loaded. */
const spoiled = (name: string, code: string): string => {
  const script = join(folder, `${name}.cjs`);
  writeFileSync(script, `const { parentPort } = require('node:worker_threads'); const listen = parentPort.on.bind(parentPort);\n${code}`);
  return script;
};

test('a run is told from its start to its end, and its weights are kept', async () => {
  const { runs, failures } = open();
  const run = begin(runs, model(50));
  expect([run.isActive, runs.shown, runs.of(run.uri)]).toEqual([true, run, run]);
  await untilState(runs, run, 'finished');
  await run.stop();
  const { losses, evals, ...told } = run.store!.run;
  expect(told).toMatchObject({ step: 50, steps: 50, name: 'moons' });
  expect(losses.map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect([told.first!.step, told.now!.step]).toEqual([1, 50]);
  expect(evals.at(-1)!.step).toBe(50);
  expect(await run.latestCheckpoint()).toMatchObject({ step: 50, tensors: { 'wide.weight': { shape: [64, 2] } } });
  expect([run.canResume, run.isActive]).toEqual([false, false]);
  expect(failures).toEqual([]);
});

test('pause, one step, one more, on, stop', async () => {
  const { runs } = open();
  const run = begin(runs, model(LONG));
  await until(runs, () => run.summary.step > 20);
  run.pause();
  await untilState(runs, run, 'paused');
  const paused = run.summary.step;
  run.step();
  await until(runs, () => run.summary.step === paused + 1);
  run.step();
  await until(runs, () => run.summary.step === paused + 2);
  expect(run.state).toBe('paused');
  expect(await run.latestCheckpoint()).toMatchObject({ step: paused + 2 });
  run.resume();
  await until(runs, () => run.summary.step > paused + 20);
  expect(run.state).toBe('running');
  run.step();
  await untilState(runs, run, 'paused');
  await run.stop();
  expect(run.state).toBe('stopped');
  expect((await run.latestCheckpoint())!.step).toBe(run.summary.step);
});

test('a stopped run goes on from its last step as if it had never stopped', async () => {
  const { runs } = open();
  const whole = begin(runs, model(120));
  const parts = begin(runs, model(120));
  await until(runs, () => parts.summary.step > 10);
  await parts.stop();
  expect(parts.canResume).toBe(true);
  parts.resume();
  await untilState(runs, parts, 'finished');
  await untilState(runs, whole, 'finished');
  expect(parts.store!.run.losses).toEqual(whole.store!.run.losses);
  const [a, b] = [await parts.latestCheckpoint(), await whole.latestCheckpoint()];
  expect(a!.tensors).toEqual(b!.tensors);
});

test('a text that cannot be trained leaves the run before it on show, and nothing of itself', async () => {
  const { runs, failures } = open();
  const before = begin(runs, model(20));
  await untilState(runs, before, 'finished');
  const run = begin(runs, model(20).replace('batch_size: 32', 'batch_size: 100000, drop_last: true'));
  expect(runs.shown).toBe(run);
  await until(runs, () => failures.length > 0);
  expect(failures[0]).toMatchObject({ run, problem: { level: 'error', range: { start: expect.any(Number) as number } } });
  expect(failures[0].problem.message).toContain('batch_size');
  expect([runs.shown, runs.all]).toEqual([before, [before]]);
});

test('an edit becomes the model that trains; one that cannot leaves it as it is', async () => {
  const { runs } = open();
  const run = begin(runs, model(LONG));
  await until(runs, () => run.summary.step > 20);
  const edited = model(LONG).replace('out_features: 64, name: wide', 'out_features: 48, name: wide');
  expect(await run.swap({ text: edited, statsEvery: 10 }, carry)).toEqual({ isChanged: true });
  expect(run.text).toBe(edited);
  const { edits } = run.store!.run;
  expect(edits).toHaveLength(1);
  await until(runs, () => run.summary.step > edits[0].step + 10);
  expect(await run.swap({ text: `# only a comment\n${edited}`, statsEvery: 10 }, carry)).toEqual({ isChanged: false });
  expect(await run.swap({ text: edited.replace('Tanh', 'Tanhh'), statsEvery: 10 }, carry)).toMatchObject({ problem: { level: 'error' } });
  expect(run.text).toBe(`# only a comment\n${edited}`);
  expect(run.store!.run.layers[0].line).toBe(5);
  run.setNotice('`Tanhh` is no layer');
  expect(run.summary).toMatchObject({ state: 'running', message: '`Tanhh` is no layer' });
  run.setNotice(undefined);
  expect(run.summary.message).toBeUndefined();
  await run.stop();
  expect(run.state).toBe('stopped');
  expect(await run.swap({ text: edited, statsEvery: 10 }, carry)).toMatchObject({ problem: { code: 'not-running' } });
});

test('a run that is stopped before it begins leaves nothing', async () => {
  const { runs } = open();
  const run = begin(runs, model(20));
  await run.stop();
  expect(runs.all).toEqual([]);
  expect(runs.shown).toBeUndefined();
});

test('a thread that dies again and again is given up, and the run can go on by hand', async () => {
  const script = spoiled(
    'dies-at-40',
    `const post = parentPort.postMessage.bind(parentPort);
     parentPort.postMessage = (message, list) => { post(message, list); if (message.type === 'events' && message.events.some(({ step }) => step >= 40)) setTimeout(() => process.exit(7), 5); };
     require(${JSON.stringify(join(folder, 'worker.cjs'))});`,
  );
  const { runs, failures } = open(script);
  const run = begin(runs, model(LONG));
  await untilState(runs, run, 'failed');
  expect(failures.map(({ problem }) => problem.code)).toEqual(['trainer-ended']);
  expect(run.summary.message).toMatch(/^The trainer ended again and again\. Its thread ended with code 7\. Resume goes on from step \d+\.$/);
  expect(run.canResume).toBe(true);
});

test('a thread whose message cannot be read is ended: nothing trains on unseen', async () => {
  const heartbeat = join(folder, 'heartbeat');
  // A class of Node that the receiver does not know is what reading a message fails at.
  const script = spoiled(
    'garbled',
    `const { appendFileSync } = require('node:fs');
     const beat = () => appendFileSync(${JSON.stringify(heartbeat)}, '.');
     beat();
     setInterval(beat, 5);
     const garbled = new Blob([]);
     const clone = Object.getOwnPropertySymbols(Blob.prototype).find((symbol) => symbol.description === 'messaging_clone_symbol');
     garbled[clone] = () => ({ ...Blob.prototype[clone].call(garbled), deserializeInfo: 'internal/blob:Unknown' });
     listen('message', () => parentPort.postMessage(garbled));`,
  );
  const { runs, failures } = open(script);
  begin(runs, model(LONG));
  await until(runs, () => failures.length > 0);
  expect(failures.map(({ problem }) => problem.message)).toEqual([expect.stringContaining('A message of the trainer could not be read') as string]);
  await sleep(300);
  const beats = readFileSync(heartbeat).length;
  expect(beats).toBeGreaterThan(0);
  await sleep(300);
  expect(readFileSync(heartbeat)).toHaveLength(beats);
});

test('a thread that cannot start is told, and nothing waits for it', async () => {
  const { runs, failures } = open(join(folder, 'not-there.js'));
  const run = begin(runs, model(20));
  await until(runs, () => failures.length > 0);
  await run.stop();
  expect(failures[0].problem.message).toMatch(/^The trainer could not start\. /);
  expect(runs.all).toEqual([]);
});

test('a thread that does not stop when asked can be ended, and the next run trains', async () => {
  const script = spoiled(
    'deaf',
    `parentPort.on = (name, hear) => listen(name, (message) => message.type !== 'stop' && hear(message)); require(${JSON.stringify(join(folder, 'worker.cjs'))});`,
  );
  const { runs, failures } = open(script);
  const run = begin(runs, model(LONG));
  await until(runs, () => run.summary.step > 10);
  const stopped = Promise.all([run.stop(), run.stop()]);
  const { step } = run.summary;
  await until(runs, () => run.summary.step > step + 10);
  run.endNow();
  await stopped;
  expect(run.summary).toMatchObject({ state: 'stopped', message: 'The trainer did not answer and was ended.' });
  expect(failures).toEqual([]);
  const next = begin(runs, model(5));
  await untilState(runs, next, 'finished');
});

test('who waits for the end of a run, for its weights or for an edit is released when all is disposed', async () => {
  const { runs } = open();
  const run = begin(runs, model(LONG));
  await until(runs, () => run.summary.step > 10);
  const waiting = [run.stop(), run.latestCheckpoint(), run.swap(plan(model(5)), carry)];
  runs.dispose();
  await Promise.all(waiting);
});
