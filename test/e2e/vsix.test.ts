import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository, Session } from './session';

const { name, version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { name: string; version: string };
const vsix = join(repository, `${name}-${version}.vsix`);
const settled = { timeout: 90_000, interval: 200 };
let session: Session;

beforeAll(async () => {
  expect(existsSync(vsix), `${vsix}, made by npm run package`).toBe(true);
  session = await Session.start({ extension: vsix });
});
afterAll(() => session.stop());

test('the packaged extension, installed as a user installs it, trains moons to the end', async () => {
  const { workbench } = session;
  await workbench.openFile('moons.nn.yaml');
  await workbench.lens('▷ Train').click();
  await expect.poll(() => workbench.dashboard.state(), settled).toBe('finished');
  expect(await workbench.dashboard.figure('val-score')).toBeGreaterThan(0.9);
  await workbench.shoot('moons from the package');
});
