import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { RunController, type RunFailure } from '../../src/run/runController';
import type { Plan } from '../../src/train/protocol';
import { startWorker } from '../../src/train/startWorker';
import type { RunState } from '../../src/view/protocol';

// All against the real trainer, as built, in its real thread.
const trainer = resolve(import.meta.dirname, '..', '..', 'dist', 'trainer.js');
const folder = mkdtempSync(join(tmpdir(), 'layerwise-runs-'));
const open: RunController[] = [];
afterEach(() => open.splice(0).forEach((runs) => runs.dispose()));
afterAll(() => rmSync(folder, { recursive: true }));

const model = (more = ''): string => `data: {source: moons, samples: 200, noise: 0.1, validation: 0.25}
model:
  - Linear: {out_features: 8, name: wide}
  - Tanh
  - Linear: 2
loss: CrossEntropyLoss
${more}`;
const plan = (text: string): Plan => ({ text, files: {}, statsEvery: 10 });

function controller(script = trainer): { runs: RunController; failures: RunFailure[] } {
  const runs = new RunController(startWorker(script));
  open.push(runs);
  const failures: RunFailure[] = [];
  runs.onDidFail((failure) => failures.push(failure));
  return { runs, failures };
}

let started = 0;
const begin = (runs: RunController, text: string): void =>
  runs.start({ runId: `run${++started}`, name: 'moons', file: 'moons.nn.yaml', uri: 'file:///moons.nn.yaml' }, plan(text));

/** Resolves as soon as it is so. */
function until(runs: RunController, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (isSo()) resolve();
    };
    runs.onDidChange(check);
    // The failure list above hears of a failure before this does.
    runs.onDidFail(check);
    check();
  });
}
const untilState = (runs: RunController, state: RunState): Promise<void> => until(runs, () => runs.run?.run.state === state);
const long = 'train: {steps: 1000000, batch_size: 16}';

test('a run is told from its start to its end, and its weights are kept', async () => {
  const { runs, failures } = controller();
  begin(runs, model('train: {steps: 50, batch_size: 16}'));
  expect(runs.run!.run.state).toBe('starting');
  await untilState(runs, 'finished');
  await runs.stop();
  const { run } = runs.run!;
  expect(run).toMatchObject({ step: 50, steps: 50, name: 'moons', params: 2 * 8 + 8 + 8 * 2 + 2 });
  expect(run.losses.map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect([run.first!.step, run.now!.step]).toEqual([1, 50]);
  expect(run.evals.at(-1)!.step).toBe(50);
  expect(runs.weights).toMatchObject({ step: 50, tensors: { 'wide.weight': { shape: [8, 2] } } });
  expect(failures).toEqual([]);
});

test('pause, one step, one more, on, stop', async () => {
  const { runs } = controller();
  begin(runs, model(long));
  await until(runs, () => runs.run!.run.step > 20);
  runs.pause();
  await untilState(runs, 'paused');
  // The steps until then are still on their way.
  await sleep(500);
  const paused = runs.run!.run.step;
  runs.step();
  await until(runs, () => runs.run!.run.step === paused + 1);
  runs.step();
  await until(runs, () => runs.run!.run.step === paused + 2);
  expect(runs.run!.run.state).toBe('paused');
  expect(await runs.latestWeights()).toMatchObject({ step: paused + 2, tensors: { 'linear2.bias': { shape: [2] } } });
  runs.resume();
  await until(runs, () => runs.run!.run.step > paused + 20);
  expect(runs.run!.run.state).toBe('running');
  runs.step();
  await untilState(runs, 'paused');
  await runs.stop();
  expect(runs.run!.run.state).toBe('stopped');
  expect(runs.weights!.step).toBe(runs.run!.run.step);
});

test('a text that cannot be trained leaves the run before it as it was', async () => {
  const { runs, failures } = controller();
  begin(runs, model('train: {steps: 20, batch_size: 16}'));
  await untilState(runs, 'finished');
  await runs.stop();
  const [before, weights] = [structuredClone(runs.run!.run), runs.weights];
  begin(runs, model('train: {steps: 20, batch_size: 100000}'));
  await until(runs, () => failures.length > 0);
  expect(failures[0].problem).toMatchObject({ level: 'error', range: { start: expect.any(Number) as number } });
  expect(failures[0].problem.message).toContain('batch_size');
  expect(runs.run!.run).toEqual(before);
  expect(runs.weights).toBe(weights);
});

test.each([
  ['an exception', `throw new Error('The wire is cut')`, 'The wire is cut.'],
  ['a sudden end', 'process.exit(7)', 'Its thread ended with code 7.'],
])('%s of the thread is told once, the history stays, and the next run trains', async (_, death, reason) => {
  const script = join(folder, `dies${reason.length}.cjs`);
  writeFileSync(
    script,
    `require(${JSON.stringify(trainer)}); require('node:worker_threads').parentPort.on('message', ({ type }) => { if (type === 'pause') { ${death} } });`,
  );
  const { runs, failures } = controller(script);
  begin(runs, model(long));
  await until(runs, () => runs.run!.run.step > 10);
  runs.pause();
  await untilState(runs, 'failed');
  const { step, message, losses } = runs.run!.run;
  expect(message).toContain(`at step ${step}`);
  expect(message).toContain(reason);
  expect(losses.at(-1)!.step).toBe(step);
  expect(failures.map(({ problem }) => problem.code)).toEqual(['trainer-ended']);

  begin(runs, model('train: {steps: 5, batch_size: 16}'));
  await untilState(runs, 'finished');
  expect(runs.run!.run.step).toBe(5);
  expect(failures).toHaveLength(1);
});

test('a thread whose message cannot be read is told and ended: nothing trains on unseen', async () => {
  const script = join(folder, 'garbled.cjs');
  const heartbeat = join(folder, 'heartbeat');
  // A class of Node that the receiver does not know is what reading a message fails at.
  writeFileSync(
    script,
    `require(${JSON.stringify(trainer)});
     const { appendFileSync } = require('node:fs');
     setInterval(() => appendFileSync(${JSON.stringify(heartbeat)}, '.'), 5);
     const garbled = new Blob([]);
     const clone = Object.getOwnPropertySymbols(Blob.prototype).find((symbol) => symbol.description === 'messaging_clone_symbol');
     garbled[clone] = () => ({ ...Blob.prototype[clone].call(garbled), deserializeInfo: 'internal/blob:Unknown' });
     require('node:worker_threads').parentPort.on('message', ({ type }) => type === 'pause' && require('node:worker_threads').parentPort.postMessage(garbled));`,
  );
  const { runs, failures } = controller(script);
  begin(runs, model(long));
  await until(runs, () => runs.run!.run.step > 10);
  runs.pause();
  await untilState(runs, 'failed');
  expect(failures.map(({ problem }) => problem.message)).toEqual([expect.stringContaining('A message of the trainer could not be read') as string]);
  await sleep(300);
  const beats = readFileSync(heartbeat).length;
  expect(beats).toBeGreaterThan(0);
  await sleep(300);
  expect(readFileSync(heartbeat)).toHaveLength(beats);
});

test('a thread that cannot start is told, and nothing waits for it', async () => {
  const { runs, failures } = controller(join(folder, 'not-there.js'));
  begin(runs, model());
  await runs.stop();
  await until(runs, () => failures.length > 0);
  expect(failures[0].problem.message).toMatch(/^The trainer could not start\. /);
  expect(runs.run).toBeUndefined();
});

test('a thread that does not stop when asked can be ended, and the next run trains', async () => {
  const script = join(folder, 'deaf.cjs');
  // It trains, but never hears of a stop.
  writeFileSync(
    script,
    `const { parentPort } = require('node:worker_threads'); const on = parentPort.on.bind(parentPort);
     parentPort.on = (name, listen) => on(name, (message) => message.type !== 'stop' && listen(message)); require(${JSON.stringify(trainer)});`,
  );
  const { runs, failures } = controller(script);
  begin(runs, model(long));
  await until(runs, () => runs.run!.run.step > 10);
  const stopped = Promise.all([runs.stop(), runs.stop()]);
  const { step } = runs.run!.run;
  await until(runs, () => runs.run!.run.step > step + 10);
  runs.endNow();
  await stopped;
  expect(runs.run!.run).toMatchObject({ state: 'stopped', message: 'The trainer did not answer and was ended.' });
  expect(failures).toEqual([]);
  begin(runs, model('train: {steps: 5, batch_size: 16}'));
  await untilState(runs, 'finished');
});

test('who waits for the end of a run or for its weights is released when all is disposed', async () => {
  const { runs } = controller();
  begin(runs, model(long));
  await until(runs, () => runs.run!.run.step > 10);
  const [stopped, weights] = [runs.stop(), runs.latestWeights()];
  runs.dispose();
  await Promise.all([stopped, weights]);
});
