import * as vscode from 'vscode';
import { disposable, Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import { VIEWS } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import type { Cursor, LayerCursor, RunStore } from '../run/runStore';
import { makeNonce, pageHtml } from './html';
import { isFromView } from './messages';
import type { ComparedRun, FromView, RunView, ToView } from './protocol';
import { labelOf } from './runItem';
import { comparedView, summaryView, tellApart } from './runViews';
import { packMessage } from './wire';

const UPDATE_INTERVAL_MS = 100;
/** How often the history of the selected layer goes on. */
const LAYER_INTERVAL_MS = 1000;
/** How often the curves of a compared run that still trains are sent again, with all the rest. */
const COMPARED_INTERVAL_MS = 2000;

/** How often the page hears that somebody feeds it. */
const ALIVE_INTERVAL_MS = 5000;

/** What is answered elsewhere. */
type Forwarded = Exclude<FromView, { type: 'ready' | 'time' | 'watch' }>;

/** The panel beside the editor. Its page owns nothing: it is told everything when it appears, and what is new while it is seen. */
export class Dashboard implements Disposable, vscode.WebviewPanelSerializer {
  private readonly owned = new Disposables();
  private readonly updates = this.owned.add(new Throttle(UPDATE_INTERVAL_MS, () => this.tell()));
  private readonly layerUpdates = this.owned.add(new Throttle(LAYER_INTERVAL_MS, () => this.tellLayer()));
  private readonly comparedUpdates = this.owned.add(new Throttle(COMPARED_INTERVAL_MS, () => void this.hydrate()));
  private readonly messages = this.owned.add(new vscode.EventEmitter<Forwarded>());
  /** What the user did in the panel. */
  readonly onDidReceive = this.messages.event;

  /** The row that is highlighted. */
  selectedLayer?: string;

  private panel?: vscode.WebviewPanel;
  /** The page listens; it is gone whenever the panel is hidden. */
  private isListening = false;
  /** Runs whose folders could not be read. */
  private readonly unreadable = new WeakSet<Run>();
  private told?: { store: RunStore; cursor: Cursor };
  /** The layer whose history the page shows. */
  private watched?: { runId: string; layer: string; told?: { store: RunStore; cursor: LayerCursor } };

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly runs: Runs,
  ) {
    this.owned.add(runs.onDidChange((run) => this.follow(run)));
    this.owned.add(runs.onDidChangeShown(() => void this.hydrate()));
    this.owned.add(runs.onDidChangeList(() => void this.hydrate()));
    this.owned.add(vscode.window.registerWebviewPanelSerializer(VIEWS.dashboard, this));
    this.owned.add(disposable(() => this.panel?.dispose()));
    const alive = setInterval(() => this.post({ type: 'alive' }), ALIVE_INTERVAL_MS);
    this.owned.add(disposable(() => clearInterval(alive)));
  }

  /** Opens the panel beside the editor, or brings it to the front where it is. */
  show(preserveFocus: boolean): void {
    if (this.panel) return this.panel.reveal(undefined, preserveFocus);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus };
    this.adopt(vscode.window.createWebviewPanel(VIEWS.dashboard, this.title, place, { enableFindWidget: false }));
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
    panel.title = this.title;
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
    if (message.type === 'time') return void this.tellPast(message.runId, message.step);
    if (message.type === 'watch') return this.watch(message);
    if (message.type !== 'ready') return this.messages.fire(message);
    this.isListening = true;
    void this.hydrate();
  }

  private get title(): string {
    const { shown } = this.runs;
    return shown ? `Layerwise: ${labelOf(shown.summary)}` : 'Layerwise';
  }

  private follow(run: Run): void {
    if (run === this.runs.shown) {
      this.updates.trigger();
      this.layerUpdates.trigger();
    } else if (this.runs.compared.includes(run)) this.comparedUpdates.trigger();
  }

  /** Tells everything anew, as soon as it is read; what is known at once is told at once. */
  private async hydrate(): Promise<void> {
    if (this.panel) this.panel.title = this.title;
    if (!this.isListening) return;
    this.told = undefined;
    const { shown, compared } = this.runs;
    const unread = [...(shown ? [shown] : []), ...compared].filter(({ store }) => !store);
    this.tell();
    if (unread.length === 0) return;
    await Promise.all(unread.map((run) => run.load().catch(() => this.unreadable.add(run))));
    this.told = undefined;
    this.tell();
  }

  private tell(): void {
    if (!this.isListening) return;
    const { shown } = this.runs;
    if (!shown) return this.post({ type: 'hydrate', compared: [] });
    const { store, summary } = shown;
    if (!store) {
      const reason = this.unreadable.has(shown) ? 'The history of this run cannot be read.' : undefined;
      return this.post({ type: 'hydrate', run: summaryView(summary, reason), selectedLayer: this.selectedLayer, compared: [] });
    }
    const { message, cursor } = store.since(this.told?.store === store ? this.told.cursor : undefined);
    this.told = { store, cursor };
    if (message.type === 'update') this.post({ ...message, message: noticeOf(shown, message.message) });
    else if (message.type === 'hydrate')
      this.post({ ...message, run: this.viewOf(shown, message.run), selectedLayer: this.selectedLayer, compared: this.compared() });
  }

  private viewOf(run: Run, view: RunView | undefined): RunView | undefined {
    return view && { ...view, name: labelOf(run.summary), message: noticeOf(run, view.message) };
  }

  private compared(): ComparedRun[] {
    const { shown } = this.runs;
    // One of them may have come on show meanwhile; it is not drawn beside itself.
    const compared = this.runs.compared.filter((run) => run !== shown);
    const names = tellApart([...compared, ...(shown ? [shown] : [])].map(({ summary }) => summary));
    return compared.flatMap(({ store }, index) => (store ? [comparedView(store, names[index], shown?.store)] : []));
  }

  private watch({ runId, layer }: Extract<FromView, { type: 'watch' }>): void {
    this.watched = layer === undefined ? undefined : { runId, layer };
    this.tellLayer();
  }

  private tellLayer(): void {
    const { watched } = this;
    const store = this.runs.shown?.store;
    if (!watched || store?.run.runId !== watched.runId) return;
    const { runId, layer, told } = watched;
    const { cursor, ...history } = store.layerSince(layer, told?.store === store ? told.cursor : undefined);
    watched.told = { store, cursor };
    if (told?.store === store && history.moments.length === 0 && history.normalisation.length === 0) return;
    this.post({ type: 'layer', runId, layer, ...history });
  }

  /** Every question is answered: the page asks nothing else until then. */
  private async tellPast(runId: string, step: number): Promise<void> {
    const store = await this.runs
      .get(runId)
      ?.load()
      .catch(() => undefined);
    const { snapshot, profile, layers } = store?.past(step) ?? { snapshot: undefined, profile: undefined, layers: [] };
    this.post({ type: 'past', runId, step, snapshot, profile, layers });
  }

  private post(message: ToView): void {
    if (this.isListening) void this.panel?.webview.postMessage(packMessage(message));
  }
}

/** What a run has to say while it trains; that another window has its buttons, where that is so. */
function noticeOf({ isActive, isElsewhere }: Run, message: string | undefined): string | undefined {
  return message ?? (isActive && isElsewhere ? 'Another window trains this run: it is paused and stopped there.' : undefined);
}
