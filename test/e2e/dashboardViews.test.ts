import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Session } from './session';

// One sitting: a test goes on where the one before it left the window.

const settled = { timeout: 90_000, interval: 200 };
let session: Session;
const workbench = () => session.workbench;
const dashboard = () => session.workbench.dashboard;
/** A file that was saved into the workspace, once it is there. */
async function saved(name: RegExp): Promise<Buffer> {
  const path = () => join(session.workspace, readdirSync(session.workspace).find((file) => name.test(file)) ?? 'nothing yet');
  await expect.poll(() => existsSync(path()) && readFileSync(path()).length > 0, settled).toBe(true);
  return readFileSync(path());
}

const twoFeatures = `name: plane
data: {source: moons, samples: 400, noise: 0.1, validation: 0.2}
model:
  - Linear: 8
  - BatchNorm1d
  - ReLU
  - Linear: 2
loss: CrossEntropyLoss
train: {steps: 150}
`;

beforeAll(async () => {
  session = await Session.start({ files: { 'plane.nn.yaml': twoFeatures } });
});
afterAll(() => session.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await workbench().shoot(`failed ${task.name}`);
});

test('the walkthrough has its four steps, and its first one opens an example', async () => {
  await workbench().runCommand('Welcome: Open Walkthrough...', 'stays open');
  await workbench().answer('Get Started with Layerwise');
  const page = workbench().locator('.gettingStartedContainer');
  for (const step of ['Open an example', 'Train it', 'Read the dashboard', 'Apply a fix'])
    await page.locator('.getting-started-step', { hasText: step }).first().waitFor();
  await workbench().shoot('walkthrough');
  await page.locator('a.button-link, .monaco-button', { hasText: 'Open the Example' }).first().click();
  await workbench().locator('.tab.active', { hasText: 'vanishing-2.nn.yaml' }).waitFor();
  await expect.poll(async () => (await workbench().lines()).map(({ text }) => text).join('\n'), settled).toContain('Sigmoid');
});

test('an example that is not saved trains', async () => {
  await workbench().lens('▷ Train').click();
  await expect.poll(() => dashboard().figure('last-loss'), settled).toBeGreaterThan(0);
  await expect.poll(() => dashboard().state(), settled).toBe('finished');
});

test('every view of a model of the plane has numbers', async () => {
  await workbench().openFile('plane.nn.yaml');
  await workbench().lens('▷ Train').click();
  await expect.poll(() => dashboard().name(), settled).toBe('plane');
  await expect.poll(() => dashboard().state(), settled).toBe('finished');
  await dashboard().layers();
  await dashboard().row('batchnorm1d1').click();
  await expect
    .poll(() => dashboard().panels(), settled)
    .toEqual(
      expect.arrayContaining([
        'loss',
        'score',
        'rate',
        'flow',
        'ladder',
        'update',
        'distribution',
        'histogram',
        'norm-mean',
        'norm-modes',
        'data-card',
        'graph',
        'boundary',
        'confusion',
        'unit-planes',
      ]),
    );
  for (const name of await dashboard().panels())
    await expect.poll(async () => (await dashboard().table(name)).length, { ...settled, message: name }).toBeGreaterThan(0);
  await workbench().shoot('plane views');
});

test('what the confusion counts is the validation split, and its diagonal is the accuracy', async () => {
  const rows = (await dashboard().table('confusion')).filter(([actual]) => actual === '0' || actual === '1');
  const counts = rows.map((row) => row.slice(1, 3).map(Number));
  expect(counts.flat().reduce((a, b) => a + b)).toBe(80);
  expect((counts[0][0] + counts[1][1]) / 80).toBeCloseTo(await dashboard().figure('val-score'), 5);
});

test('a chart is saved as CSV, PNG and SVG where the dialog says', async () => {
  await dashboard().save('loss', 'csv');
  await workbench().accept(/\/plane [^/]+\.csv$/);
  const { data } = Papa.parse<Record<string, number>>((await saved(/^plane .+\.csv$/)).toString(), {
    header: true,
    dynamicTyping: true,
    skipEmptyLines: true,
  });
  expect([data.length, data[0].step, data.at(-1)!.step]).toEqual([150, 1, 150]);
  expect(data.at(-1)!.validation).toBeCloseTo(await dashboard().figure('val-loss'), 5);
  await dashboard().save('flow', 'png');
  await workbench().accept(/\/plane [^/]+\.png$/);
  expect((await saved(/^plane .+\.png$/)).subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  await dashboard().save('flow', 'svg');
  await workbench().accept(/\/plane [^/]+\.svg$/);
  expect((await saved(/^plane .+\.svg$/)).toString()).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
});

test('a run is exported for TensorBoard into a folder of its own', async () => {
  await workbench().runCommand('Layerwise: Export Run to TensorBoard…', 'stays open');
  await workbench().locator('.quick-input-widget input[placeholder="Which run?"]').waitFor();
  // As the dashboard does where it had the focus before; the question waits for its answer.
  await dashboard().row('linear1').focus();
  await workbench().answer('plane', 'stays open');
  await workbench().accept(/\/$/);
  const folders = () =>
    readdirSync(session.workspace, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name.startsWith('plane '));
  await expect.poll(folders, settled).toHaveLength(1);
  const folder = join(session.workspace, folders()[0].name);
  await expect.poll(() => readdirSync(folder).join(), settled).toMatch(/^events\.out\.tfevents\.\d+/);
  await workbench().notifications.filter({ hasText: 'for TensorBoard' }).waitFor();
});

test('the pause of the view holds what is shown while training goes on', async () => {
  await workbench().openFile('plane.nn.yaml');
  await workbench().goTo(9, 16);
  await workbench().press('Shift+End');
  await workbench().type('1000000}');
  await workbench().lens('▷ Train').click();
  await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(200);
  await dashboard().button('freeze').click();
  const statistics = () => dashboard().row('linear1').innerText();
  const frozen = await statistics();
  const step = await dashboard().step();
  await expect.poll(() => dashboard().step(), settled).toBeGreaterThan(step + 100);
  expect(await statistics()).toBe(frozen);
  await dashboard().button('thaw').click();
  await expect.poll(statistics, settled).not.toBe(frozen);
  await dashboard().button('stop').click();
});
