import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import type { Finding } from '../diagnose/finding';
import { RULES } from '../diagnose/rules';
import { COMMANDS } from '../ids';
import { SEVERITY, toRange } from './diagnostics';
import type { Findings } from './findings';
import type { ModelDocuments } from './modelDocuments';
import { placesOf } from './placedFindings';

/** Findings in the Problems panel and as squiggles, apart from what keeps a text from training. */
export class FindingDiagnostics implements Disposable {
  private readonly owned = new Disposables();
  /** What was last shown of a file, but for the numbers. */
  private readonly shown = new Map<string, string>();
  private readonly collection = this.owned.add(vscode.languages.createDiagnosticCollection('layerwise findings'));

  constructor(
    private readonly findings: Findings,
    documents: ModelDocuments,
  ) {
    this.owned.add(findings.onDidChange((document) => this.show(document)));
    this.owned.add(documents.onDidClose((document) => this.hide(document.uri)));
  }

  dispose(): void {
    this.owned.dispose();
  }

  /**
   * While a run goes on the messages keep the numbers that they came with: VS Code closes the menu of quick fixes, and never gets to open it,
   * when problems change all the time. Hover, explanation and dashboard have the numbers of now.
   */
  private show(document: vscode.TextDocument): void {
    const findings = this.findings.current(document);
    const uri = document.uri.toString();
    const places = findings.map((finding) => [finding.rule, finding.level, finding.cause, placesOf(finding)]);
    const key = JSON.stringify([this.findings.of(document)?.run?.state, places]);
    if (this.shown.get(uri) === key) return;
    this.shown.set(uri, key);
    this.collection.set(
      document.uri,
      findings.flatMap((finding) => diagnosticsOf(document, finding, findings)),
    );
  }

  private hide(uri: vscode.Uri): void {
    this.collection.delete(uri);
    this.shown.delete(uri.toString());
  }
}

/** One for each place. */
function diagnosticsOf(document: vscode.TextDocument, finding: Finding, all: readonly Finding[]): vscode.Diagnostic[] {
  const { rule, level, message, cause } = finding;
  const from = cause && all.find((other) => other.rule === cause);
  return placesOf(finding).map(({ layer, range }, i) => {
    const where = i > 0 && layer !== undefined ? `\`${layer}\` too. ` : '';
    const follows = cause ? ` It follows from “${RULES[cause].title}”.` : '';
    const diagnostic = new vscode.Diagnostic(toRange(document, range), `${where}${message}${follows}`, SEVERITY[level]);
    diagnostic.source = 'Layerwise';
    diagnostic.code = { value: rule, target: linkTo(COMMANDS.explainFinding, [rule, document.uri.toString()]) };
    if (from && i === 0) {
      const location = new vscode.Location(document.uri, toRange(document, from.place.range));
      diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(location, `Follows from: ${RULES[from.rule].title}. ${from.message}`)];
    }
    return diagnostic;
  });
}

/** A link that runs a command of ours. */
export const linkTo = (command: string, args: readonly unknown[]): vscode.Uri =>
  vscode.Uri.parse(`command:${command}?${encodeURIComponent(JSON.stringify(args))}`);
