import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isWeb, Session } from './session';

// Each group is one sitting: a test goes on where the one before it left the window.

/** Long enough that no test sees its end. */
const digits = `name: digits-live
data: {file: ./digits.csv, target: digit, shape: [1, 8, 8], validation: 0.2, normalize: minmax}
model:
  - Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}
  - ReLU
  - MaxPool2d: 2
  - Flatten
  - Linear: 10
loss: CrossEntropyLoss
optimizer: {AdamW: {lr: 0.003}}
train: {batch_size: 64, epochs: 20000}
`;
const moons = `name: moons-live
data: {source: moons, samples: 500, noise: 0.1, validation: 0.2}
model: [{Linear: 16}, Tanh, {Linear: 2}]
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.01}}
train: {steps: 10000000}
`;

const settled = { timeout: 90_000, interval: 200 };
let session: Session;
const workbench = () => session.workbench;
const dashboard = () => session.workbench.dashboard;

beforeAll(async () => {
  session = await Session.start({ files: { 'digits-live.nn.yaml': digits, 'moons-live.nn.yaml': moons }, settings: { 'layerwise.parallelRuns': 2 } });
});
afterAll(() => session.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await workbench().shoot(`failed ${task.name}`);
});

const stepsOn = async (count: number) => {
  const step = await dashboard().step();
  await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(step + count);
};

describe('editing while it trains', () => {
  let run: string | null;

  test('a layer typed in trains at once, with the weights that the others have learned', async () => {
    await workbench().openFile('digits-live.nn.yaml');
    await workbench().lens('▷ Train').click();
    await expect.poll(() => dashboard().figure('val-score'), settled).toBeGreaterThan(0.9);
    run = await dashboard().run();
    const score = await dashboard().figure('val-score');
    await workbench().goTo(4);
    await workbench().press('End', 'Enter');
    await workbench().type('- BatchNorm2d');
    await expect.poll(() => dashboard().edits(), settled).toEqual([1]);
    await expect.poll(() => dashboard().layers(), settled).toContain('batchnorm2d1');
    await stepsOn(40);
    expect(await dashboard().run()).toBe(run);
    // A start from nothing would guess one of ten digits.
    expect(await dashboard().figure('val-score')).toBeGreaterThan(score - 0.1);
    expect(await dashboard().openEdit(1)).toContain('BatchNorm2d');
    await workbench().shoot('an edit on the time axis');
  });

  test('a text that is no model leaves the run going, and the status bar says so', async () => {
    await workbench().goTo(6);
    await workbench().press('End');
    await workbench().type('x');
    await expect.poll(() => dashboard().notice.innerText(), settled).toMatch(/last valid/);
    await expect.poll(() => workbench().statusBarItem('digits-live').innerText(), settled).toMatch(/last valid|Line \d/i);
    await stepsOn(20);
    await workbench().shoot('an invalid text while it trains');
    await workbench().press('Control+Z');
    await expect.poll(() => dashboard().notice.isVisible(), settled).toBe(false);
    expect(await dashboard().edits()).toEqual([1]);
  });

  test('undo is an edit too', async () => {
    const count = digits.split('\n').length;
    for (let i = 0; i < 20 && (await workbench().lines()).length > count; i++) await workbench().press('Control+Z');
    await expect.poll(() => dashboard().edits(), settled).toEqual([2, 1]);
    await expect.poll(() => dashboard().layers(), settled).not.toContain('batchnorm2d1');
    await stepsOn(20);
  });

  test('after a reload of the window the run goes on by itself, its history whole', async () => {
    const before = await dashboard().step();
    await workbench().reload();
    await expect.poll(() => dashboard().run(), settled).toBe(run);
    await expect.poll(() => dashboard().state(), settled).toBe('running');
    await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(before);
    expect(await dashboard().edits()).toEqual([2, 1]);
    await workbench().shoot('after the reload');
  });

  test('the past: the layers and their statistics as they were', async () => {
    await dashboard().time.focus();
    await workbench().press('Home');
    await dashboard().pastBanner.waitFor();
    for (let i = 0; i < 3; i++) await workbench().press('PageUp');
    await workbench().shoot('the past');
    await dashboard().button('now').click();
    await dashboard().pastBanner.waitFor({ state: 'hidden' });
  });

  test('back to before an edit: text and weights, as a branch; the run before it stays', async () => {
    await dashboard().openEdit(2);
    await dashboard().button('revert').click();
    await expect.poll(async () => (await workbench().lines()).some(({ text }) => text.includes('BatchNorm2d')), settled).toBe(true);
    await expect.poll(() => dashboard().run(), settled).not.toBe(run);
    await expect.poll(() => dashboard().layers(), settled).toContain('batchnorm2d1');
    await expect.poll(() => dashboard().state(), settled).toBe('running');
    await stepsOn(20);
    expect(await dashboard().figure('val-score')).toBeGreaterThan(0.8);
    await expect.poll(() => dashboard().parent.innerText(), settled).toContain('digits-live');
    await workbench().runCommand('Layerwise: Focus on Runs View');
    await expect.poll(() => workbench().runRows(), settled).toHaveLength(2);
    await workbench().shoot('runs and branches');
  });
});

describe('several runs', () => {
  test('two models train at once, each with its own lenses', async () => {
    await workbench().openFile('moons-live.nn.yaml');
    await workbench().lens('▷ Train').click();
    await expect.poll(() => dashboard().name(), settled).toBe('moons-live');
    await expect.poll(() => dashboard().state(), settled).toBe('running');
    await stepsOn(100);
    await workbench().openFile('digits-live.nn.yaml');
    await expect.poll(() => workbench().lenses, settled).toEqual(expect.arrayContaining([expect.stringContaining('Pause')]) as string[]);
    await expect.poll(() => dashboard().name(), settled).toBe('digits-live');
    await stepsOn(20);
  });

  // In the browser it goes only with its tab: web.test.ts.
  if (!isWeb)
    test('the extension host killed: both runs go on in the next one', async () => {
      const before = await workbench().statusBarStep();
      session.killExtensionHost();
      await expect
        .poll(
          () =>
            workbench()
              .statusBarStep()
              .catch(() => 0),
          { ...settled, timeout: 120_000 },
        )
        .toBeGreaterThan(before + 50);
      await workbench().reload();
      await workbench().openFile('digits-live.nn.yaml');
      await expect.poll(() => dashboard().name(), settled).toBe('digits-live');
      await expect.poll(() => dashboard().state(), settled).toBe('running');
      await workbench().shoot('after the extension host was killed');
    });

  test('stopped, a run can be resumed', async () => {
    await workbench().lens('Stop').click();
    await expect.poll(() => dashboard().state(), settled).toBe('stopped');
    const step = await dashboard().step();
    await workbench().lens('Resume').click();
    await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(step + 20);
    await workbench().lens('Stop').click();
    await expect.poll(() => dashboard().state(), settled).toBe('stopped');
  });
});
