import * as vscode from 'vscode';
import { isAlarm } from '../diagnose/diagnose';
import type { Finding } from '../diagnose/finding';
import type { Fix } from '../diagnose/fix';
import { RULES } from '../diagnose/rules';
import { COMMANDS, MODEL_FILES } from '../ids';
import { toRange } from './diagnostics';
import type { Findings } from './findings';
import type { Fixer } from './fixer';
import { fixAll, placesOf } from './placedFindings';

/** What can be done about the findings on a line: their fixes, best first, then the explanation. */
export class FindingActions implements vscode.CodeActionProvider {
  private constructor(
    private readonly findings: Findings,
    private readonly fixer: Fixer,
  ) {}

  static register(findings: Findings, fixer: Fixer): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider(MODEL_FILES, new FindingActions(findings, fixer), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    });
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, { diagnostics }: vscode.CodeActionContext): vscode.CodeAction[] {
    const findings = this.findings.current(document);
    const rules = diagnostics.flatMap(({ code }) => (typeof code === 'object' ? [code.value] : []));
    // From a squiggle or the Problems panel it is known which one is meant; else all on the line are.
    const meant = findings.filter((finding) => (rules.length > 0 ? rules.includes(finding.rule) : isOnLines(document, finding, range)));
    const about = meant.flatMap((finding) => {
      const own = ownOf(finding, diagnostics);
      const actions = finding.fixes.flatMap((fix, i) => this.fixActions(document, finding, fix, i === 0 && finding === meant[0]));
      actions.forEach((action) => (action.diagnostics = own));
      return actions;
    });
    const hasRun = this.findings.of(document)?.run !== undefined;
    const canTry = hasRun && meant.some((finding) => isAlarm(finding) && finding.fixes.length > 0);
    return [
      ...about,
      ...this.fixAllActions(document, meant, findings),
      ...(canTry ? [tryAction(document)] : []),
      ...meant.map((finding) => explainAction(document, finding, diagnostics)),
    ];
  }

  /** Where the same kind of fix helps at several places, all of them at once. */
  private fixAllActions(document: vscode.TextDocument, meant: readonly Finding[], all: readonly Finding[]): vscode.CodeAction[] {
    const kinds = new Set(meant.flatMap(({ fixes }) => fixes.map(({ kind }) => kind)));
    return [...kinds].flatMap((kind) => {
      const merged = fixAll(document.getText(), all, kind);
      if (!merged) return [];
      const action = new vscode.CodeAction(merged.title, vscode.CodeActionKind.QuickFix);
      action.edit = editOf(document, merged);
      return [action];
    });
  }

  /** While a run goes on there are two ways to make the best fix: the run takes it as it is, or another begins with it. */
  private fixActions(document: vscode.TextDocument, { rule }: Finding, fix: Fix, isPreferred: boolean): vscode.CodeAction[] {
    const { QuickFix } = vscode.CodeActionKind;
    const isTraining = this.fixer.isTraining(document.uri);
    const edit = new vscode.CodeAction(fix.title, QuickFix);
    edit.edit = editOf(document, fix);
    const trainAnew = new vscode.CodeAction(`${fix.title}, and train anew`, QuickFix);
    trainAnew.command = { title: trainAnew.title, command: COMMANDS.applyFix, arguments: [document.uri.toString(), rule, fix.title, true] };
    // A run that goes on with the weights it has gets nothing from an edit of how it starts; one that is far gone may not recover.
    const actions = !isTraining ? [edit] : fix.needsRestart ? [trainAnew] : isPreferred ? [edit, trainAnew] : [edit];
    actions[0].isPreferred = isPreferred;
    return actions;
  }
}

function editOf(document: vscode.TextDocument, { edits }: Pick<Fix, 'edits'>): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits) edit.replace(document.uri, toRange(document, range), text);
  return edit;
}

function explainAction(document: vscode.TextDocument, finding: Finding, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction {
  const { rule } = finding;
  const action = new vscode.CodeAction(`Explain “${RULES[rule].title}”`, vscode.CodeActionKind.QuickFix);
  action.diagnostics = ownOf(finding, diagnostics);
  action.command = { title: action.title, command: COMMANDS.explainFinding, arguments: [rule, document.uri.toString()] };
  return action;
}

function tryAction({ uri }: vscode.TextDocument): vscode.CodeAction {
  const action = new vscode.CodeAction('Try the fixes and measure', vscode.CodeActionKind.QuickFix);
  action.command = { title: action.title, command: COMMANDS.tryFixes, arguments: [uri.toString()] };
  return action;
}

const ownOf = ({ rule }: Finding, diagnostics: readonly vscode.Diagnostic[]): vscode.Diagnostic[] =>
  diagnostics.filter(({ code }) => typeof code === 'object' && code.value === rule);

const isOnLines = (document: vscode.TextDocument, finding: Finding, range: vscode.Range): boolean =>
  placesOf(finding).some((place) => {
    const { start, end } = toRange(document, place.range);
    return start.line <= range.end.line && range.start.line <= end.line;
  });
