import * as vscode from 'vscode';
import { formatCount } from '../base/format';
import { MODEL_FILES } from '../ids';
import { hoverAt } from '../model/language/hover';
import type { Runs } from '../run/runs';
import { toRange } from './diagnostics';
import { isDarkTheme } from './explanations';
import type { Findings } from './findings';
import { findingsMarkdown, numbersMarkdown } from './layerHover';
import { entryName } from './layerLines';
import { layerNumbers } from './layerNumbers';
import type { ModelDocuments } from './modelDocuments';
import { placesOf } from './placedFindings';

/** What was found at the line under the pointer, what a run tells of its layer, and what the language says of the word. */
export class ModelHover implements vscode.HoverProvider {
  private constructor(
    private readonly runs: Runs,
    private readonly documents: ModelDocuments,
    private readonly findings: Findings,
  ) {}

  static register(runs: Runs, documents: ModelDocuments, findings: Findings): vscode.Disposable {
    return vscode.languages.registerHoverProvider(MODEL_FILES, new ModelHover(runs, documents, findings));
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const word = hoverAt(document.getText(), document.offsetAt(position));
    const contents = [
      // First what is new: the language's words are long, and the same every time.
      ...this.findingsAt(document, position),
      ...this.numbersAt(document, position),
      ...(word ? [new vscode.MarkdownString(word.markdown)] : []),
    ];
    if (contents.length === 0) return undefined;
    return new vscode.Hover(contents, word ? toRange(document, word.range) : document.getWordRangeAtPosition(position));
  }

  private numbersAt(document: vscode.TextDocument, position: vscode.Position): vscode.MarkdownString[] {
    const store = this.runs.of(document.uri.toString())?.store;
    const entry = this.documents.layerAt(document, position);
    const now = store?.run.now;
    if (!now || entry === undefined) return [];
    const names = Object.keys(now.layers);
    const layer = names.find((name) => name === entry) ?? names.find((name) => entryName(name) === entry);
    const numbers = layer === undefined ? [] : layerNumbers(layer, store.samples);
    return numbers.length > 0 ? [numbersMarkdown(numbers, `${layer}, step ${formatCount(now.step)}`, isDarkTheme())] : [];
  }

  private findingsAt(document: vscode.TextDocument, position: vscode.Position): vscode.MarkdownString[] {
    const isHere = ({ range }: { range: { start: number } }): boolean => document.positionAt(range.start).line === position.line;
    const findings = this.findings.current(document).filter((finding) => placesOf(finding).some(isHere));
    return findings.length > 0 ? [findingsMarkdown(findings, document.uri)] : [];
  }
}
