import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { repository, Session } from './session';

// Each group is one sitting: a test goes on where the one before it left the window.

/** Its loss makes shares of the outputs by itself. */
const doubled = `name: doubled
data: {source: moons, samples: 500, noise: 0.1, validation: 0.2}
model:
  - Linear: 16
  - ReLU
  - Linear: 2
  - Softmax  # once too often
loss: CrossEntropyLoss
optimizer: {Adam: {lr: 0.01}}
train: {steps: 400}
`;

/** Long enough to be halted on its way. */
const halted = doubled.replace('name: doubled', 'name: halted').replace('steps: 400', 'steps: 8000');

/** The example, trained for longer than any test looks. */
const deep = readFileSync(join(repository, 'examples', 'vanishing.nn.yaml'), 'utf8')
  .replace('epochs: 30', 'epochs: 100000')
  .replace('name: vanishing-gradients', 'name: deep');

const settled = { timeout: 90_000, interval: 200 };
let session: Session;
const workbench = () => session.workbench;
const dashboard = () => session.workbench.dashboard;

beforeAll(async () => {
  session = await Session.start({ files: { 'doubled.nn.yaml': doubled, 'halted.nn.yaml': halted, 'deep.nn.yaml': deep } });
});
afterAll(() => session.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await workbench().shoot(`failed ${task.name}`);
});

const problems = async (): Promise<string> => (await workbench().problems()).join('\n');

/** Puts the cursor on a word and opens what can be done there. */
async function openQuickFixes(line: number, column: number): Promise<string[]> {
  await workbench().goTo(line, column);
  const rows = workbench().locator('.action-widget .monaco-list-row.action');
  // New problems on the line at that very moment take the menu away.
  const open = async (): Promise<number> => {
    if ((await rows.count()) === 0) await workbench().press('Control+.');
    return rows.count();
  };
  await expect.poll(open, { ...settled, interval: 2000 }).toBeGreaterThan(0);
  return rows.allInnerTexts();
}

describe('before training', () => {
  test('what the file says is wrong is a problem at its place, with a sign in the gutter', async () => {
    await workbench().openFile('doubled.nn.yaml');
    await expect.poll(() => workbench().locator('.squiggly-warning, .squiggly-error').count(), settled).toBeGreaterThan(0);
    await workbench().locator('.glyph-margin-widgets .cgmr').first().waitFor();
    await expect.poll(problems, settled).toMatch(/output-activation-mismatch[^]*Ln 7, Col 5/);
    await workbench().shoot('a finding before training');
  });

  test('the link at its rule opens the explanation', async () => {
    await workbench().locator('.markers-panel a', { hasText: 'output-activation-mismatch' }).first().click();
    const preview = workbench().preview;
    await preview.locator('h1').waitFor();
    await expect.poll(() => preview.locator('body').innerText(), settled).toMatch(/What it means[^]*The numbers[^]*What to do[^]*Reference/);
    await workbench().shoot('an explanation');
  });

  test('the quick fix takes the layer out, and the problem goes', async () => {
    await workbench().openFile('doubled.nn.yaml');
    const actions = await openQuickFixes(7, 6);
    await workbench().shoot('quick fixes');
    expect(actions.join('\n')).toMatch(/Softmax[^]*Explain/);
    await workbench().press('Enter');
    await expect.poll(async () => (await workbench().lines()).some(({ text }) => text.includes('Softmax')), settled).toBe(false);
    await expect.poll(problems, settled).not.toMatch(/output-activation-mismatch/);
  });
});

describe('measured fixes', () => {
  const text = async (): Promise<string> => (await workbench().lines()).map((line) => line.text).join('\n');
  const measure = async (): Promise<void> => {
    await dashboard().button('tryFixes').click();
    await expect.poll(() => dashboard().trials.getAttribute('data-state'), settled).toBe('done');
  };

  test('of a finished run: ranked in the dashboard, and applied to its file by one click', async () => {
    await workbench().openFile('doubled.nn.yaml');
    await workbench().press('Control+Z');
    await expect.poll(text, settled).toMatch(/Softmax/);
    await workbench().lens('▷ Train').click();
    await expect.poll(() => dashboard().state(), settled).toBe('finished');
    const run = await dashboard().run();
    await measure();
    await expect.poll(() => dashboard().trials.innerText(), settled).toMatch(/Best: remove Softmax[^]*the model as it is[^]*1\.[^]*remove Softmax/);
    await workbench().shoot('measured fixes');
    await dashboard().applyTrial('remove Softmax').click();
    await expect.poll(text, settled).not.toMatch(/Softmax/);
    expect([await dashboard().run(), await dashboard().state()]).toEqual([run, 'finished']);
  });

  test('of a run under way: one measured from the start begins anew', async () => {
    await workbench().openFile('halted.nn.yaml');
    await workbench().lens('▷ Train').click();
    await expect.poll(() => dashboard().name(), settled).toBe('halted');
    await dashboard().button('pause').click();
    await expect.poll(() => dashboard().state(), settled).toBe('paused');
    const run = await dashboard().run();
    await measure();
    expect(await dashboard().run()).toBe(run);
    await dashboard().applyTrial('remove Softmax (softmax1) (from the start)').click();
    await expect.poll(() => dashboard().run(), settled).not.toBe(run);
    await expect.poll(() => dashboard().state(), settled).toBe('running');
    expect(await text()).not.toMatch(/Softmax/);
    await dashboard().button('stop').click();
    await expect.poll(() => dashboard().state(), settled).toBe('stopped');
  });
});

describe('the deep example, while it trains', () => {
  const firstLayer = deep.split('\n').findIndex((line) => line.includes('- Linear')) + 1;
  let run: string | null;

  test('the first layers are said to get no gradient', async () => {
    await workbench().openFile('deep.nn.yaml');
    await workbench().lens('▷ Train').click();
    await expect.poll(() => dashboard().state(), settled).toBe('running');
    run = await dashboard().run();
    await expect.poll(problems, settled).toMatch(new RegExp(`vanishing-gradient[^]*Ln ${firstLayer}, Col 5`));
    await expect.poll(() => workbench().statusBarItem('deep').innerText(), settled).toMatch(/step [^]*· *1/);
    await workbench().goTo(firstLayer, 6);
    await workbench().shoot('a vanishing gradient');
  });

  test('a hover tells the numbers of the layer, and what can be done', async () => {
    await workbench().goTo(firstLayer, 6);
    await workbench().press('Control+K', 'Control+I');
    const hover = workbench().locator('.monaco-hover:not(.hidden)', { hasText: 'Vanishing gradient' }).first();
    await hover.locator('img[src^="data:image/svg+xml"]').first().waitFor();
    await expect.poll(() => hover.innerText(), settled).toMatch(/Vanishing gradient[^]*ReLU[^]*spread of its output[^]*gradient/);
    await workbench().shoot('hover with numbers');
    await workbench().press('Escape', 'Escape');
  });

  test('the quick fix edits the file, the run goes on with it, and the finding goes', async () => {
    await openQuickFixes(firstLayer, 6);
    await workbench().shoot('quick fixes of a vanishing gradient');
    await workbench().press('Enter');
    await expect.poll(async () => (await workbench().lines()).some(({ text }) => /^\s*- ReLU/.test(text)), settled).toBe(true);
    await expect.poll(() => dashboard().edits(), settled).toEqual([1]);
    await expect.poll(problems, settled).not.toMatch(/vanishing-gradient/);
    const step = await dashboard().step();
    await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(step + 200);
    expect(await dashboard().run()).toBe(run);
    expect(await problems()).not.toMatch(/vanishing-gradient/);
    expect(session.read('deep.nn.yaml')).toBe(deep);
    await workbench().shoot('after the quick fix');
  });

  test('in a light and in a dark theme', async () => {
    await workbench().goTo(firstLayer);
    await workbench().press('Control+Z');
    await expect.poll(problems, settled).toMatch(/vanishing-gradient/);
    await workbench().wear('vs');
    await workbench().goTo(firstLayer, 6);
    await workbench().press('Control+K', 'Control+I');
    await workbench().locator('.monaco-hover:not(.hidden) img[src^="data:image/svg+xml"]').first().waitFor();
    await workbench().shoot('findings vs');
    await workbench().press('Escape', 'Escape');
    await workbench().wear('vs-dark');
    await workbench().goTo(firstLayer, 6);
    await workbench().press('Control+K', 'Control+I');
    await workbench().locator('.monaco-hover:not(.hidden) img[src^="data:image/svg+xml"]').first().waitFor();
    await workbench().shoot('findings vs-dark');
    await workbench().press('Escape', 'Escape');
    await dashboard().button('stop').click();
    await expect.poll(() => dashboard().state(), settled).toBe('stopped');
  });
});
