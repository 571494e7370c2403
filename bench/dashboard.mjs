/* global document, MessageChannel, MutationObserver, window */
import { loadavg } from 'node:os';
import { spawnSync } from 'node:child_process';
import { readFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from './openPage.mjs';

// npm run build && npm run bench -- dashboard: the page in Chromium, told of recorded runs: first paint with a long history, what its thread is busy with
// while fifty layers train, bytes it is told. A report for people, and dist/dashboard.json.
const LOADS = 10;
const VIEWPORT = { width: 1000, height: 900 };
const missing = ['long', 'fifty-layers', 'healthy'].filter((name) => !existsSync(join('dist', 'recordings', `${name}.json`)));
if (missing.length > 0) spawnSync(process.execPath, ['scripts/bench.mjs', 'record', ...missing], { stdio: 'inherit' });

const { browser, url, stop } = await startBrowser();
const quantile = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))];
const summary = (numbers) => ({
  count: numbers.length,
  ...Object.fromEntries([50, 95, 99].map((percent) => [`p${percent}`, round(quantile(numbers, percent / 100))])),
  max: round(Math.max(...numbers)),
});
const round = (milliseconds) => Math.round(milliseconds * 10) / 10;

const result = { load: loadavg()[0], firstPaint: await firstPaint(), tasks: await tasks(), traffic: {} };
for (const recording of ['fifty-layers', 'healthy', 'long']) result.traffic[recording] = await traffic(recording);
result.loadAfter = loadavg()[0];
await stop();
mkdirSync('dist', { recursive: true });
writeFileSync(join('dist', 'dashboard.json'), JSON.stringify(result, undefined, 2));
console.log(`Load of the machine: ${result.load.toFixed(1)}, afterwards ${result.loadAfter.toFixed(1)}.`);
console.log('\nFirst paint with a history of 10,000 steps, milliseconds:');
console.table(result.firstPaint);
console.log('\nTasks of the page’s thread while 50 layers train, ten updates a second, every view scrolled to, milliseconds:');
console.table(result.tasks);
console.log('\nkB a second to the page, as JSON:');
console.table(result.traffic);

/** From the start of the navigation to the page’s question, and from the host’s answer to the first frame with curves and the end of the first round of painting. */
async function firstPaint() {
  const times = {
    'script (navigation to ready)': [],
    'first frame (hydrate to painted)': [],
    'both, without the host': [],
    'everything on screen': [],
  };
  for (let load = 0; load < LOADS; load++) {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.addInitScript(() => {
      window.addEventListener('message', ({ data }) => {
        if (data.type !== 'hydrate' || window.hydratedAt) return;
        window.hydratedAt = performance.now();
        const app = document.getElementById('app');
        const painted = (isSo, name) => {
          const observer = new MutationObserver(() => {
            if (!isSo()) return;
            observer.disconnect();
            // A message that is sent in a frame arrives after that frame is painted.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => (window[name] = performance.now());
            port2.postMessage(0);
          });
          observer.observe(app, { subtree: true, attributes: true, attributeFilter: ['data-paints', 'data-value'] });
        };
        const before = Number(app.dataset.paints ?? 0);
        painted(() => app.querySelector('[data-role="last-loss"][data-value]') !== null, 'firstAt');
        painted(() => Number(app.dataset.paints) > before, 'allAt');
      });
    });
    await page.goto(url({ recording: 'long' }));
    await page.waitForFunction(() => window.firstAt && window.allAt, undefined, { timeout: 60_000 });
    const at = await page.evaluate(() => ({
      ready: performance.getEntriesByName('ready')[0].startTime,
      hydrated: window.hydratedAt,
      first: window.firstAt,
      all: window.allAt,
    }));
    const [script, first, all] = [at.ready, at.first - at.hydrated, at.all - at.hydrated];
    [script, first, script + first, all].forEach((time, index) => Object.values(times)[index].push(time));
    await page.close();
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, { median: round(quantile(all, 0.5)), max: round(Math.max(...all)) }]));
}

/** Every task, as Chromium’s tracing has them: by the clock, and by the processor, which other programs do not lengthen. */
async function tasks() {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(url({ recording: 'fifty-layers', play: '', layer: 'batchnorm1d1.0' }));
  await page.locator('[data-role="last-loss"][data-value]').waitFor({ timeout: 60_000 });
  const trace = join('dist', 'dashboard-trace.json');
  await browser.startTracing(page, { path: trace, categories: ['toplevel', 'devtools.timeline', '__metadata'] });
  const views = await page.locator('.panel:visible').all();
  for (const view of views) {
    await view.evaluate((element) => element.scrollIntoView({ block: 'center' })).catch(() => undefined);
    await page.waitForTimeout(8000 / views.length);
  }
  await browser.stopTracing();
  await page.close();
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8'));
  // The page’s own process: that of the first script that came from it.
  const { pid, tid } = traceEvents.find(
    ({ name, args }) => name === 'EvaluateScript' || (name === 'FunctionCall' && args.data?.url?.includes('webview.js')),
  );
  const all = traceEvents.filter((event) => event.pid === pid && event.tid === tid && event.name.endsWith('RunTask') && event.dur !== undefined);
  const clock = all.map(({ dur }) => dur / 1000);
  const processor = all.flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]));
  const longest = (key) => {
    const windows = new Map();
    for (const event of all) {
      const window = Math.floor(event.ts / 100_000);
      windows.set(window, Math.max(windows.get(window) ?? 0, (event[key] ?? 0) / 1000));
    }
    return [...windows.values()];
  };
  return {
    'all, clock': summary(clock),
    'all, processor': summary(processor),
    'of 1 ms and more, clock': summary(clock.filter((time) => time >= 1)),
    'of 1 ms and more, processor': summary(processor.filter((time) => time >= 1)),
    'longest of each 100 ms, clock': summary(longest('dur')),
    'longest of each 100 ms, processor': summary(longest('tdur')),
  };
}

/** What a page is told of a run in ten seconds, every section open. */
async function traffic(recording) {
  const page = await browser.newPage({ viewport: { ...VIEWPORT, height: 6000 } });
  await page.addInitScript(() => {
    window.told = [];
    window.addEventListener('message', ({ data }) => {
      const parts = Object.entries(data).map(([key, value]) => [key, JSON.stringify(value)?.length ?? 0]);
      window.told.push({ at: performance.now(), type: data.type, size: JSON.stringify(data).length, parts });
    });
  });
  await page.goto(url({ recording, play: '' }));
  await page.locator('[data-role="state"][data-state="finished"]').waitFor({ timeout: 90_000 });
  const told = await page.evaluate(() => window.told.filter(({ type }) => type !== 'hydrate'));
  await page.close();
  const seconds = (told.at(-1).at - told[0].at) / 1000;
  const total = (of) => of.reduce((sum, { size }) => sum + size, 0) / 1000;
  const inSecond = Array.from({ length: Math.ceil(seconds) }, (_, second) =>
    total(told.filter(({ at }) => Math.floor((at - told[0].at) / 1000) === second)),
  );
  const heaviest = {};
  for (const { parts } of told) for (const [key, size] of parts) heaviest[key] = (heaviest[key] ?? 0) + size / 1000 / seconds;
  const named = Object.entries(heaviest)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6)
    .map(([key, rate]) => `${key} ${round(rate)}`);
  return { seconds: round(seconds), mean: round(total(told) / seconds), 'fullest second': round(Math.max(...inSecond)), 'of that': named.join(', ') };
}
