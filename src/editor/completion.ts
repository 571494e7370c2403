import * as vscode from 'vscode';
import { MODEL_FILES } from '../ids';
import { completionsAt, type Completion } from '../model/language/completion';
import { toRange } from './diagnostics';

const KINDS: Record<Completion['kind'], vscode.CompletionItemKind> = {
  key: vscode.CompletionItemKind.Property,
  argument: vscode.CompletionItemKind.Field,
  layer: vscode.CompletionItemKind.Class,
  choice: vscode.CompletionItemKind.EnumMember,
  word: vscode.CompletionItemKind.Value,
  name: vscode.CompletionItemKind.Variable,
};

/** Names of the language where they may stand. */
export function registerCompletion(): vscode.Disposable {
  const provideCompletionItems = (document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] =>
    completionsAt(document.getText(), document.offsetAt(position)).map((completion, i) => toItem(document, completion, i));
  return vscode.languages.registerCompletionItemProvider(MODEL_FILES, { provideCompletionItems }, ' ', ':', '-', '{', '[', ',');
}

function toItem(document: vscode.TextDocument, { label, kind, insert, range, documentation }: Completion, order: number): vscode.CompletionItem {
  const item = new vscode.CompletionItem(label, KINDS[kind]);
  item.insertText = new vscode.SnippetString(insert);
  item.range = toRange(document, range);
  item.documentation = new vscode.MarkdownString(documentation);
  // In the language's own order, not the alphabet's: what is required comes first.
  item.sortText = String(order).padStart(4, '0');
  return item;
}
