import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { RULE_IDS, type RuleId } from '../diagnose/finding';
import { RULES } from '../diagnose/rules';
import { EXPLANATION_SCHEME } from '../ids';
import { labelOf } from '../view/runItem';
import { explain } from './explanation';
import type { Findings } from './findings';

/** Explanations of findings, as rendered Markdown: one of each rule and model file, kept up to date while it is open. */
export class Explanations implements vscode.TextDocumentContentProvider, Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;

  constructor(private readonly findings: Findings) {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(EXPLANATION_SCHEME, this));
    this.owned.add(findings.onDidChange((model) => this.refresh(model.uri)));
    this.owned.add(vscode.window.onDidChangeActiveColorTheme(() => this.refresh()));
  }

  provideTextDocumentContent({ query }: vscode.Uri): string {
    const search = new URLSearchParams(query);
    const rule = RULE_IDS.find((id) => id === search.get('rule'));
    if (!rule) return '# There is no such rule.\n';
    const model = search.get('model');
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === model);
    const known = document && this.findings.of(document);
    const finding = known?.findings.find((one) => one.rule === rule);
    const run = known?.run && labelOf(known.run.summary);
    return explain(rule, known && finding && { finding, among: known.findings, run }, isDarkTheme());
  }

  async show(rule: RuleId, model: string | undefined): Promise<void> {
    const query = new URLSearchParams({ rule, ...(model !== undefined && { model }) }).toString();
    const uri = vscode.Uri.from({ scheme: EXPLANATION_SCHEME, path: `/${RULES[rule].title}.md`, query });
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // The preview is an extension of its own that can be turned off.
      await vscode.window.showTextDocument(uri, { preview: true });
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private refresh(model?: vscode.Uri): void {
    const isOf = ({ query }: vscode.Uri): boolean => !model || new URLSearchParams(query).get('model') === model.toString();
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === EXPLANATION_SCHEME && isOf(uri)) this.changed.fire(uri);
  }
}

export const isDarkTheme = (): boolean =>
  [vscode.ColorThemeKind.Dark, vscode.ColorThemeKind.HighContrast].includes(vscode.window.activeColorTheme.kind);
