import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DashboardPage, PageBrowser, recordRuns, THEMES } from './dashboardPage';

// Who reads the page with other eyes, without a mouse, on a narrow panel, or again.
let browser: PageBrowser;
beforeAll(async () => {
  recordRuns();
  browser = await PageBrowser.start();
}, 600_000);
afterAll(() => browser?.stop());

/** What axe finds wrong, in words. */
async function violations({ page }: DashboardPage): Promise<string[]> {
  // By the debugger, as the page's policy lets no other script in.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const { violations } = await checker.run({ exclude: ['iframe'] }, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`));
  });
  return found.slice(0, 20);
}

const RUNS = [
  { recording: 'healthy', layer: 'batchnorm2d1' },
  { recording: 'vanishing', layer: 'linear1.0' },
  { recording: 'overfitting', layer: 'relu1' },
];

describe.each(THEMES)('%s', (theme) => {
  test.each(RUNS)(
    '$recording: every chart is drawn, and axe finds no violation, with and without a selected layer, with all tables',
    async ({ recording, layer }) => {
      const dashboard = await browser.open({ recording, theme });
      expect(await violations(dashboard)).toEqual([]);
      await dashboard.select(layer);
      await dashboard.showsLayer(layer);
      const charts = await dashboard.charts();
      expect(charts).toEqual(expect.arrayContaining(['loss', 'score', 'flow', 'ladder', 'update', 'distribution', 'histogram']));
      for (const chart of charts) await expect.poll(() => dashboard.colours(chart), { message: chart, timeout: 30_000 }).toBeGreaterThan(3);
      for (const toggle of await dashboard.page.locator('[data-action="table"]:visible').all()) await toggle.click();
      expect(await violations(dashboard)).toEqual([]);
      expect(dashboard.errors).toEqual([]);
      await dashboard.close();
    },
  );
});

test('every control is reached with Tab, once around the page', async () => {
  const dashboard = await browser.open({ recording: 'healthy', layer: 'batchnorm2d1' });
  await dashboard.showsLayer('batchnorm2d1');
  const { page } = dashboard;
  // Of radio buttons the chosen one is reached, the others by arrows.
  const expected = await page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>('button, input, select, summary, a[href], vscode-button, vscode-checkbox, [tabindex]');
    const usable = [...controls].filter(
      (control) => control.tabIndex >= 0 && control.checkVisibility() && !control.matches(':disabled, [disabled], [type="radio"]:not(:checked)'),
    );
    usable.forEach((control, index) => (control.dataset.reachable = String(index)));
    return usable.length;
  });
  expect(expected).toBeGreaterThan(20);
  const reached = new Set<string>();
  for (let press = 0; press < 3 * expected && reached.size < expected; press++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.reachable);
    if (stop !== undefined) reached.add(stop);
  }
  const missed = await page.evaluate(
    (seen) =>
      [...document.querySelectorAll<HTMLElement>('[data-reachable]')]
        .filter(({ dataset }) => !seen.includes(dataset.reachable!))
        .map(({ outerHTML }) => outerHTML.slice(0, 120)),
    [...reached],
  );
  expect(missed).toEqual([]);
  await dashboard.close();
});

test('arrows move in the layer strip, Enter selects', async () => {
  const dashboard = await browser.open({ recording: 'healthy' });
  const { page } = dashboard;
  const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.layer);
  await dashboard.row('conv2d1').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('relu1');
  await page.keyboard.press('ArrowUp');
  expect(await focused()).toBe('batchnorm2d1');
  await page.keyboard.press('Enter');
  await expect.poll(() => dashboard.row('batchnorm2d1').getAttribute('aria-current')).toBe('true');
  expect((await dashboard.sent('select')).at(-1)).toEqual({ type: 'select', layer: 'batchnorm2d1' });
  await page.keyboard.press('End');
  expect(await focused()).toBe('linear1');
  await dashboard.close();
});

test('what the reader closed and chose is so again after a reload', async () => {
  const dashboard = await browser.open({ recording: 'vanishing' });
  const { page } = dashboard;
  const open = () => page.locator('details.section').evaluateAll((all) => all.map((section) => (section as HTMLDetailsElement).open));
  const logarithmic = () =>
    page
      .locator('.panel.loss vscode-checkbox, .panel.loss input[type="checkbox"]')
      .first()
      .evaluate((box) => (box as HTMLInputElement).checked);
  const [sections, isLogarithmic] = [await open(), await logarithmic()];
  await page.locator('details.section > summary').last().click();
  await page.locator('.panel.loss vscode-checkbox, .panel.loss input[type="checkbox"]').first().click();
  await expect.poll(open).toEqual(sections.map((isOpen, index) => (index === sections.length - 1 ? !isOpen : isOpen)));
  await page.reload();
  await dashboard.painted();
  expect(await open()).toEqual(sections.map((isOpen, index) => (index === sections.length - 1 ? !isOpen : isOpen)));
  expect(await logarithmic()).toBe(!isLogarithmic);
  await dashboard.close();
});

test.each(['healthy', 'vanishing', 'overfitting', 'tiny-batch'])(
  '%s fits a panel of 400 pixels: nothing makes the page scroll sideways',
  async (recording) => {
    const dashboard = await browser.open({ recording }, { width: 400, height: 14_000 });
    const wider = () =>
      dashboard.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        if (scrollWidth <= clientWidth) return [];
        return [...document.querySelectorAll<HTMLElement>('#app *')]
          .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
          .map(({ outerHTML }) => outerHTML.slice(0, 100));
      });
    await dashboard.page.locator('canvas[data-chart="distribution"]:not([data-empty])').waitFor();
    expect(await wider()).toEqual([]);
    for (const toggle of await dashboard.page.locator('[data-action="table"]:visible').all()) await toggle.click();
    expect(await wider()).toEqual([]);
    await dashboard.close();
  },
);
