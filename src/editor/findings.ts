import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import type { Finding } from '../diagnose/finding';
import { parseModel } from '../model/parse';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { isModelFile, type ModelDocuments } from './modelDocuments';
import { findingsInEditor } from './placedFindings';
import { isSameModel } from './sameModel';

/** A person reads no faster. */
const UPDATE_INTERVAL_MS = 500;

/** Nor do numbers that change all the time tell more than these do. */
const NUMBERS_INTERVAL_MS = 3000;

/** What is found of one text of a model file. */
export interface DocumentFindings {
  /** Places and fixes are those of this text. */
  text: string;
  findings: readonly Finding[];
  /** Whose numbers they tell, where there is one. */
  run?: Run;
}

/** What is wrong with the open model files: before training by their text, then by what their run tells. */
export class Findings implements Disposable {
  private readonly owned = new Disposables();
  private readonly known = new Map<string, DocumentFindings>();
  /** What was last told of, and when, in ms. */
  private readonly told = new Map<string, { key: string; at: number }>();
  private readonly updates = this.owned.add(new Throttle(UPDATE_INTERVAL_MS, () => this.updateAll()));
  private readonly changed = this.owned.add(new vscode.EventEmitter<vscode.TextDocument>());
  /** Other findings or places, at most twice a second by what a run tells; other numbers in them every few seconds. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly runs: Runs,
    private readonly documents: ModelDocuments,
  ) {
    this.owned.add(documents.onDidAnalyse((document) => this.update(document)));
    this.owned.add(documents.onDidClose((document) => this.forget(document.uri.toString())));
    this.owned.add(runs.onDidChange(() => this.updates.trigger()));
    this.owned.add(runs.onDidChangeList(() => this.updates.trigger()));
  }

  /** Of the last text that had a meaning, so far as it was looked at. */
  of(document: vscode.TextDocument): DocumentFindings | undefined {
    return this.known.get(document.uri.toString());
  }

  /** Nothing where the text is not looked at yet: what is known is of another one. */
  current(document: vscode.TextDocument): readonly Finding[] {
    const known = this.of(document);
    return known?.text === document.getText() ? known.findings : [];
  }

  dispose(): void {
    this.owned.dispose();
  }

  private updateAll(): void {
    vscode.workspace.textDocuments.filter(isModelFile).forEach((document) => this.update(document));
  }

  /** A text without a meaning leaves what was found before it. */
  private update(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const analysis = this.documents.current(document);
    if (!analysis?.spec) return;
    const text = document.getText();
    const edited = { text, spec: analysis.spec, findings: analysis.findings };
    const run = this.runs.of(key);
    const trained = run?.store?.textAfter(run.store.lastEdit);
    const judged = run?.store &&
      trained !== undefined && {
        text: trained,
        findings: run.store.findings,
        isActive: run.isActive,
        isSameModel: trained === text || isSameModel(parseModel(trained).spec, edited.spec),
      };
    const found = { text, findings: findingsInEditor(edited, judged || undefined), ...(judged && { run }) };
    this.known.set(key, found);
    this.tell(document, found);
  }

  private tell(document: vscode.TextDocument, { text, findings, run }: DocumentFindings): void {
    const uri = document.uri.toString();
    const told = this.told.get(uri);
    const key = JSON.stringify([
      text,
      run?.state,
      findings.map(({ rule, level, cause, place, also, fixes }) => [rule, level, cause, place, also, fixes]),
    ]);
    const isSame = told?.key === key;
    if (isSame && (findings.length === 0 || Date.now() - told.at < NUMBERS_INTERVAL_MS)) return;
    this.told.set(uri, { key, at: Date.now() });
    this.changed.fire(document);
  }

  private forget(uri: string): void {
    this.known.delete(uri);
    this.told.delete(uri);
  }
}
