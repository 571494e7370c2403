import * as vscode from 'vscode';
import { MODEL_FILES } from '../ids';
import { hoverAt } from '../model/language/hover';
import { toRange } from './diagnostics';

/** What the language says of the word under the pointer. */
export function registerHover(): vscode.Disposable {
  return vscode.languages.registerHoverProvider(MODEL_FILES, {
    provideHover(document, position) {
      const hover = hoverAt(document.getText(), document.offsetAt(position));
      return hover && new vscode.Hover(new vscode.MarkdownString(hover.markdown), toRange(document, hover.range));
    },
  });
}
