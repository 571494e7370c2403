import { test, vi } from 'vitest';
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
