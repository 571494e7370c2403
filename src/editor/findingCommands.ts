import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { RULE_IDS, type RuleId } from '../diagnose/finding';
import { RULES } from '../diagnose/rules';
import { COMMANDS } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import type { Dashboard } from '../view/dashboard';
import { attempt } from './attempt';
import { toRange } from './diagnostics';
import type { Explanations } from './explanations';
import type { Findings } from './findings';
import type { Fixer } from './fixer';
import { isModelFile, type ModelDocuments } from './modelDocuments';
import { pick } from './pick';
import { placesOf } from './placedFindings';

/** What can be done about findings: from links, quick fixes, palette and dashboard. */
export class FindingCommands implements Disposable {
  private readonly owned = new Disposables();

  constructor(
    runs: Runs,
    private readonly documents: ModelDocuments,
    private readonly findings: Findings,
    private readonly fixer: Fixer,
    private readonly explanations: Explanations,
    dashboard: Dashboard,
  ) {
    const commands: Record<string, (...args: unknown[]) => unknown> = {
      [COMMANDS.explainFinding]: (rule, model) => this.explain(ruleOf(rule), typeof model === 'string' ? model : undefined),
      [COMMANDS.applyFix]: (model, rule, title, anew) => this.applyLinked(String(model), ruleOf(rule), String(title), anew === true),
    };
    for (const [command, act] of Object.entries(commands))
      this.owned.add(vscode.commands.registerCommand(command, (...args: unknown[]) => attempt(() => act(...args))));
    this.owned.add(
      dashboard.onDidReceive((message) => {
        if (message.type === 'explain') return void attempt(() => this.explain(message.rule, runs.shown?.uri));
        const run = 'runId' in message ? runs.get(message.runId) : undefined;
        if (!run) return;
        if (message.type === 'revealFinding') void attempt(() => this.reveal(run, message.rule, message.layer));
        else if (message.type === 'applyFix') void attempt(() => this.applyOf(run, message.rule, message.fix));
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** Without a rule (palette): one of those found in the file being edited. */
  private async explain(rule: RuleId | undefined, model: string | undefined): Promise<void> {
    if (rule) return this.explanations.show(rule, model);
    const document = vscode.window.activeTextEditor?.document;
    const findings = document && isModelFile(document) ? this.findings.current(document) : [];
    if (!document || findings.length === 0) return void vscode.window.showInformationMessage('Nothing is found in this file.');
    const items = findings.map((finding) => ({ label: RULES[finding.rule].title, detail: finding.message, rule: finding.rule }));
    const picked = items.length === 1 ? items[0] : await pick(items, { title: 'Explain Finding' });
    if (picked) await this.explanations.show(picked.rule, document.uri.toString());
  }

  /** By what a link or a quick fix said; the fixes of now count. `anew`: a run under way ends, and another begins. */
  private async applyLinked(model: string, rule: RuleId | undefined, title: string, anew: boolean): Promise<void> {
    const uri = vscode.Uri.parse(model);
    const document = await vscode.workspace.openTextDocument(uri);
    const fix = this.findings
      .current(document)
      .find((finding) => finding.rule === rule)
      ?.fixes.find((one) => one.title === title);
    if (!fix) throw new Error(`“${title}” is no longer needed, or no longer fits the file.`);
    await ((anew || fix.needsRestart) && this.fixer.isTraining(uri)
      ? this.fixer.applyAndTrain(uri, fix, document.getText())
      : this.fixer.apply(uri, fix, document.getText()));
  }

  private async applyOf(run: Run, rule: RuleId, index: number): Promise<void> {
    const store = await run.load();
    const fix = store.findings.find((finding) => finding.rule === rule)?.fixes[index];
    if (fix) await this.fixer.apply(vscode.Uri.parse(run.uri), fix, store.textAfter(store.lastEdit));
  }

  /** Selects where a finding stands in the file; the focus stays in the dashboard. */
  private async reveal(run: Run, rule: RuleId, layer: string | undefined): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(run.uri));
    await this.documents.analyse(document);
    const finding = this.findings.current(document).find((one) => one.rule === rule);
    const places = finding ? placesOf(finding) : [];
    const place = places.find((one) => one.layer === layer) ?? places[0] ?? this.documents.places(document).find(({ name }) => name === layer);
    if (!place) return;
    const viewColumn = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn ?? vscode.ViewColumn.One;
    const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true });
    const { start, end } = toRange(document, place.range);
    editor.selection = new vscode.Selection(end, start);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** What comes by a link is looked at before it is believed. */
const ruleOf = (value: unknown): RuleId | undefined => RULE_IDS.find((rule) => rule === value);
