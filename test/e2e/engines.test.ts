import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isWeb, repository, Session } from './session';

/** Short: a graphics card in software takes its time. */
const model = `name: brief
data: {source: moons, samples: 200, noise: 0.1, validation: 0.2}
model: [{Linear: 16}, Tanh, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.02}}
train: {steps: 60, seed: 7}
`;
/** Long enough that no test sees its end. */
const long = model.replace('brief', 'long').replace('steps: 60', 'steps: 1000000');

const settled = { timeout: 90_000, interval: 200 };
let session: Session;

const openWith =
  (use: string, gpu = false) =>
  async (): Promise<void> => {
    session = await Session.start({ files: { 'brief.nn.yaml': model, 'long.nn.yaml': long }, settings: { 'layerwise.engine': use }, gpu });
  };
const close = (): Promise<void> => session.stop();
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await session.workbench.shoot(`failed ${task.name}`);
});

/** Loss on the points held back, and what the dashboard says of the engine. */
async function trained(): Promise<{ loss: number; engine: { name: string; reason: string | null }; memory: string }> {
  const { workbench } = session;
  const { dashboard } = workbench;
  await workbench.openFile('brief.nn.yaml');
  await workbench.lens('▷ Train').click();
  await expect.poll(() => dashboard.state(), settled).toBe('finished');
  expect(await dashboard.step()).toBe(60);
  return { loss: await dashboard.figure('val-loss'), engine: await dashboard.engine(), memory: await dashboard.memory() };
}

let lossOnWasm: number;

describe('an engine that is not here', () => {
  beforeAll(openWith(isWeb ? 'webgpu' : 'native'));
  afterAll(close);

  test('WASM trains, and the dashboard says why, and how much memory it takes', async () => {
    const { engine, memory, loss } = await trained();
    const reason = isWeb ? /no graphics card/ : /^onnxruntime-node is not installed/;
    expect(engine).toEqual({ name: 'wasm', reason: expect.stringMatching(reason) as string });
    expect(memory).toMatch(/^about [1-9]\d* [KM]iB of memory$/);
    expect(loss).toBeLessThan(Math.log(2));
    lossOnWasm = loss;
  });
});

if (isWeb)
  describe('the WebGPU of the browser', () => {
    beforeAll(async () => {
      expect(existsSync(join(repository, 'dist', 'ort.webgpu.min.mjs')), 'WebGPU in dist, made by npm run package -- --target web').toBe(true);
      await openWith('webgpu', true)();
    });
    afterAll(close);

    test('it trains, to the same loss', async () => {
      const { engine, loss } = await trained();
      expect(engine).toEqual({ name: 'webgpu', reason: null });
      expect(Math.abs(loss / lossOnWasm - 1)).toBeLessThan(1e-4);
    });

    test('lost amid a run, it leaves it to WASM, and the dashboard says so', async () => {
      const { workbench } = session;
      const { dashboard } = workbench;
      await workbench.openFile('long.nn.yaml');
      await workbench.lens('▷ Train').click();
      await expect.poll(() => dashboard.name(), settled).toBe('long');
      await expect.poll(() => dashboard.step(), settled).toBeGreaterThan(20);
      expect((await dashboard.engine()).name).toBe('webgpu');
      const run = await dashboard.run();
      await session.crashGpu();
      const lost = { name: 'wasm', reason: expect.stringMatching(/^The webgpu engine failed: The graphics card was lost/) as string };
      await expect.poll(() => dashboard.engine(), settled).toEqual(lost);
      // By then the model has been looked at again.
      await expect.poll(() => dashboard.step(), settled).toBeGreaterThan(10_000);
      expect(await dashboard.engine()).toEqual(lost);
      expect([await dashboard.run(), await dashboard.state()]).toEqual([run, 'running']);
    });
  });
