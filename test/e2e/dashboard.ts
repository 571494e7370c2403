import type { FrameLocator, Locator } from 'playwright-core';

/** The dashboard's page. It is found by the marks that webview/main.ts promises. */
export class Dashboard {
  constructor(private readonly frame: FrameLocator) {}

  private role(name: string): Locator {
    return this.frame.locator(`[data-role="${name}"]`);
  }

  /** Id of the run on show: another one for every Train. */
  async run(): Promise<string | null> {
    return this.frame.locator('#app').getAttribute('data-run');
  }

  async state(): Promise<string | null> {
    return this.role('state').getAttribute('data-state');
  }

  async step(): Promise<number> {
    return Number(await this.role('step').getAttribute('data-value'));
  }

  /** A figure's exact value; NaN while it is not known. */
  async figure(role: 'last-loss' | 'train-loss' | 'val-loss' | 'gap' | 'train-score' | 'val-score'): Promise<number> {
    return Number((await this.role(role).getAttribute('data-value')) ?? 'NaN');
  }

  /** What computes, and why that. */
  async engine(): Promise<{ name: string; reason: string | null }> {
    return { name: await this.role('engine').innerText(), reason: await this.role('engine').getAttribute('title') };
  }

  memory(): Promise<string> {
    return this.role('memory').innerText();
  }

  name(): Promise<string> {
    return this.role('name').innerText();
  }

  async failure(): Promise<string> {
    return this.role('failure').innerText();
  }

  button(
    command: 'train' | 'pause' | 'resume' | 'step' | 'stop' | 'freeze' | 'thaw' | 'now' | 'branch' | 'revert' | 'diff' | 'endComparison' | 'tryFixes',
  ): Locator {
    return this.frame.locator(`[data-command="${command}"]`);
  }

  get trials(): Locator {
    return this.role('trials');
  }

  /** The button that makes the edits of the best measured fix whose title has `title` in it. */
  applyTrial(title: string): Locator {
    return this.trials.locator('tr', { hasText: title }).first().locator('[data-command="applyTrial"]');
  }

  /** Names of the layers in the strip, from top to bottom. */
  async layers(): Promise<string[]> {
    // What is off screen is not painted.
    await this.frame.locator('.panel.layers').scrollIntoViewIfNeeded();
    return this.frame.locator('.layer-strip tr[data-layer]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-layer') ?? ''));
  }

  row(layer: string): Locator {
    return this.frame.locator(`.layer-strip tr[data-layer="${layer}"]`);
  }

  /** The line of the file that a layer's row leads to. */
  async lineOf(layer: string): Promise<number> {
    return Number(await this.row(layer).getAttribute('data-line'));
  }

  async selected(): Promise<string | null> {
    return this.frame.locator('.layer-strip tr[aria-current="true"]').getAttribute('data-layer');
  }

  /** Ids of the edits in the list, which this opens: the newest first. */
  async edits(): Promise<number[]> {
    const list = this.role('edits');
    if ((await list.getAttribute('open')) === null) await list.locator('summary').click();
    return this.frame.locator('[data-edit]').evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.edit)));
  }

  /** What an edit did: opens its row. */
  async openEdit(id: number): Promise<string> {
    await this.edits();
    await this.frame.locator(`[data-edit="${id}"] button`).first().click();
    const detail = this.frame.locator(`[data-role="edit-detail"][data-value="${id}"]`);
    await detail.waitFor();
    return detail.innerText();
  }

  /** The slider over the run's steps. */
  get time(): Locator {
    return this.role('time');
  }

  get pastBanner(): Locator {
    return this.role('past-banner');
  }

  get notice(): Locator {
    return this.role('notice');
  }

  get parent(): Locator {
    return this.role('parent');
  }

  /** A chart or another part of the page that has numbers of its own, by its class. */
  panel(name: string): Locator {
    return this.frame.locator(`.panel.${name}`);
  }

  /** Panels that have numbers and something to show, by their classes. */
  async panels(): Promise<string[]> {
    const classes = await this.frame
      .locator('.panel:has(.chart-actions)')
      .evaluateAll((panels) => panels.filter((panel) => panel.checkVisibility()).map(({ classList }) => [...classList].at(-1)!));
    return [...new Set(classes)];
  }

  /** The rows of a chart's table, which this opens: what each cell exactly is, or says. */
  async table(name: string): Promise<string[][]> {
    const panel = this.panel(name).first();
    await panel.scrollIntoViewIfNeeded();
    const toggle = panel.locator('[data-action="table"]').first();
    if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
    return panel
      .locator('.chart-table table')
      .first()
      .evaluate((table: HTMLTableElement) =>
        [...table.tBodies[0].rows].map((row) => [...row.cells].map(({ dataset, textContent }) => dataset.value ?? textContent)),
      );
  }

  /** Asks for a chart as a file. */
  async save(name: string, format: 'csv' | 'png' | 'svg'): Promise<void> {
    const button = this.panel(name).first().locator(`[data-action="${format}"]`);
    await button.scrollIntoViewIfNeeded();
    await button.click();
  }

  /** What is drawn on a chart, as a data URL of its image. */
  drawing(chart: 'loss' | 'score' | 'flow'): Promise<string> {
    return this.frame.locator(`canvas[data-chart="${chart}"]:not([data-empty])`).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  }

  async scrollTo(chart: 'loss' | 'flow'): Promise<void> {
    await this.frame.locator(`canvas[data-chart="${chart}"]`).scrollIntoViewIfNeeded();
  }

  /** How often the page is drawn, measured over two seconds. */
  framesPerSecond(): Promise<number> {
    return this.frame.locator('#app').evaluate(async (app: HTMLElement) => {
      const [paints, start] = [Number(app.dataset.paints), performance.now()];
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return ((Number(app.dataset.paints) - paints) / (performance.now() - start)) * 1000;
    });
  }
}
