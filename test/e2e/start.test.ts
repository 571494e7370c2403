import { chromium } from 'playwright-core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { browserFlags, repository } from './session';
import { Workbench } from './workbench';

test.runIf(process.platform === 'linux')('npm start serves VS Code with the examples where there is no display, until Ctrl+C', async () => {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const start = spawn(process.execPath, [join(repository, 'scripts', 'start.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(start, 'exit');
  let printed = '';
  start.stdout.on('data', (chunk) => (printed += String(chunk)));
  try {
    await expect.poll(() => printed, { timeout: 90_000 }).toMatch(/http:\S+/);
    const browser = await chromium.launch({ executablePath: findBrowser(), args: browserFlags });
    const page = await browser.newPage();
    page.setDefaultTimeout(90_000);
    await page.goto(/http:\S+/.exec(printed)![0]);
    const workbench = new Workbench(page);
    await workbench.ready();
    await workbench.openFile('moons.nn.yaml');
    await workbench.lens('▷ Train').waitFor();
    await browser.close();
  } finally {
    start.kill('SIGINT');
  }
  expect(await ended).toEqual([0, null]);
});
