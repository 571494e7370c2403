import { execFileSync } from 'node:child_process';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findBrowser } from '../../scripts/browser.mjs';
import { startVsCode } from '../../scripts/vscodeServer.mjs';
import { Workbench } from './workbench';

export const repository = resolve(import.meta.dirname, '..', '..');

export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const LOCAL = '127.0.0.1';

/** A graphics card in software, which Chromium brings; else there is none for WebGPU. */
const gpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const flagsFor = (host: string): string[] => (host === LOCAL ? [] : [`--host-resolver-rules=MAP ${host} ${LOCAL}`]);

/** Whether the extension runs in the browser, as in VS Code for the Web, and not beside the server. */
export const isWeb = process.env.EXTENSION_HOST === 'web';

/** Says so in the settings of VS Code; else a server runs what it can itself. */
const webHost = { 'remote.extensionKind': { 'layerwise.layerwise': ['web'] } };

/** A real VS Code with the extension, a browser window on it, and a workspace of its own. */
export class Session {
  /** The window that was opened first. */
  workbench!: Workbench;

  private constructor(
    readonly workspace: string,
    private readonly vscode: Awaited<ReturnType<typeof startVsCode>>,
    private readonly host: string,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
  ) {}

  /**
   * Opens a copy of the examples, with `files` beside them. `extension` is the built repository or a packaged .vsix. `host` is what the browser
   * calls this machine: where that is none of its own names, the page counts as one that came over plain HTTP.
   */
  static async start({
    extension = repository,
    files = {},
    settings = {},
    gpu = false,
    host = LOCAL,
  }: {
    extension?: string;
    files?: Record<string, string>;
    settings?: Record<string, unknown>;
    gpu?: boolean;
    host?: string;
  } = {}): Promise<Session> {
    const workspace = mkdtempSync(join(tmpdir(), 'layerwise-examples-'));
    cpSync(join(repository, 'examples'), workspace, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
    // On the desktop nothing is saved by itself: what is seen of unsaved text has to be seen without the file.
    const vscode = await startVsCode({ extension, settings: { 'files.autoSave': 'off', ...(isWeb && webHost), ...settings } });
    const browser = await chromium.launch({ executablePath: findBrowser(), args: [...browserFlags, ...(gpu ? gpuFlags : []), ...flagsFor(host)] });
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    context.setDefaultTimeout(60_000);
    const session = new Session(workspace, vscode, host, browser, context);
    session.workbench = await session.openWindow();
    return session;
  }

  /** Another tab of the browser on the same workspace. */
  async openWindow(): Promise<Workbench> {
    const page = await this.context.newPage();
    const url = new URL(this.vscode.url(this.workspace));
    url.hostname = this.host;
    await page.goto(url.href);
    const workbench = new Workbench(page);
    await workbench.ready();
    return workbench;
  }

  read(file: string): string {
    return readFileSync(join(this.workspace, file), 'utf8');
  }

  /** Ends the process that the extension runs in, as a crash does. */
  killExtensionHost(): void {
    execFileSync('pkill', ['-KILL', '-g', String(this.vscode.group), '-f', 'type=extensionHost']);
  }

  /** Loses the graphics card, as by a driver that is reset. */
  async crashGpu(): Promise<void> {
    const devtools = await this.browser.newBrowserCDPSession();
    await devtools.send('Browser.crashGpuProcess');
    await devtools.detach();
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.vscode.stop();
    rmSync(this.workspace, { recursive: true, force: true });
  }
}
