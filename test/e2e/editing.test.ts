import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Session } from './session';

const quickModel = `name: quick
data: {source: moons, samples: 200}
model:
  - Linear: 8
  - ReLU
  - Linear: 2
loss: CrossEntropyLoss
train: {steps: 50}
`;
/** Two classes, ten labels; and a window that is larger than the image. */
const cannotBe = `name: cannot-be
data: {file: ./digits.csv, target: digit, shape: [1, 8, 8]}
model:
  - Conv2d: {out_channels: 4, kernel_size: 11}
  - Flatten
  - Linear: 10
loss: CrossEntropyLoss
`;

const settled = { timeout: 90_000, interval: 200 };
let session: Session;
const workbench = () => session.workbench;

beforeAll(async () => {
  session = await Session.start({ files: { 'quick.nn.yaml': quickModel, 'cannot-be.nn.yaml': cannotBe } });
  await workbench().openFile('digits.nn.yaml');
});
afterAll(() => session.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await workbench().shoot(`failed ${task.name}`);
});

test('a typo shows at its line and column while it is typed, and goes when it goes', async () => {
  const { number } = await workbench().lineWith('- Linear: 10');
  await workbench().goTo(number, '  - Line'.length + 1);
  await workbench().press('Delete', 'e', 'Escape');
  await expect
    .poll(
      () =>
        workbench()
          .lineWith('- Lineer: 10')
          .then((line) => line.number),
      settled,
    )
    .toBe(number);
  // Before the panel opens, which may cover the line.
  await expect.poll(() => workbench().locator('.squiggly-error').count(), settled).toBeGreaterThan(0);
  await expect.poll(async () => (await workbench().problems()).join('\n'), settled).toMatch(new RegExp(`Lineer[^]*Linear[^]*Ln ${number}, Col 5`));
  expect(session.read('digits.nn.yaml')).not.toContain('Lineer');
  await workbench().goTo(number);
  await workbench().shoot('a typo');

  await workbench().goTo(number, '  - Linee'.length + 1);
  await workbench().press('Backspace', 'a', 'Escape');
  // A hint of the diagnosis stays: the biases before BatchNorm2d.
  await expect.poll(async () => (await workbench().problems()).join('\n'), settled).not.toMatch(/Lineer/);
});

test('completion offers the layers, with what they are', async () => {
  const { number, text } = await workbench().lineWith('- Flatten');
  await workbench().goTo(number, text.indexOf('→') > 0 ? '  - Flatten'.length + 1 : text.length + 1);
  await workbench().press('Enter');
  await workbench().type('- AvgP');
  await workbench().press('Control+Space');
  const suggestion = workbench().locator('.suggest-widget.visible .monaco-list-row', { hasText: /^AvgPool2d/ });
  await suggestion.waitFor();
  await workbench().shoot('completion');
  await workbench().press('Tab', 'Escape');
  await expect
    .poll(
      () =>
        workbench()
          .lineWith('- AvgPool2d')
          .then((line) => line.number),
      settled,
    )
    .toBe(number + 1);
  await workbench().runCommand('File: Revert File');
});

test('a hover explains a layer: what it computes, its arguments, its shapes', async () => {
  const { number } = await workbench().lineWith('- Conv2d');
  await workbench().goTo(number, '  - Conv'.length);
  await workbench().press('Control+K', 'Control+I');
  const hover = workbench().locator('.monaco-hover:not(.hidden)', { hasText: 'Conv2d' }).first();
  // What stands on the line as a hint is shown at once, the layer's documentation after it.
  await expect.poll(() => hover.innerText(), settled).toMatch(/kernel_size[^]*padding/);
  await workbench().shoot('hover');
  await workbench().press('Escape');
});

test('a model that cannot be is refused with one message, and the run before it stays', async () => {
  const { dashboard } = workbench();
  await workbench().openFile('quick.nn.yaml');
  await workbench().runCommand('Layerwise: Train');
  await expect.poll(() => dashboard.state(), settled).toBe('finished');

  await workbench().openFile('cannot-be.nn.yaml');
  await workbench().runCommand('Layerwise: Train');
  await workbench().notifications.first().waitFor();
  const messages = await workbench().notifications.allInnerTexts();
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatch(/conv2d1[^]*11[^]*8/);
  // Before the panel opens, which may cover the line.
  await expect.poll(() => workbench().locator('.squiggly-error').count(), settled).toBeGreaterThan(0);
  await expect.poll(async () => (await workbench().problems()).join('\n'), settled).toMatch(/conv2d1[^]*Ln 4, Col \d+/);
  await workbench().shoot('refused');
  expect([await dashboard.name(), await dashboard.state(), await dashboard.step()]).toEqual(['quick', 'finished', 50]);
});
