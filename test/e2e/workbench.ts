import type { FrameLocator, Locator, Page } from 'playwright-core';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Dashboard } from './dashboard';

/** A line of the active editor as it is shown: its number, its text with the inlay hints in it, and what decorations append. */
export interface ShownLine {
  number: number;
  text: string;
  after: string;
}

/** By the class that the workbench then has. */
const themes = { vs: 'Light 2026', 'vs-dark': 'Dark 2026', 'hc-black': 'Dark High Contrast', 'hc-light': 'Light High Contrast' };
export type ThemeKind = keyof typeof themes;

/** VS Code's window as a person sees it. */
export class Workbench {
  constructor(private readonly page: Page) {}

  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.sidebar .monaco-list-row').first().waitFor();
  }

  /** Opens a file beside the others in the first group, whatever has the focus. */
  async openFile(name: string): Promise<void> {
    if (await this.editor.isVisible()) await this.focusEditor();
    await this.page.keyboard.press('Control+P');
    await this.pick(name, name);
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** Runs a command from the palette, by the keyboard alone. */
  async runCommand(title: string, palette: 'closes' | 'stays open' = 'closes'): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.pick(`>${title}`, title, palette);
  }

  /** Answers the open palette by an entry's exact label; something else may open in its place. */
  async answer(label: string, palette: 'closes' | 'stays open' = 'closes'): Promise<void> {
    await this.page.locator('.quick-input-widget input').waitFor();
    await this.pick(label, label, palette);
  }

  /** Takes the path that the open file dialog proposes. */
  async accept(path: RegExp): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    await expect.poll(() => input.inputValue(), { timeout: 30_000 }).toMatch(path);
    // The dialog looks into the folder before it takes an answer.
    await this.page.locator('.quick-input-widget .monaco-list-row').first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Chooses, by keys, the entry of the open palette that says exactly `label`; the focused one if no label is given. */
  private async pick(query: string, label?: string, palette: 'closes' | 'stays open' = 'closes'): Promise<void> {
    await this.page.locator('.quick-input-widget input').fill(query);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    if (label) {
      const indexOf = async (row: Locator): Promise<number> => Number(await row.getAttribute('data-index'));
      const wanted = rows.filter({ has: this.page.getByText(label, { exact: true }) }).first();
      await wanted.waitFor();
      for (let ahead = (await indexOf(wanted)) - (await indexOf(this.page.locator('.quick-input-list .monaco-list-row.focused'))); ahead > 0; ahead--)
        await this.page.keyboard.press('ArrowDown');
    }
    const chosen = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label });
    await chosen.waitFor();
    await this.page.keyboard.press('Enter');
    await (palette === 'closes' ? this.page.locator('.quick-input-widget') : chosen).waitFor({ state: 'hidden' });
  }

  /** Switches the theme and waits until the window wears it. */
  async wear(kind: ThemeKind): Promise<void> {
    // A dashboard would take the focus back after the palette has closed, and the question after it would close too.
    if (await this.editor.isVisible()) await this.focusEditor();
    await this.runCommand('Preferences: Color Theme', 'stays open');
    await this.pick(themes[kind], themes[kind]);
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /** The tab goes without a word to what runs in it. */
  close(): Promise<void> {
    return this.page.close({ runBeforeUnload: false });
  }

  /** Files that the extension keeps in this browser, by their paths. */
  browserFiles(): Promise<string[]> {
    return this.page.evaluate(
      () =>
        new Promise<string[]>((resolve, reject) => {
          const opening = indexedDB.open('layerwise');
          opening.onerror = () => reject(new Error('There is no such database.'));
          opening.onsuccess = () => {
            const keys = opening.result.transaction('files').objectStore('files').getAllKeys();
            keys.onsuccess = () => {
              opening.result.close();
              resolve(keys.result.map(String));
            };
          };
        }),
    );
  }

  /** Reloads the window as a user does: VS Code saves its state before it goes. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.ready();
  }

  get editor(): Locator {
    return this.page.locator('.editor-instance .monaco-editor[role="code"]').first();
  }

  lens(title: string): Locator {
    return this.editor.locator('.codelens-decoration a', { hasText: title });
  }

  get lenses(): Promise<string[]> {
    return this.editor.locator('.codelens-decoration a').allTextContents();
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** The step that the status bar tells of the run. */
  async statusBarStep(): Promise<number> {
    return Number(/step ([\d,]+)/.exec(await this.statusBarItem(/step [\d,]+ \//).innerText())?.[1].replaceAll(',', ''));
  }

  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-toast');
  }

  /** What stands in the Problems view, which this brings up: a file, then its problems. */
  async problems(): Promise<string[]> {
    if (!(await this.page.locator('.markers-panel').isVisible())) await this.runCommand('Problems: Focus on Problems View');
    return this.page.locator('.markers-panel .monaco-list-row').allInnerTexts();
  }

  /** Puts the cursor into the text editor, which then has the keyboard. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+G');
    await this.pick(`:${line}:${column}`);
    await this.statusBarItem(`Ln ${line}, Col ${column}`).waitFor();
  }

  private async focusEditor(): Promise<void> {
    await this.editor.locator('.native-edit-context, .inputarea').first().focus();
  }

  /** Types into the editor at the cursor. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The lines in view. */
  lines(): Promise<ShownLine[]> {
    return this.editor.evaluate((editor) => {
      const topOf = (element: Element): string => (element as HTMLElement).style.top;
      const numbers = new Map(
        [...editor.querySelectorAll('.margin-view-overlays > div')].map((margin) => [topOf(margin), Number(margin.textContent)]),
      );
      return [...editor.querySelectorAll('.view-lines > .view-line')]
        .map((line) => ({
          number: numbers.get(topOf(line)) ?? 0,
          text: line.textContent.replaceAll('\u00a0', ' '),
          after: [...line.querySelectorAll('span')]
            .map((span) => getComputedStyle(span, '::after').content)
            .filter((content) => content.startsWith('"'))
            .map((content) => String(JSON.parse(content)))
            .join(''),
        }))
        .sort((a, b) => a.number - b.number);
    });
  }

  /** The first line in view that holds `text`. */
  async lineWith(text: string): Promise<ShownLine> {
    const line = (await this.lines()).find((shown) => shown.text.includes(text));
    if (!line) throw new Error(`No line in view has ${text}.`);
    return line;
  }

  /** Number of the line that the cursor is on, with or without the focus. */
  async cursorLine(): Promise<number> {
    return Number(await this.editor.locator('.line-numbers.active-line-number').innerText());
  }

  /** The rows of the view of runs, as they read. */
  runRows(): Promise<string[]> {
    return this.page.locator('.pane-body [role="treeitem"]').filter({ hasText: /·/ }).allInnerTexts();
  }

  get dashboard(): Dashboard {
    return new Dashboard(this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame'));
  }

  /** The page of a rendered Markdown document. */
  get preview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready[src*="vscode.markdown-language-features"]').frameLocator('iframe#active-frame');
  }

  async closeTab(title: string): Promise<void> {
    const tab = this.page.locator('.tab', { hasText: title });
    await tab.click({ button: 'middle' });
    await tab.waitFor({ state: 'detached' });
  }

  /** Saves what is to be seen under shots/, for a person to look at. */
  async shoot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(import.meta.dirname, 'shots', `${name}.png`) });
  }

  locator(selector: string, options?: Parameters<Page['locator']>[1]): Locator {
    return this.page.locator(selector, options);
  }
}
