import * as vscode from 'vscode';
import { disposable, Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import { VIEWS } from '../ids';
import type { RunController } from '../run/runController';
import type { Cursor } from '../run/runStore';
import { makeNonce, pageHtml } from './html';
import { isFromView } from './messages';
import type { FromView, ToView } from './protocol';

const UPDATE_INTERVAL_MS = 100;

/** The panel beside the editor. Its page owns nothing: it is told everything when it appears, and what is new while it is seen. */
export class Dashboard implements Disposable, vscode.WebviewPanelSerializer {
  private readonly owned = new Disposables();
  private readonly updates = this.owned.add(new Throttle(UPDATE_INTERVAL_MS, () => this.tell()));
  private readonly messages = this.owned.add(new vscode.EventEmitter<Exclude<FromView, { type: 'ready' }>>());
  /** What the user did in the panel. */
  readonly onDidReceive = this.messages.event;

  /** The row that is highlighted. */
  selectedLayer?: string;

  private panel?: vscode.WebviewPanel;
  /** The page listens; it is gone whenever the panel is hidden. */
  private isListening = false;
  private told?: Cursor;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly runs: RunController,
  ) {
    this.owned.add(runs.onDidChange(() => this.updates.trigger()));
    this.owned.add(vscode.window.registerWebviewPanelSerializer(VIEWS.dashboard, this));
    this.owned.add(disposable(() => this.panel?.dispose()));
  }

  /** Opens the panel beside the editor, or brings it to the front where it is. */
  show(preserveFocus: boolean): void {
    if (this.panel) return this.panel.reveal(undefined, preserveFocus);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus };
    this.adopt(vscode.window.createWebviewPanel(VIEWS.dashboard, 'Layerwise', place, { enableFindWidget: false }));
  }

  /** A panel of before the window was reloaded. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.panel?.dispose();
    this.adopt(panel);
    return Promise.resolve();
  }

  /** Highlights a layer's row. */
  select(layer: string | undefined): void {
    if (layer === this.selectedLayer) return;
    this.selectedLayer = layer;
    this.post({ type: 'select', layer });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.isListening = false;
    const { webview } = panel;
    const dist = vscode.Uri.joinPath(this.extensionUri, 'dist');
    const asset = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.onDidReceiveMessage((message) => this.receive(message));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.isListening = false;
    });
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.extensionUri, 'media', `dashboard-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    webview.html = pageHtml({
      title: panel.title,
      script: asset('webview.js'),
      style: asset('webview.css'),
      cspSource: webview.cspSource,
      nonce: makeNonce(),
    });
  }

  private receive(message: unknown): void {
    if (!isFromView(message)) return;
    if (message.type !== 'ready') return this.messages.fire(message);
    this.isListening = true;
    this.told = undefined;
    this.tell();
  }

  private tell(): void {
    if (!this.isListening) return;
    const { run } = this.runs;
    if (!run) return this.post({ type: 'hydrate' });
    const { message, cursor } = run.since(this.told);
    this.told = cursor;
    this.post(message.type === 'hydrate' ? { ...message, selectedLayer: this.selectedLayer } : message);
  }

  private post(message: ToView): void {
    if (this.isListening) void this.panel?.webview.postMessage(message);
  }
}
