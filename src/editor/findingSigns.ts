import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import type { ProblemLevel } from '../model/problem';
import type { Findings } from './findings';
import { isModelFile, type ModelDocuments } from './modelDocuments';
import { placesOf } from './placedFindings';

/** The worst first: a line has one sign. */
const LEVELS: readonly ProblemLevel[] = ['error', 'warning', 'hint'];

const RULER: Record<ProblemLevel, string> = {
  error: 'editorOverviewRuler.errorForeground',
  warning: 'editorOverviewRuler.warningForeground',
  hint: 'editorOverviewRuler.infoForeground',
};

/** A sign in the gutter beside every line where something was found. */
export class FindingSigns implements Disposable {
  private readonly owned = new Disposables();
  private readonly signs: Record<ProblemLevel, vscode.TextEditorDecorationType>;

  constructor(
    extensionUri: vscode.Uri,
    private readonly findings: Findings,
    documents: ModelDocuments,
  ) {
    const icon = (level: ProblemLevel, theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `finding-${level}-${theme}.svg`);
    const signOf = (level: ProblemLevel): vscode.TextEditorDecorationType =>
      this.owned.add(
        vscode.window.createTextEditorDecorationType({
          light: { gutterIconPath: icon(level, 'light') },
          dark: { gutterIconPath: icon(level, 'dark') },
          gutterIconSize: '75%',
          overviewRulerColor: new vscode.ThemeColor(RULER[level]),
          overviewRulerLane: vscode.OverviewRulerLane.Left,
        }),
      );
    this.signs = { error: signOf('error'), warning: signOf('warning'), hint: signOf('hint') };
    this.owned.add(findings.onDidChange(() => this.show()));
    this.owned.add(documents.onDidAnalyse(() => this.show()));
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => this.show()));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private show(): void {
    for (const editor of vscode.window.visibleTextEditors) if (isModelFile(editor.document)) this.sign(editor);
  }

  private sign(editor: vscode.TextEditor): void {
    const { document } = editor;
    const known = this.findings.of(document);
    // Of another text: the editor moves the signs along until that one is looked at.
    if (known && known.text !== document.getText()) return;
    const signed = new Set<number>();
    for (const level of LEVELS) {
      const places = (known?.findings ?? []).filter((finding) => finding.level === level).flatMap(placesOf);
      const lines = new Set(places.map(({ range }) => document.positionAt(range.start).line).filter((line) => !signed.has(line)));
      editor.setDecorations(
        this.signs[level],
        [...lines].map((line) => new vscode.Range(line, 0, line, 0)),
      );
      lines.forEach((line) => signed.add(line));
    }
  }
}
