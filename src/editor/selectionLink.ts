import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import type { Runs } from '../run/runs';
import type { Dashboard } from '../view/dashboard';
import { attempt } from './attempt';
import { entryName } from './layerLines';
import { endOfEntry, isModelFile, type ModelDocuments } from './modelDocuments';

/** The cursor's line and the dashboard's selected row are one thing: moving one moves the other. */
export class SelectionLink implements Disposable {
  private readonly owned = new Disposables();
  private readonly follow = this.owned.add(new Throttle(100, () => this.followCursor()));

  constructor(
    private readonly runs: Runs,
    private readonly documents: ModelDocuments,
    private readonly dashboard: Dashboard,
  ) {
    this.owned.add(vscode.window.onDidChangeTextEditorSelection(() => this.follow.trigger()));
    this.owned.add(
      dashboard.onDidReceive((message) => {
        if (message.type === 'select') void attempt(() => this.reveal(message.layer));
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  private followCursor(): void {
    const editor = vscode.window.activeTextEditor;
    if (!editor || !isModelFile(editor.document) || editor.document.uri.toString() !== this.runs.shown?.uri) return;
    const entry = this.documents.layerAt(editor.document, editor.selection.active);
    const { selectedLayer } = this.dashboard;
    // Copies that `Repeat` makes share a line: the one selected by hand stays selected.
    if (selectedLayer && entryName(selectedLayer) === entry) return;
    const layers = this.runs.shown.store?.run.layers.map(({ name }) => name) ?? [];
    this.dashboard.select(layers.find((name) => name === entry) ?? layers.find((name) => entryName(name) === entry));
  }

  /** Selects a layer's line. The focus stays in the dashboard, so that the arrow keys go on to the next row. */
  private async reveal(layer: string): Promise<void> {
    const run = this.runs.shown;
    if (!run) return;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(run.uri));
    const places = this.documents.places(document);
    const place = places.find(({ name }) => name === layer) ?? places.find(({ name }) => name === entryName(layer));
    if (!place) return;
    const start = document.positionAt(place.range.start);
    const viewColumn = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn ?? vscode.ViewColumn.One;
    const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true });
    // The cursor stands at the layer's start, so that following it leads back to this layer.
    editor.selection = new vscode.Selection(endOfEntry(document, place), start);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.dashboard.select(layer);
  }
}
