import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Session } from './session';
import type { Workbench } from './workbench';

// What only holds where the extension runs in the browser, without a server's processes and disk.

/** Long enough that no test sees its end. */
const longRun = `name: long-run
data: {source: moons, samples: 500, noise: 0.1, validation: 0.2}
model: [{Linear: 16}, Tanh, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.01}}
train: {steps: 100000000}
`;

const settled = { timeout: 90_000, interval: 200 };
let session: Session;
let first: Workbench;
let second: Workbench;

beforeAll(async () => {
  session = await Session.start({ files: { 'long.nn.yaml': longRun } });
  first = session.workbench;
});
afterAll(() => session.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await Promise.all([first, second].map((one) => one?.shoot(`failed ${task.name}`).catch(() => undefined)));
});

const stepOf = (workbench: Workbench) => workbench.dashboard.step();

test('a run is kept in the browser: its history, its text, its checkpoints', async () => {
  await first.openFile('long.nn.yaml');
  await first.lens('▷ Train').click();
  await expect.poll(() => stepOf(first), settled).toBeGreaterThan(100);
  const run = await first.dashboard.run();
  const kept = async () => (await first.browserFiles()).flatMap((path) => path.split(`/layerwise.layerwise/runs/${run}/`)[1] ?? []);
  await expect
    .poll(kept, settled)
    .toEqual(expect.arrayContaining(['edits/000.nn.yaml', 'events.jsonl/0', 'last.safetensors', 'model.nn.yaml', 'run.json']));
  expect((await kept()).some((name) => name.startsWith('checkpoints/'))).toBe(true);
});

test('another tab sees it train, and does not train it as well', async () => {
  const run = await first.dashboard.run();
  second = await session.openWindow();
  await second.statusBarItem('long-run').waitFor();
  await second.runCommand('Layerwise: Show Dashboard');
  await expect.poll(() => second.dashboard.run(), settled).toBe(run);
  await expect.poll(() => second.dashboard.notice.innerText(), settled).toMatch(/Another window trains this run/);
  const step = await stepOf(second);
  await expect.poll(() => stepOf(second), settled).toBeGreaterThan(step);
  await second.shoot('another tab');
  const before = await stepOf(first);
  await expect.poll(() => stepOf(first), settled).toBeGreaterThan(before);
  expect(await first.dashboard.state()).toBe('running');
});

test('a tab that goes without a word leaves the run to the other one, which goes on with it', async () => {
  const run = await first.dashboard.run();
  const left = await stepOf(first);
  await first.close();
  await expect.poll(() => second.dashboard.notice.isVisible(), settled).toBe(false);
  await expect.poll(() => stepOf(second), settled).toBeGreaterThan(left);
  await expect.poll(() => second.dashboard.state(), settled).toBe('running');
  expect(await second.dashboard.run()).toBe(run);
});

test('paused, it is paused after a reload, with its history; it is stopped, and deleted', async () => {
  await second.dashboard.button('pause').click();
  await expect.poll(() => second.dashboard.state(), settled).toBe('paused');
  const run = await second.dashboard.run();
  const step = await stepOf(second);
  await second.reload();
  await expect.poll(() => second.dashboard.run(), settled).toBe(run);
  await expect.poll(() => second.dashboard.state(), settled).toBe('paused');
  // Up to the last checkpoint.
  expect(await stepOf(second)).toBeGreaterThan(0);
  expect(await stepOf(second)).toBeLessThanOrEqual(step);
  await second.dashboard.button('stop').click();
  await expect.poll(() => second.dashboard.state(), settled).toBe('stopped');
  await second.runCommand('Layerwise: Focus on Runs View');
  await second.locator('.pane-body [role="treeitem"]', { hasText: 'long-run' }).first().click();
  await second.press('Delete');
  await second.locator('.monaco-dialog-box .monaco-button', { hasText: 'Delete' }).click();
  await expect.poll(async () => (await second.browserFiles()).filter((path) => path.includes(run!)), settled).toEqual([]);
});
