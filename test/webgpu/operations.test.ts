import { setFlagsFromString } from 'node:v8';
import type * as Ort from 'onnxruntime-web';
import { beforeAll, expect, test } from 'vitest';
import { lower } from '../../src/graph/lower';
import { portable } from '../../src/graph/portable';
import { createSession, type Feeds } from '../../src/train/session';
import { differences, figuresOf, PORTABLE_TABLE, rowGraph } from '../graph/portableTable';
import { dawnFiles, webgpu } from '../train/engines/realEngines';
import { compileForGpuOnly, refusedByGpu } from './placement';

let ort: typeof Ort;

beforeAll(async () => {
  // Node 20 optimises two functions of this build for more than a minute, and waits for it.
  setFlagsFromString('--liftoff-only');
  await webgpu();
  ort = (await import(dawnFiles().ort)) as typeof Ort;
}, 120_000);

test.each(Object.entries(PORTABLE_TABLE))('%s: on the GPU alone, with the figures of WASM', { timeout: 120_000 }, async (_, row) => {
  const { graph, feeds } = rowGraph(row);
  const lowered = lower(graph);
  expect(await refusedByGpu(ort, portable(lowered))).toEqual([]);
  const [there, here] = [await compileForGpuOnly(ort, portable(lowered)), await createSession(lowered)];
  const found = figuresOf((await there.run(feeds)) as Feeds);
  expect(differences(found, figuresOf(await here.run(feeds)), row.tolerance)).toEqual([]);
  await there.release();
  await here.release();
});
