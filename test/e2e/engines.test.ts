import { afterEach, expect, test } from 'vitest';
import { isWeb, Session } from './session';

/** Short: a graphics card in software takes its time. */
const model = `name: brief
data: {source: moons, samples: 200, noise: 0.1, validation: 0.2}
model: [{Linear: 16}, Tanh, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.02}}
train: {steps: 60, seed: 7}
`;

const settled = { timeout: 90_000, interval: 200 };
let session: Session;

const open = async (use: string, gpu = false): Promise<void> => {
  session = await Session.start({ files: { 'brief.nn.yaml': model }, settings: { 'layerwise.engine': use }, gpu });
};
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await session?.workbench.shoot(`failed ${task.name}`);
  await session?.stop();
});

/** Loss on the points held back, and what the dashboard says of the engine. */
async function trained(): Promise<{ loss: number; engine: { name: string; reason: string | null }; memory: string }> {
  const { workbench } = session;
  await workbench.openFile('brief.nn.yaml');
  await workbench.lens('▷ Train').click();
  await expect.poll(() => workbench.dashboard.state(), settled).toBe('finished');
  expect(await workbench.dashboard.step()).toBe(60);
  const { dashboard } = workbench;
  return { loss: await dashboard.figure('val-loss'), engine: await dashboard.engine(), memory: await dashboard.memory() };
}

let lossOnWasm: number;

test('an engine that is not here: WASM trains, and the dashboard says why and how much memory it takes', async () => {
  await open(isWeb ? 'webgpu' : 'native');
  const { engine, memory, loss } = await trained();
  expect(engine).toEqual({
    name: 'wasm',
    reason: expect.stringMatching(isWeb ? /no graphics card/ : /^onnxruntime-node is not installed/) as string,
  });
  expect(memory).toMatch(/^about [1-9]\d* [KM]iB of memory$/);
  expect(loss).toBeLessThan(Math.log(2));
  lossOnWasm = loss;
});

// Elsewhere the packages for one platform alone have WebGPU.
if (isWeb)
  test('the WebGPU of the browser trains, to the same loss', async () => {
    await open('webgpu', true);
    const { engine, loss } = await trained();
    expect(engine).toEqual({ name: 'webgpu', reason: null });
    expect(Math.abs(loss / lossOnWasm - 1)).toBeLessThan(1e-4);
  });
