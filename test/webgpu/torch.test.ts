import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type * as Ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Graph } from '../../src/graph/graph';
import { encodeOnnx } from '../../src/graph/onnx';
import { portable } from '../../src/graph/portable';
import type { Engine } from '../../src/train/engines/engine';
import { wasm } from '../../src/train/engines/wasm';
import type { RunEvent } from '../../src/train/protocol';
import { type Session, SessionPool } from '../../src/train/session';
import { Trainer } from '../../src/train/trainer';
import { dawnFiles, webgpu } from '../train/engines/realEngines';
import { refusedByGpu } from './placement';

/** In software a case takes seconds: LAYERWISE_WEBGPU_STEPS=50 for the whole proof, of all cases; else every tenth takes some steps. */
const { LAYERWISE_WEBGPU_STEPS } = process.env;
const STEPS = Number(LAYERWISE_WEBGPU_STEPS ?? 3);

const cases = join(__dirname, '../torch');
const names = readdirSync(cases).filter((_, i) => LAYERWISE_WEBGPU_STEPS !== undefined || i % 10 === 0);

let gpu: Engine;
let ort: typeof Ort;
let kept: Session;

beforeAll(async () => {
  // Node 20 optimises two functions of this build for more than a minute, and waits for it.
  setFlagsFromString('--liftoff-only');
  gpu = await webgpu();
  ort = (await import(dawnFiles().ort)) as typeof Ort;
  // With the last session ONNX Runtime forgets its shaders; they take longer to make than all steps of a case.
  const g = new Graph();
  g.output('y', g.tanh(g.input('x', [1])));
  kept = await gpu.compile(encodeOnnx(g), []);
}, 120_000);

afterAll(() => kept?.release());

/** Trains a case from PyTorch's weights; statistics in the first step and the last. */
async function train(name: string, engine: Engine): Promise<RunEvent[]> {
  const folder = join(cases, name);
  const files = Object.fromEntries(readdirSync(folder).map((file) => [`./${file}`, new Uint8Array(readFileSync(join(folder, file)))]));
  const text = readFileSync(join(folder, 'model.nn.yaml'), 'utf8');
  const trainer = await Trainer.create({ text, files, steps: STEPS, statsEvery: 1000 }, undefined, new SessionPool(engine));
  const events: RunEvent[] = [];
  while (!trainer.isFinished) events.push(...(await trainer.next()));
  await trainer.release();
  return events;
}

/** Every figure of both by its name. Those that follow from others but divide by what may be next to 0 are left out. */
function figures(event: RunEvent): Map<string, number | null> {
  const found = new Map<string, number | null>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'number' || value === null) found.set(path, value);
    else if (typeof value === 'object') for (const [key, inner] of Object.entries(value)) walk(inner, `${path} ${key}`);
  };
  walk(event, event.type);
  return found;
}

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
    const [expected, found] = [await train(name, wasm), await train(name, watched)];
    expect(graphs.length).toBeGreaterThan(0);
    for (const graph of graphs) expect(await refusedByGpu(ort, portable(graph))).toEqual([]);
    expect(found.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
    expected.forEach((event, i) => expectSame(figures(found[i]), figures(event)));
  });
});

/** Losses within 1e-4; statistics of what is rounding alone (a bias's gradient before a normalisation) within 1e-5 of 1. */
function expectSame(found: Map<string, number | null>, expected: Map<string, number | null>): void {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [path, value] of expected) {
    if (path.endsWith('zero_fraction') || path.endsWith('update_ratio')) continue;
    const other = found.get(path);
    if (value === null || other === null || other === undefined) expect(other, path).toBe(value);
    else
      expect(Math.abs(other - value), `${path}: ${other} for ${value}`).toBeLessThan(1e-4 * Math.abs(value) + 1e-5 * Number(!path.includes('loss')));
  }
}
