import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Recording } from '../../bench/recording';
import type { FromView } from '../../src/view/protocol';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import { RawRun } from './rawRun';
import { browserFlags, repository } from './session';

export const THEMES = ['light', 'dark', 'hc', 'hc-light'] as const;
export type ThemeName = (typeof THEMES)[number];

/** A number, null where it is not finite, undefined where there is none, or a text. */
export type Value = number | string | null | undefined;

export interface Numbers {
  columns: string[];
  rows: Value[][];
}

/** So high that every view is on screen: one that is not is not painted. */
const ALL = { width: 1200, height: 12_000 };

/** Trains what the page is to play, where that was not done with this trainer. */
export function recordRuns(): void {
  const { status } = spawnSync(process.execPath, [join(repository, 'scripts', 'bench.mjs'), 'record'], { cwd: repository, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The runs could not be recorded.');
}

export function rawRun(name: string): RawRun {
  return new RawRun(JSON.parse(readFileSync(join(repository, 'dist', 'recordings', `${name}.json`), 'utf8')) as Recording);
}

/** A browser on the page without VS Code. */
export class PageBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Awaited<ReturnType<typeof serve>>,
  ) {}

  static async start(): Promise<PageBrowser> {
    return new PageBrowser(await chromium.launch({ executablePath: findBrowser(), args: browserFlags }), await serve());
  }

  /** Opens webview/dev.html and waits until it is painted. */
  async open(query: Record<string, string>, viewport = ALL): Promise<DashboardPage> {
    const context = await this.browser.newContext({ viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) errors.push(message.text());
    });
    await page.goto(`${this.server.url}/webview/dev.html?${new URLSearchParams(query)}`);
    const dashboard = new DashboardPage(page, errors);
    await dashboard.painted();
    return dashboard;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

/** The dashboard in a plain browser. */
export class DashboardPage {
  constructor(
    readonly page: Page,
    /** What the browser complained of, what the content security policy refused among it. */
    readonly errors: readonly string[],
  ) {}

  /** Resolves when the run is on show, to its statistics. */
  async painted(): Promise<void> {
    await this.role('stats-step').getByText('step').waitFor();
  }

  /** Resolves when the history of a layer is on show. */
  async showsLayer(layer: string): Promise<void> {
    await this.panel('distribution').locator('h3', { hasText: layer }).waitFor();
    await this.page.locator('canvas[data-chart="distribution"]:not([data-empty])').waitFor();
  }

  /** A chart or another part of the page that has numbers of its own, by its class. */
  panel(name: string): Locator {
    return this.page.locator(`.panel.${name.replaceAll(' ', '.')}`);
  }

  role(name: string): Locator {
    return this.page.locator(`[data-role="${name}"]`);
  }

  /** A figure's exact value; undefined where there is none. */
  async figure(role: string): Promise<number | undefined> {
    const value = await this.role(role).getAttribute('data-value');
    return value === null ? undefined : Number(value);
  }

  /** The numbers of a chart as its table shows them: some of the rows, where there are many. */
  async table(name: string): Promise<Numbers> {
    const panel = this.panel(name);
    const toggle = panel.locator('[data-action="table"]').first();
    if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
    const read = await panel.locator('.chart-table table').evaluate((table: HTMLTableElement) => ({
      columns: [...table.tHead!.rows[0].cells].map(({ textContent }) => textContent),
      rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map(({ dataset, textContent }) => [dataset.value, textContent] as const)),
    }));
    const value = ([exact, text]: readonly [string | undefined, string]): Value =>
      exact === undefined ? (text === '–' ? undefined : text) : exact === 'NaN' ? null : Number(exact);
    return { columns: read.columns, rows: read.rows.map((row) => row.map(value)) };
  }

  /** All numbers of a chart as it saves them. */
  async csv(name: string): Promise<Numbers> {
    await this.panel(name).locator('[data-action="csv"]').first().click();
    const { data } = (await this.sent('export')).at(-1)!;
    const [columns, ...rows] = Papa.parse<string[]>(data, { skipEmptyLines: true }).data;
    // A number is written with its own digits; `1.0` is a text.
    const value = (text: string): Value => (text === '' ? undefined : text === 'NaN' ? null : String(Number(text)) === text ? Number(text) : text);
    return { columns, rows: rows.map((row) => row.map(value)) };
  }

  /** What the page has told its host. */
  async sent<Type extends FromView['type']>(type: Type): Promise<Extract<FromView, { type: Type }>[]> {
    const all = await this.page.evaluate(() => (window as unknown as { sent: FromView[] }).sent);
    return all.filter((message): message is Extract<FromView, { type: Type }> => message.type === type);
  }

  /** Names of the charts that are on the page, those of a measurement of fixes aside. */
  charts(): Promise<string[]> {
    return this.page.locator('canvas[data-chart]:visible').evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).dataset.chart!));
  }

  /** How many colours a chart is drawn in: an empty one has none. */
  colours(chart: string): Promise<number> {
    return this.page.locator(`canvas[data-chart="${chart}"]`).evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
  }

  async select(layer: string): Promise<void> {
    await this.row(layer).click();
    await expect.poll(() => this.row(layer).getAttribute('aria-current')).toBe('true');
  }

  row(layer: string): Locator {
    return this.page.locator(`.layer-strip tr[data-layer="${layer}"]`);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
