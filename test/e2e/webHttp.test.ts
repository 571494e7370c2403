import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Session } from './session';

// Over plain HTTP a browser keeps no locks, and VS Code shows no webviews.

const model = `name: open-run
data: {source: moons, samples: 200, noise: 0.1, validation: 0.2}
model: [{Linear: 16}, Tanh, {Linear: 2}]
loss: CrossEntropyLoss
train: {steps: 100000000}
`;

const settled = { timeout: 90_000, interval: 200 };
let session: Session;

beforeAll(async () => {
  session = await Session.start({ files: { 'open.nn.yaml': model }, host: 'layerwise.test' });
});
afterAll(() => session.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await session.workbench.shoot(`failed ${task.name}`);
});

test('over plain HTTP a run trains without being saved, and is said to', async () => {
  const { workbench } = session;
  await workbench.openFile('open.nn.yaml');
  await workbench.lens('▷ Train').click();
  const message = workbench.notifications.filter({ hasText: /plain HTTP[^]*history of `open-run` is no longer saved/ });
  await message.waitFor();
  await workbench.shoot('over plain HTTP');
  await expect.poll(() => workbench.statusBarStep(), settled).toBeGreaterThan(100);
  const step = await workbench.statusBarStep();
  await expect.poll(() => workbench.statusBarStep(), settled).toBeGreaterThan(step);
  expect(await workbench.browserFiles()).toEqual([]);
  await workbench.lens('Stop').click();
  await expect.poll(() => workbench.lenses, settled).toEqual(expect.arrayContaining(['▷ Train']) as string[]);
});
