import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Session } from './session';

// Each group is one sitting: a test goes on where the one before it left the window.

/** Long enough that no test sees its end. */
const longRun = `name: long-run
data: {source: moons, samples: 500, noise: 0.1, validation: 0.2}
model:
  - Linear: 16
  - Tanh
  - Linear: 2
loss: CrossEntropyLoss
optimizer: {SGD: {lr: 0.01}}
train: {steps: 1000000}
`;

/** A whole run in a moment. */
const shortRun = longRun.replace('long-run', 'short-run').replace('1000000', '200');

const settled = { timeout: 90_000, interval: 200 };
let session: Session;
const workbench = () => session.workbench;
const dashboard = () => session.workbench.dashboard;

beforeAll(async () => {
  session = await Session.start({
    files: {
      'long.nn.yaml': longRun,
      'short.nn.yaml': shortRun,
    },
  });
});
afterAll(() => session.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await workbench().shoot(`failed ${task.name}`);
});

describe('digits, from opening the file to the end of the run', () => {
  const layers = ['conv2d1', 'batchnorm2d1', 'relu1', 'conv2d2', 'batchnorm2d2', 'relu2', 'maxpool2d1', 'flatten1', 'dropout1', 'linear1'];

  test('shapes and parameter counts stand behind the layers before anything ran', async () => {
    await workbench().openFile('digits.nn.yaml');
    await expect
      .poll(() => workbench().lineWith('- Conv2d'), settled)
      .toMatchObject({ text: expect.stringContaining('→ 16×8×8 · 160 params') as string });
    await expect
      .poll(() => workbench().lineWith('- Linear: 10'), settled)
      .toMatchObject({ text: expect.stringMatching(/→ 10 · 5,130 params/) as string });
  });

  test('a click on ▷ Train opens the dashboard, and the loss falls', async () => {
    await workbench().lens('▷ Train').click();
    await expect.poll(() => dashboard().figure('last-loss'), settled).toBeGreaterThan(0);
    await expect.poll(() => dashboard().figure('train-loss'), settled).toBeLessThan(Math.log(10) / 2);
  });

  test('the layer strip has a row for every layer of the file', async () => {
    await expect.poll(() => dashboard().layers(), settled).toEqual(layers);
  });

  test('live values stand on the lines of the layers', async () => {
    await expect.poll(async () => (await workbench().lineWith('- Conv2d')).after, settled).toMatch(/σ\s\d.*‖∇‖\s\d/);
    await expect.poll(async () => (await workbench().lineWith('- ReLU')).after, settled).toMatch(/dead\s\d/);
  });

  test('it comes to its end: accuracy on digits it was not trained on', async () => {
    await expect.poll(() => dashboard().state(), { ...settled, timeout: 170_000 }).toBe('finished');
    expect(await dashboard().figure('val-score')).toBeGreaterThan(0.95);
    expect(await dashboard().figure('gap')).toBeCloseTo((await dashboard().figure('val-loss')) - (await dashboard().figure('train-loss')), 5);
    await expect.poll(() => workbench().lenses, settled).toEqual(['▷ Train']);
  });

  test.each(['vs-dark', 'vs', 'hc-black', 'hc-light'] as const)('its charts follow the theme: %s', async (theme) => {
    const before = await dashboard().drawing('loss');
    await workbench().wear(theme);
    await expect.poll(() => dashboard().drawing('loss'), settled).not.toBe(before);
    for (const chart of ['loss', 'flow'] as const) {
      await dashboard().scrollTo(chart);
      await workbench().shoot(`digits ${theme} ${chart}`);
    }
  });

  test('a click on a row puts the cursor on the layer, and the cursor highlights the row', async () => {
    for (const layer of ['linear1', 'conv2d1']) {
      await dashboard().row(layer).click();
      await expect.poll(() => dashboard().selected(), settled).toBe(layer);
      await expect.poll(() => workbench().cursorLine(), settled).toBe(await dashboard().lineOf(layer));
    }
    await workbench().goTo(await dashboard().lineOf('maxpool2d1'));
    await expect.poll(() => dashboard().selected(), settled).toBe('maxpool2d1');
  });

  test('closing the dashboard and reloading the window lose nothing', async () => {
    const seen = async () => ({ step: await dashboard().step(), layers: await dashboard().layers(), loss: await dashboard().figure('val-loss') });
    const before = await seen();
    await workbench().closeTab('Layerwise');
    await workbench().runCommand('Layerwise: Show Dashboard');
    await expect.poll(seen, settled).toEqual(before);
    await workbench().reload();
    await expect.poll(seen, settled).toEqual(before);
    expect(await dashboard().state()).toBe('finished');
    await workbench().shoot('digits after reload');
  });
});

describe('pause, step, resume, stop', () => {
  test('by the keyboard alone a file is opened and trained', async () => {
    await workbench().openFile('long.nn.yaml');
    await workbench().runCommand('Layerwise: Train');
    await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(10);
  });

  test('the status bar tells step, loss and speed, the lines their values, and both move', async () => {
    const status = () => workbench().statusBarItem('long-run').innerText();
    const values = async () => (await workbench().lineWith('- Tanh')).after;
    await expect.poll(status, settled).toMatch(/step [\d,]+ \/ 1,000,000 · loss \d\S+ · [\d,.]+ steps\/s/);
    await expect.poll(values, settled).toMatch(/σ\s\d.*‖∇‖\s\d.*sat/);
    const before = [await status(), await values()];
    await expect.poll(status, settled).not.toBe(before[0]);
    await expect.poll(values, settled).not.toBe(before[1]);
  });

  test('the command Pause Training halts it', async () => {
    await workbench().runCommand('Layerwise: Pause Training');
    await expect.poll(() => dashboard().state(), settled).toBe('paused');
  });

  test('paused, it stands still; Step goes on by exactly one', async () => {
    const step = await dashboard().step();
    for (const ahead of [1, 2]) {
      await workbench().lens('Step').click();
      await expect.poll(() => dashboard().step(), settled).toBe(step + ahead);
    }
    expect(await dashboard().state()).toBe('paused');
  });

  test('Resume in the dashboard goes on, Stop above the model ends it', async () => {
    const step = await dashboard().step();
    await dashboard().button('resume').click();
    await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(step + 10);
    await workbench().lens('Stop').click();
    await expect.poll(() => dashboard().state(), settled).toBe('stopped');
    await expect.poll(() => workbench().lenses, settled).toEqual(['▷ Train', expect.stringContaining('Resume')]);
  });

  test('the dashboard is drawn at least five times a second', async () => {
    await workbench().lens('▷ Train').click();
    await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(100);
    await expect.poll(() => dashboard().framesPerSecond(), settled).toBeGreaterThanOrEqual(5);
  });

  test('hidden behind another tab and shown again, the dashboard has what happened meanwhile', async () => {
    const step = await dashboard().step();
    await workbench().openFile('long.nn.yaml');
    await workbench().runCommand('View: Move Editor into Next Group');
    await expect.poll(() => workbench().statusBarStep(), settled).toBeGreaterThan(step + 200);
    await workbench().runCommand('Layerwise: Show Dashboard');
    await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(step + 200);
    await dashboard().button('stop').click();
    await expect.poll(() => dashboard().state(), settled).toBe('stopped');
  });

  test('the same model trains twice, to the same loss', async () => {
    await workbench().openFile('short.nn.yaml');
    const train = async (): Promise<number> => {
      const before = await dashboard().run();
      await workbench().lens('▷ Train').click();
      await expect.poll(() => dashboard().run(), settled).not.toBe(before);
      await expect.poll(() => dashboard().state(), settled).toBe('finished');
      expect(await dashboard().name()).toBe('short-run');
      expect(await dashboard().step()).toBe(200);
      return dashboard().figure('val-loss');
    };
    const first = await train();
    expect(first).toBeLessThan(Math.log(2));
    expect(await train()).toBe(first);
  });
});
