import { expect, test, vi } from 'vitest';
import { Steering } from '../../../src/train/engines/steering';
import type { Plan, RunEvent } from '../../../src/train/protocol';
import { SessionPool } from '../../../src/train/session';
import { Trainer } from '../../../src/train/trainer';
import { untilChosen } from './auto';
import { Watch } from '../../../src/train/watch';
import { MODELS } from './models';
import { isSoftware, webgpu } from './realEngines';
import { expectResumesElsewhere, expectSameLosses, runOn } from './sameNumbers';

// Translating a model's kernels for a processor takes longer than its steps.
vi.setConfig({ testTimeout: 400_000 });

const [text] = Object.values(MODELS);

test.each(Object.entries(MODELS))('webgpu: the losses of WASM over 50 steps, %s', async (_, text) => {
  await expectSameLosses(text, await webgpu());
});

test.each(Object.entries(MODELS))('webgpu: a step waits for the graphics card once, for its losses, %s', async (_, text) => {
  const trainer = await Trainer.create({ text, files: {}, statsEvery: 1000 }, undefined, new SessionPool(await webgpu()));
  // With statistics.
  await trainer.nextStep();
  const reading = vi.spyOn(GPUBuffer.prototype, 'mapAsync');
  for (let i = 0; i < 3; i++) await trainer.nextStep();
  expect(reading).toHaveBeenCalledTimes(3);
  reading.mockRestore();
  await trainer.release();
});

test('a checkpoint of webgpu goes on on WASM, and one of WASM on webgpu', async () => {
  await expectResumesElsewhere(text, await webgpu());
});

test('the next run of a model has the device and the shaders of the one before', async () => {
  await webgpu();
  const devices = vi.spyOn(GPUAdapter.prototype, 'requestDevice');
  const shaders = vi.spyOn(GPUDevice.prototype, 'createShaderModule');
  const counts: number[] = [];
  for (let run = 0; run < 2; run++) {
    await runOn(text.replace('{Linear: 16}', '{Linear: 17}'), await webgpu(), { until: 2 });
    counts.push(shaders.mock.calls.length);
    shaders.mockClear();
  }
  expect([counts[0] > 0, counts[1], devices.mock.calls.length]).toEqual([true, 0, 0]);
  vi.restoreAllMocks();
});

test.runIf(isSoftware)('auto leaves a graphics card alone that the processor stands in for, and says so', async () => {
  const { trainer, events } = await untilChosen({ open: { webgpu }, cores: 1 });
  const reason = /^measured wasm \S+ ms a step\. WebGPU finds no graphics card, only what stands in for one on the processor \(SwiftShader .+\)\.$/;
  expect(events.filter(({ type }) => type === 'engine')).toMatchObject([{ engine: 'wasm', reason: expect.stringMatching(reason) as string }]);
  await trainer.release();
});

test('a device that is lost amid a run: WASM goes on from what was kept, and one event says so; the next run has another', async () => {
  await webgpu();
  let device: GPUDevice | undefined;
  const { createBuffer } = GPUDevice.prototype;
  const watched = vi.spyOn(GPUDevice.prototype, 'createBuffer').mockImplementation(function (this: GPUDevice, wanted) {
    device = this;
    return createBuffer.call(this, wanted);
  });
  const steering = new Steering({ open: { webgpu }, cores: 1 });
  const plan: Plan = { text, files: {}, statsEvery: 10, engine: { use: 'webgpu' } };
  let { trainer } = await steering.begin(plan);
  watched.mockRestore();
  expect(trainer.engine.name).toBe('webgpu');
  const watch = await Watch.of(trainer);
  await watch.look(true);
  const events: RunEvent[] = [];
  while (trainer.step < 3 || trainer.engine.name === 'webgpu') {
    if (trainer.step === 5) device!.destroy();
    const next = await steering.next(trainer);
    ({ trainer } = next);
    events.push(...next.events);
  }
  // It was kept whenever that was due.
  const [{ step }] = events as { step: number }[];
  expect(step).toBeLessThan(6);
  expect(events).toMatchObject([
    { type: 'engine', step, engine: 'wasm' },
    { type: 'resume', step },
  ]);
  expect((events[0] as { reason: string }).reason).toMatch(/^The webgpu engine failed: The graphics card was lost/);
  while (!trainer.isFinished) await steering.next(trainer);
  // With what looked at it on the device there is nothing left to do, not even to be released.
  await watch.follow(trainer);
  expect((await watch.look(true)).observations).toMatchObject([{ step: trainer.step }]);
  await watch.release();
  await trainer.release();
  ({ trainer } = await steering.begin(plan));
  expect(trainer.engine.name).toBe('webgpu');
  await trainer.release();
});
