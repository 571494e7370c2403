import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from './openPage.mjs';

// npm run record && npm run bench -- screens: the recorded runs as pictures, for somebody who is to tell from the charts alone what is wrong with each.
const RUNS = ['healthy', 'vanishing', 'exploding', 'dead-relu', 'overfitting', 'tiny-batch'];
/** The layer that a reader of the strip would look at. */
const LAYERS = { 'dead-relu': 'relu1', 'tiny-batch': 'batchnorm1d1', healthy: 'batchnorm2d1' };
const WIDTH = 1200;
const folder = join('dist', 'screens');

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const shuffled = RUNS.map((name) => ({ name, at: Math.random() })).sort((a, b) => a.at - b.at);
const { browser, url, stop } = await startBrowser();
for (const theme of ['dark', 'light'])
  for (const [index, { name }] of shuffled.entries()) await shoot(name, theme, `run-${'abcdef'[index]}-${theme}`);
await stop();
writeFileSync(join(folder, 'key.txt'), shuffled.map(({ name }, index) => `run-${'abcdef'[index]} ${name}\n`).join(''));
console.log(`${folder}: ${shuffled.length} runs in two themes, upper and lower part; key.txt says which is which.`);

async function shoot(recording, theme, file) {
  // Higher than the page, so that every view is on screen and painted.
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 9000 } });
  page.setDefaultTimeout(90_000);
  await page.goto(url({ recording, theme, blind: '', ...(LAYERS[recording] && { layer: LAYERS[recording] }) }));
  await page.locator('[data-role="stats-step"]').getByText('step').waitFor();
  await page.locator('canvas[data-chart="distribution"]:not([data-empty])').waitFor();
  await page.waitForTimeout(3000);
  const height = await page.locator('main').evaluate((main) => Math.ceil(main.getBoundingClientRect().bottom) + 16);
  const half = await page.locator('[data-section="layer"]').evaluate((section) => Math.floor(section.getBoundingClientRect().top));
  await page.screenshot({ path: join(folder, `${file}-upper.png`), clip: { x: 0, y: 0, width: WIDTH, height: half } });
  await page.screenshot({ path: join(folder, `${file}-lower.png`), clip: { x: 0, y: half, width: WIDTH, height: height - half } });
  await page.close();
}
