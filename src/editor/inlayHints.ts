import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { MODEL_FILES } from '../ids';
import { endOfEntry, type ModelDocuments } from './modelDocuments';
import { formatOutline, type Outline } from './layerLines';

/** Behind each layer: the shape of its output and its number of parameters. */
export class ShapeHints implements vscode.InlayHintsProvider, Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeInlayHints = this.changed.event;

  constructor(private readonly documents: ModelDocuments) {
    this.owned.add(documents.onDidAnalyse(() => this.changed.fire()));
    this.owned.add(vscode.languages.registerInlayHintsProvider(MODEL_FILES, this));
  }

  provideInlayHints(document: vscode.TextDocument, visible: vscode.Range): vscode.InlayHint[] {
    return this.documents.places(document).flatMap((place) => {
      const position = endOfEntry(document, place);
      return place.outline && visible.contains(position) ? [hintAt(position, place.name, place.outline)] : [];
    });
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function hintAt(position: vscode.Position, name: string, outline: Outline): vscode.InlayHint {
  const hint = new vscode.InlayHint(position, formatOutline(outline));
  hint.paddingLeft = true;
  hint.tooltip = new vscode.MarkdownString(`\`${name}\`: shape of its output for one sample, and number of its parameters`);
  return hint;
}
