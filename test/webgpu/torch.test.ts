import { setFlagsFromString } from 'node:v8';
import type * as Ort from 'onnxruntime-web';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Graph } from '../../src/graph/graph';
import { portable } from '../../src/graph/portable';
import type { Engine } from '../../src/train/engines/engine';
import { dawnFiles, webgpu } from '../train/engines/realEngines';
import { expectSameCase, torchCases } from '../train/engines/torchCases';
import { refusedByGpu } from './placement';

/** In software a case takes seconds: LAYERWISE_WEBGPU_STEPS=50 for the whole proof, of all cases; else every tenth takes some steps. */
const { LAYERWISE_WEBGPU_STEPS } = process.env;
const STEPS = Number(LAYERWISE_WEBGPU_STEPS ?? 3);
const names = torchCases.filter((_, i) => LAYERWISE_WEBGPU_STEPS !== undefined || i % 10 === 0);

let gpu: Engine;
let ort: typeof Ort;

beforeAll(async () => {
  // Node 20 optimises two functions of this build for more than a minute, and waits for it.
  setFlagsFromString('--liftoff-only');
  gpu = await webgpu();
  ort = (await import(dawnFiles().ort)) as typeof Ort;
}, 120_000);

describe('what PyTorch was asked is computed on the GPU alone, and comes out as on WASM', () => {
  test.each(names)('%s', { timeout: 600_000 }, async (name) => {
    const graphs: Graph[] = [];
    const watched: Engine = {
      ...gpu,
      encode: (graph) => {
        graphs.push(graph);
        return gpu.encode(graph);
      },
    };
    const startedAt = performance.now();
    const worst = await expectSameCase(name, watched, STEPS);
    console.log(`${name}: ${STEPS} steps, losses within ${worst.toExponential(1)}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    expect(graphs.length).toBeGreaterThan(0);
    for (const graph of graphs) expect(await refusedByGpu(ort, portable(graph))).toEqual([]);
  });
});
