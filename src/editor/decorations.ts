import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import type { Runs } from '../run/runs';
import { byLine } from './layerLines';
import { liveValuesByEntry, liveValuesOfLine } from './liveValues';
import { endOfLine, isModelFile, type ModelDocuments } from './modelDocuments';

/** Five times a second: a person reads no faster, and every update lays the lines out anew. */
const UPDATE_INTERVAL_MS = 200;

/** Live values behind the lines of the layers, in every editor that shows the file of a run. */
export class LiveDecorations implements Disposable {
  private readonly owned = new Disposables();
  private readonly updates = this.owned.add(new Throttle(UPDATE_INTERVAL_MS, () => this.update()));
  private readonly values = this.owned.add(
    vscode.window.createTextEditorDecorationType({
      after: { margin: '0 0 0 1.5em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
      // They belong behind what is typed at the end of the line.
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
    }),
  );

  constructor(
    private readonly runs: Runs,
    private readonly documents: ModelDocuments,
  ) {
    this.owned.add(runs.onDidChange(() => this.updates.trigger()));
    this.owned.add(runs.onDidChangeList(() => this.updates.trigger()));
    this.owned.add(documents.onDidAnalyse(() => this.updates.trigger()));
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => this.updates.trigger()));
    this.updates.trigger();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private update(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (isModelFile(editor.document)) editor.setDecorations(this.values, this.optionsFor(editor.document));
    }
  }

  private optionsFor(document: vscode.TextDocument): vscode.DecorationOptions[] {
    const now = this.runs.of(document.uri.toString())?.store?.run.now;
    if (!now) return [];
    const places = this.documents.places(document);
    const texts = liveValuesByEntry(now.layers, places);
    const lines = byLine(places, (offset) => document.positionAt(offset).line);
    return [...lines.values()].flatMap((entries) => {
      const contentText = liveValuesOfLine(entries, texts);
      const end = endOfLine(document, entries[entries.length - 1]);
      return contentText ? [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText } } }] : [];
    });
  }
}
