import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { MODEL_FILES } from '../ids';
import type { ModelDocuments } from './modelDocuments';
import { formatOutline } from './layerLines';

/** Behind each layer's line: the shape of its output and its number of parameters. */
export class ShapeHints implements vscode.InlayHintsProvider, Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeInlayHints = this.changed.event;

  constructor(private readonly documents: ModelDocuments) {
    this.owned.add(documents.onDidAnalyse(() => this.changed.fire()));
    this.owned.add(vscode.languages.registerInlayHintsProvider(MODEL_FILES, this));
  }

  provideInlayHints(document: vscode.TextDocument, visible: vscode.Range): vscode.InlayHint[] {
    return this.documents.places(document).flatMap(({ name, range, outline }) => {
      const { end } = document.lineAt(document.positionAt(range.start)).range;
      if (!outline || !visible.contains(end)) return [];
      const hint = new vscode.InlayHint(end, formatOutline(outline));
      hint.paddingLeft = true;
      hint.tooltip = new vscode.MarkdownString(`\`${name}\`: shape of its output for one sample, and number of its parameters`);
      return [hint];
    });
  }

  dispose(): void {
    this.owned.dispose();
  }
}
