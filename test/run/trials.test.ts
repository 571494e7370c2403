import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Finding } from '../../src/diagnose/finding';
import type { Fix } from '../../src/diagnose/fix';
import { TrainerPool } from '../../src/run/trainerPool';
import { Trials, type TriedModel } from '../../src/run/trials';
import type { Checkpoint } from '../../src/train/protocol';
import { startWorker } from '../../src/train/startWorker';
import { Trainer } from '../../src/train/trainer';
import type { TrialsView } from '../../src/view/protocol';
import { bundle } from './bundle';
import { plan } from './models';
import { begin, openWindow, temporaryFolder, until, untilState } from './window';

vi.setConfig({ testTimeout: 180_000 });

let worker: string;
let pool: TrainerPool;
beforeAll(async () => {
  worker = await bundle('src/train/worker.ts', temporaryFolder());
  pool = new TrainerPool(startWorker(worker));
});
afterAll(() => pool.dispose());

const open: Trials[] = [];
afterEach(() => open.splice(0).forEach((trials) => trials.dispose()));

/** A rate at which nothing is learned. */
const text = `name: moons
data: {source: moons, samples: 256, noise: 0.1, validation: 0.25}
model: [Linear: 16, Tanh, Linear: 2]
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.00001}}
train: {batch_size: 32, steps: 60}
`;

function fix(kind: Fix['kind'], piece: string, by: string, needsRestart = false): Fix {
  const start = text.indexOf(piece);
  return { kind, title: by, edits: [{ range: { start, end: start + piece.length }, text: by }], needsRestart };
}

const faster = fix('set-learning-rate', 'lr: 0.00001', 'lr: 0.5');
const adam = fix('use-adam', 'SGD', 'Adam');
const init = fix('match-init', 'loss:', 'init: xavier_uniform\nloss:', true);

function measure(fixes: Fix[], more: Partial<TriedModel> = {}): Trials {
  const place = { range: { start: 0, end: 1 } };
  const finding: Finding = {
    rule: 'lr-too-low',
    level: 'warning',
    place,
    also: [],
    step: 5,
    message: '',
    evidence: { quantity: '', value: 0, healthy: '' },
    fixes,
  };
  const trials = new Trials(pool, { plan: plan(text), steps: 60, findings: [finding], ...more });
  open.push(trials);
  return trials;
}

/** Of the model after some steps. */
async function checkpointAt(steps: number): Promise<Checkpoint> {
  const trainer = await Trainer.create(plan(text));
  while (trainer.step < steps) await trainer.next();
  const checkpoint = await trainer.checkpoint();
  await trainer.release();
  return checkpoint;
}

const summaries = ({ candidates }: TrialsView) => candidates.map(({ title, state }) => `${title}: ${state}`);

test('every fix is trained for as many steps as the model as it is, the best then together; the best comes first', async () => {
  const trials = measure([init, adam, faster]);
  expect(trials.view).toMatchObject({ state: 'running', steps: 60, metric: 'accuracy', baseline: { title: 'As it is', state: 'running' } });
  expect(summaries(trials.view)).toEqual(['init: xavier_uniform\nloss:: waiting', 'Adam: waiting', 'lr: 0.5: waiting']);
  await trials.whenOver;
  const { state, baseline, candidates } = trials.view;
  expect(state).toBe('done');
  expect(candidates.map((candidate) => candidate.state)).toEqual(candidates.map(() => 'done'));
  expect([baseline, ...candidates].map(({ step }) => step)).toEqual([baseline, ...candidates].map(() => 60));
  expect(candidates[0].title).toContain('lr: 0.5');
  expect(candidates[0].score).toBeGreaterThan(baseline.score! + 0.1);
  expect(candidates[0].relativeLoss).toBeLessThan(0.8 * baseline.relativeLoss!);
  expect(candidates[0].losses).toHaveLength(60);
  expect(candidates[0].evals.at(-1)!.step).toBe(60);
  const { of, edits, text: edited, needsRestart } = trials.candidate(candidates[0].id)!;
  expect({ of, needsRestart }).toEqual({ of: text, needsRestart: true });
  expect(edited).toContain('lr: 0.5');
  expect(edits).toContainEqual(faster.edits[0]);
  expect(trials.candidate(baseline.id)).toBeUndefined();
});

test('from a checkpoint the run goes on with each fix as well, but for one that has to begin anew', async () => {
  const from = await checkpointAt(30);
  const trials = measure([faster, init], { from });
  await trials.whenOver;
  const { baseline, candidates } = trials.view;
  const titles = ['init: xavier_uniform\nloss:', 'lr: 0.5 (from here)', 'lr: 0.5 (from the start)'];
  expect(candidates.map(({ title }) => title)).toEqual(expect.arrayContaining(titles));
  expect(candidates.map(({ state, message }) => message ?? state)).toEqual(candidates.map(() => 'done'));
  for (const { title, losses, step } of [baseline, ...candidates]) {
    const isFromHere = title === 'As it is' || title.endsWith('(from here)');
    expect([losses[0].step, step], title).toEqual([isFromHere ? 31 : 1, 60]);
  }
  const ways = candidates.map(({ id, title }) => [title.replace(/.*\((.*)\)/s, '$1'), trials.candidate(id)!.needsRestart]);
  expect(Object.fromEntries(ways)).toMatchObject({ 'from here': false, 'from the start': true });
});

test('a run whose numbers are none any more is no place to go on from', async () => {
  const from = await checkpointAt(1);
  Object.values(from.tensors)[0].data[0] = NaN;
  const trials = measure([faster], { from });
  expect(trials.view.candidates.map(({ title }) => title)).toEqual(['lr: 0.5']);
  await trials.whenOver;
  expect(trials.view.baseline).toMatchObject({ state: 'done', step: 60 });
});

test('a candidate that fails says why and does not stop the others', async () => {
  const tooWide = fix('widen', 'Linear: 2', 'Linear: 1');
  const trials = measure([tooWide, faster]);
  await trials.whenOver;
  expect(trials.view.state).toBe('done');
  expect(summaries(trials.view)).toEqual(['lr: 0.5: done', 'Linear: 1: failed']);
  expect(trials.view.candidates[1].message).toContain('The model puts out 1 classes');
});

test('stopped, it keeps what has been measured', async () => {
  const trials = measure([faster, adam], { steps: 1_000_000 });
  await vi.waitFor(() => expect(trials.view.baseline.step).toBeGreaterThan(0), { timeout: 60_000, interval: 50 });
  trials.stop();
  await trials.whenOver;
  expect(trials.view.state).toBe('stopped');
  expect(summaries(trials.view)).toEqual(['lr: 0.5: waiting', 'Adam: waiting']);
});

test('without anything to try it is done', async () => {
  const trials = measure([]);
  await trials.whenOver;
  expect(trials.view).toMatchObject({ state: 'done', candidates: [], baseline: { state: 'waiting' } });
});

test('of a run what was found is tried, from its last checkpoint too; its store tells of it, and it ends with the run', async () => {
  const { runs } = openWindow(temporaryFolder(), worker);
  const run = begin(runs, text);
  await untilState(runs, run, 'finished');
  const { cursor } = run.store!.since(undefined);
  const trials = await runs.tryFixes(run);
  expect(runs.trialsOf(run)).toBe(trials);
  await until(runs, () => run.store!.run.trials?.state === 'done');
  const { message } = run.store!.since(cursor);
  expect(message).toMatchObject({ type: 'update', trials: { state: 'done', baseline: { state: 'done', step: 120 } } });
  expect(run.store!.run.trials!.candidates.some(({ title }) => title.endsWith('(from here)'))).toBe(true);
  await runs.delete(run);
  expect(runs.trialsOf(run)).toBeUndefined();
});
