import { expect, test, vi } from 'vitest';
import { Steering } from '../../../src/train/engines/steering';
import type { RunEvent } from '../../../src/train/protocol';
import { Watch } from '../../../src/train/watch';
import { MODELS } from './models';
import { webgpu } from './realEngines';
import { expectResumesElsewhere, expectSameLosses } from './sameNumbers';

// Translating a model's kernels for a processor takes longer than its steps.
vi.setConfig({ testTimeout: 400_000 });

test.each(Object.entries(MODELS))('webgpu: the losses of WASM over 50 steps, %s', async (_, text) => {
  await expectSameLosses(text, await webgpu());
});

test('a checkpoint of webgpu goes on on WASM, and one of WASM on webgpu', async () => {
  await expectResumesElsewhere(Object.values(MODELS)[0], await webgpu());
});

test('a device that is lost amid a run: WASM goes on from what was kept, and one event says so', async () => {
  await webgpu();
  let device: GPUDevice | undefined;
  const { requestDevice } = GPUAdapter.prototype;
  const watched = vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (this: GPUAdapter, ...wanted) {
    return (device = await requestDevice.apply(this, wanted));
  });
  const steering = new Steering({ open: { webgpu }, cores: 1 });
  const [text] = Object.values(MODELS);
  let { trainer } = await steering.begin({ text, files: {}, statsEvery: 10, engine: { use: 'webgpu' } });
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
});
