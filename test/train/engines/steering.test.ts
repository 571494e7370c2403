import { expect, test } from 'vitest';
import { type Engine, EngineMissing, type EngineSources } from '../../../src/train/engines/engine';
import { Steering } from '../../../src/train/engines/steering';
import { wasm } from '../../../src/train/engines/wasm';
import type { Plan, RunEvent } from '../../../src/train/protocol';
import { LONG, untilChosen } from './auto';
import { MODELS } from './models';
import { native, nativeWish } from './realEngines';
import { expectClose, runOn } from './sameNumbers';

const [text] = Object.values(MODELS);
const plan = (engine: Plan['engine'], more: Partial<Plan> = {}): Plan => ({ text, files: {}, statsEvery: 10, engine, ...more });

/** A run to its end, as its events tell it. */
async function steered(wanted: Plan, sources: Partial<EngineSources>) {
  const steering = new Steering({ open: {}, cores: 1, ...sources });
  const begun = await steering.begin(wanted);
  let { trainer } = begun;
  const events: RunEvent[] = [trainer.start, ...begun.events];
  while (!trainer.isFinished) {
    const next = await steering.next(trainer);
    ({ trainer } = next);
    events.push(...next.events, ...next.result);
  }
  await trainer.release();
  return { events, engine: trainer.engine };
}
const told = (events: readonly RunEvent[]) => events.filter((event) => event.type === 'engine' || event.type === 'resume');

/** The losses that count: a resumed run takes back those after its place. */
function lossesOf(events: readonly RunEvent[]): (number | null)[] {
  const losses: (number | null)[] = [];
  for (const event of events) {
    if (event.type === 'step') losses[event.step - 1] = event.loss;
    if (event.type === 'resume') losses.length = event.step;
  }
  return losses;
}

async function expectLossesOfWasm(events: readonly RunEvent[]): Promise<void> {
  const { steps } = await runOn(text, wasm);
  const losses = lossesOf(events);
  expect(losses).toHaveLength(50);
  steps.forEach(({ step, loss }) => expectClose(losses[step - 1], loss, `loss of step ${step}`));
}

test('the engine that is wished for computes', async () => {
  const { events, engine } = await steered(plan(nativeWish), { open: { native: () => native() } });
  expect([engine.name, events[0]]).toMatchObject(['native', { type: 'start', engine: 'native' }]);
  expect(told(events)).toEqual([]);
  await expectLossesOfWasm(events);
});

test('where an engine is missing, WASM computes and one event says why', async () => {
  const open = { native: () => Promise.reject(new EngineMissing('onnxruntime-node is not installed in /somewhere.')) };
  const { events } = await steered(plan(nativeWish), { open });
  expect(events[0]).toMatchObject({ engine: 'wasm' });
  expect(told(events)).toEqual([{ type: 'engine', step: 0, engine: 'wasm', reason: 'onnxruntime-node is not installed in /somewhere.' }]);
  await expectLossesOfWasm(events);
  expect(told((await steered(plan({ use: 'webgpu' }), {})).events)).toMatchObject([{ reason: 'The webgpu engine does not run here.' }]);
});

test('where an engine cannot compile a model, likewise', async () => {
  const real = await native();
  const refusing: Engine = { ...real, compile: (model, resident) => real.compile(model.subarray(0, 100), resident) };
  const { events } = await steered(plan(nativeWish), { open: { native: () => Promise.resolve(refusing) } });
  expect(told(events)).toMatchObject([{ step: 0, engine: 'wasm', reason: expect.stringMatching(/^The native engine failed: ./) as string }]);
  await expectLossesOfWasm(events);
});

test('where an engine fails amid a run, it goes on on WASM from what was kept, with the same losses', async () => {
  const real = await native();
  let runs = 0;
  const failing: Engine = {
    ...real,
    compile: async (model, resident) => {
      const session = await real.compile(model, resident);
      return { ...session, run: (feeds) => (++runs > 20 ? Promise.reject(new Error('out of order')) : session.run(feeds)) };
    },
  };
  const { events } = await steered(plan(nativeWish), { open: { native: () => Promise.resolve(failing) } });
  expect(told(events)).toEqual([
    { type: 'engine', step: 0, engine: 'wasm', reason: 'The native engine failed: out of order' },
    { type: 'resume', step: 0 },
  ]);
  await expectLossesOfWasm(events);
});

test('auto moves a long run to an engine that is clearly faster, from where it stands, and says what it measured', async () => {
  const { trainer, events } = await untilChosen({ open: { native: () => native() }, cores: 1 });
  expect(trainer.start.engine).toBe('native');
  expect(told(events)).toMatchObject([
    { engine: 'native', reason: expect.stringMatching(/^measured wasm .+ ms a step, native .+ ms a step\.$/) as string },
  ]);
  const steps = events.filter((event) => event.type === 'step').map(({ step }) => step);
  expect(steps).toEqual(Array.from({ length: steps.length }, (_, i) => 1 + i));
  // The losses of a run that stayed.
  const stayed = await runOn(LONG, wasm, { until: steps.length });
  const losses = lossesOf(events);
  stayed.steps.forEach(({ step, loss }) => expectClose(losses[step - 1], loss, `loss of step ${step}`));
  await trainer.release();
});

test('auto says which engines it could not try, once each, and asks for none that the host does not have', async () => {
  const native = () => Promise.reject(new EngineMissing('onnxruntime-node is not installed in /somewhere.'));
  for (const [open, missing] of [
    [{ native }, ' onnxruntime-node is not installed in /somewhere.'],
    [{}, ''],
  ] as const) {
    const { trainer, events } = await untilChosen({ open, cores: 4 });
    expect(told(events)).toMatchObject([
      { engine: 'wasm', reason: expect.stringMatching(new RegExp(`^measured wasm \\S+ ms a step\\.${missing}$`)) as string },
    ]);
    await trainer.release();
  }
});

test('auto leaves a short run alone', async () => {
  const { events, engine } = await steered(plan({ ...nativeWish, use: 'auto' }), { open: { native: () => native() } });
  expect([engine.name, told(events)]).toEqual(['wasm', []]);
});
