import { expect, test } from 'vitest';
import { openNative } from '../../../src/train/engines/native';
import { MODELS } from './models';
import { native } from './realEngines';
import { expectSameLosses, expectResumesElsewhere } from './sameNumbers';

test.each(Object.entries(MODELS))('native: the losses of WASM over 50 steps, %s', async (_, text) => {
  await expectSameLosses(text, await native());
});

test('native on two threads: the losses of WASM', async () => {
  const engine = await native(2);
  expect(engine.threads).toBe(2);
  await expectSameLosses(Object.values(MODELS)[0], engine);
});

test('a checkpoint of native goes on on WASM, and one of WASM on native', async () => {
  await expectResumesElsewhere(Object.values(MODELS)[0], await native());
});

test('a folder without onnxruntime-node is named', async () => {
  await expect(openNative({ use: 'native', nativeFolder: '/nowhere' })).rejects.toThrow('onnxruntime-node is not installed in /nowhere.');
  await expect(openNative({ use: 'native' })).rejects.toThrow('The native engine is not installed.');
});
