import * as ort from 'onnxruntime-web';
import { expect, test, vi } from 'vitest';
import type { FromTrainer, Plan, RunEvent } from '../../src/train/protocol';
import { TrainingLoop } from '../../src/train/trainingLoop';

const plan = (steps: number): Plan => ({
  text: `data: {source: moons, samples: 64}\nmodel: [{Linear: 4}, ReLU, {Linear: 2}]\nloss: CrossEntropyLoss\ntrain: {batch_size: 64, steps: ${steps}}`,
  files: {},
  statsEvery: 10,
});

/** A loop with all that it said so far, and a way to wait for more. */
function listen() {
  const said: { at: number; message: FromTrainer }[] = [];
  const loop = new TrainingLoop((message) => said.push({ at: performance.now(), message }));
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const events = (): RunEvent[] => said.flatMap(({ message }) => (message.type === 'events' ? message.events : []));
  const steps = () => events().filter((e) => e.type === 'step').length;
  const last = () => said.at(-1)?.message;
  return { loop, said, until, events, steps, last };
}

test('a thread gets ready without a word: the engine has trained by the time that a run begins', async () => {
  const create = vi.spyOn(ort.InferenceSession, 'create');
  const { loop, said, until, last } = listen();
  loop.handle({ type: 'warm', threads: 1 });
  await until(() => create.mock.calls.length > 1);
  expect(said).toEqual([]);
  loop.handle({ type: 'start', plan: plan(3) });
  await until(() => last()?.type === 'done');
  expect(said[0].message).toMatchObject({ type: 'events', events: [{ type: 'start', samples: 64 }] });
  create.mockRestore();
});

test('events come at most ten times a second however fast the steps are, and none is lost', async () => {
  const { loop, said, until, events, last } = listen();
  loop.handle({ type: 'start', plan: plan(2000) });
  await until(() => last()?.type === 'done');
  const steps = events().filter((e) => e.type === 'step');
  expect(steps.map((s) => s.step)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  const times = said.filter(({ message }) => message.type === 'events').map((s) => s.at);
  // The start, the first step, the end and what comes before a checkpoint do not wait for their turn.
  const types = said.flatMap(({ message }) => (message.type === 'events' ? [message.events.map(({ type }) => type)] : []));
  expect(types.slice(0, 2)).toEqual([['start'], ['step', 'eval']]);
  const inTurn = times.length - 3 - said.filter(({ message }) => message.type === 'checkpoint').length;
  expect(inTurn).toBeGreaterThan(0);
  expect(inTurn).toBeLessThanOrEqual((times.at(-1)! - times[0]) / 100 + 1);
});

test('a pause is told after the events of the steps before it; a step is one step; stop evaluates and ends', async () => {
  const { loop, said, until, events, steps, last } = listen();
  loop.handle({ type: 'start', plan: plan(1_000_000) });
  await until(() => steps() > 5);
  loop.handle({ type: 'pause' });
  await until(() => last()?.type === 'state');
  const paused = steps();
  loop.handle({ type: 'step' });
  await until(() => steps() > paused);
  expect(steps()).toBe(paused + 1);
  loop.handle({ type: 'checkpoint', id: 7 });
  await until(() => said.some(({ message }) => message.type === 'checkpoint' && message.id === 7));
  expect(last()).toMatchObject({ type: 'checkpoint', id: 7, checkpoint: { step: paused + 1 } });
  loop.handle({ type: 'resume' });
  await until(() => steps() > paused + 3);
  loop.handle({ type: 'stop' });
  await until(() => last()?.type === 'done');
  expect(events().at(-1)).toMatchObject({ type: 'end', stopped: true, steps: steps() });
  expect(events().at(-2)).toMatchObject({ type: 'eval', step: steps() });
});

test('paused while it is still being compiled, a run waits before its first step', async () => {
  const { loop, until, steps, last } = listen();
  loop.handle({ type: 'start', plan: plan(1_000_000) });
  loop.handle({ type: 'pause' });
  await until(() => last()?.type === 'state');
  expect(last()).toEqual({ type: 'state', state: 'paused' });
  expect(steps()).toBe(0);
  loop.handle({ type: 'stop' });
  await until(() => last()?.type === 'done');
});

test('after a failure the next run works', async () => {
  const { loop, said, until, last } = listen();
  loop.handle({ type: 'start', plan: { ...plan(5), text: 'model: []' } });
  await until(() => last()?.type === 'failed');
  expect(said).toHaveLength(1);
  loop.handle({ type: 'start', plan: plan(5) });
  await until(() => last()?.type === 'done');
});
