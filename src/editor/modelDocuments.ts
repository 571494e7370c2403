import * as vscode from 'vscode';
import { disposable, Disposables, type Disposable } from '../base/disposable';
import { Debounce } from '../base/timers';
import type { Finding } from '../diagnose/finding';
import { MODEL_FILE_SUFFIX, PAST_SCHEMES } from '../ids';
import { outlineModel } from '../model/outline';
import { parseModel } from '../model/parse';
import type { Problem } from '../model/problem';
import { walkLayers, type Spec } from '../model/spec';
import { checkStep } from './checkStep';
import { findBeforeTraining } from './staticFindings';
import type { ModelData } from './modelData';
import { endOfCode, entryName, layerAt, movePlaces, type LayerPlace } from './layerLines';

/** Pause in typing after which a text is looked at again. */
const TYPING_PAUSE_MS = 200;

/** What one text of a model file means. */
export interface Analysis {
  version: number;
  spec?: Spec;
  problems: Problem[];
  /** What of the model and its data is known to hurt before any training; nothing where it cannot train anyway. */
  findings: Finding[];
  /** Differs when another file is named, or the content of a named one changed. */
  files: string;
  /** Undefined where the text is not a model: what was known before still stands, moved along with the edits. */
  places?: LayerPlace[];
}

interface Entry {
  document: vscode.TextDocument;
  typing: Debounce;
  analysis?: Analysis;
  /** Of the last text that parsed, moved along with the edits since. */
  places: LayerPlace[];
}

/** The open model files, understood anew after every pause in typing; saved or not makes no difference. */
export class ModelDocuments implements Disposable {
  private readonly owned = new Disposables();
  private readonly entries = new Map<string, Entry>();
  private readonly again = this.owned.add(new Debounce(TYPING_PAUSE_MS, () => this.entries.forEach(({ document }) => void this.analyse(document))));
  private isWatchingData = false;
  private readonly analysed = this.owned.add(new vscode.EventEmitter<vscode.TextDocument>());
  private readonly closed = this.owned.add(new vscode.EventEmitter<vscode.TextDocument>());
  /** A text has been understood, as far as it can be. */
  readonly onDidAnalyse = this.analysed.event;
  readonly onDidClose = this.closed.event;

  constructor(
    private readonly data: ModelData,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const { workspace } = vscode;
    this.owned.add(workspace.onDidGrantWorkspaceTrust(() => this.again.trigger()));
    this.owned.add(workspace.onDidOpenTextDocument((document) => this.open(document)));
    this.owned.add(workspace.onDidChangeTextDocument((change) => this.edit(change)));
    this.owned.add(workspace.onDidCloseTextDocument((document) => this.close(document)));
    this.owned.add(disposable(() => this.entries.forEach(({ typing }) => typing.dispose())));
    workspace.textDocuments.forEach((document) => this.open(document));
  }

  /** The analysis of exactly the current text; undefined while it is being made. */
  current(document: vscode.TextDocument): Analysis | undefined {
    const analysis = this.entries.get(document.uri.toString())?.analysis;
    return analysis?.version === document.version ? analysis : undefined;
  }

  /** Understands the current text now, its data included, and shows what it finds. */
  async analyse(document: vscode.TextDocument): Promise<Analysis> {
    const { version } = document;
    const analysis = { version, ...(await this.understand(document).catch((error: unknown) => this.giveUp(document, error))) };
    const entry = this.entries.get(document.uri.toString());
    if (entry && version === document.version) {
      entry.analysis = analysis;
      entry.places = analysis.places ?? entry.places;
      this.analysed.fire(document);
    }
    return analysis;
  }

  /** Where the layers stand now, as far as is known. */
  places(document: vscode.TextDocument): readonly LayerPlace[] {
    return this.entries.get(document.uri.toString())?.places ?? [];
  }

  layerAt(document: vscode.TextDocument, position: vscode.Position): string | undefined {
    return layerAt(this.places(document), document.getText(), document.offsetAt(position));
  }

  /** Shows a problem that only training could find, until the text changes. */
  report(uri: string, problem: Problem): void {
    const entry = this.entries.get(uri);
    if (!entry?.analysis) return;
    entry.analysis = { ...entry.analysis, problems: [...entry.analysis.problems, problem] };
    this.analysed.fire(entry.document);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private open(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (!isModelFile(document) || this.entries.has(key)) return;
    const entry: Entry = { document, places: [], typing: new Debounce(TYPING_PAUSE_MS, () => void this.analyse(document)) };
    this.entries.set(key, entry);
    this.watchData();
    void this.analyse(document);
  }

  /** From the first model file on: this extension wakes up for every YAML file, and most are none. */
  private watchData(): void {
    if (this.isWatchingData) return;
    this.isWatchingData = true;
    const files = this.owned.add(vscode.workspace.createFileSystemWatcher('**/*.{csv,tsv,npz,safetensors}'));
    for (const event of [files.onDidChange, files.onDidCreate, files.onDidDelete]) this.owned.add(event(() => this.again.trigger()));
  }

  private edit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const entry = this.entries.get(document.uri.toString());
    if (!entry || contentChanges.length === 0) return;
    for (const { rangeOffset: offset, rangeLength: removed, text } of contentChanges) {
      entry.places = movePlaces(entry.places, { offset, removed, added: text.length });
    }
    entry.typing.trigger();
  }

  private close(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.entries.get(key)?.typing.dispose();
    this.data.forget(document.uri);
    if (this.entries.delete(key)) this.closed.fire(document);
  }

  private async understand(document: vscode.TextDocument): Promise<Omit<Analysis, 'version'>> {
    const text = document.getText();
    const { spec, problems } = parseModel(text);
    if (!spec) return { problems, findings: [], files: '' };
    const { dataset, files, problems: dataProblems } = await this.data.of(document.uri, spec);
    const outline = dataset ? outlineModel(spec, dataset.train.x.sampleShape) : { layers: [], problems: [] };
    // Copies that `Repeat` makes share an entry; it shows the first.
    const known = new Map([...outline.layers].reverse().map((layer) => [entryName(layer.name), layer]));
    const places = [...walkLayers(spec.model)].map(({ name, range }) => ({ name, range, outline: known.get(name) }));
    const rest = dataset && outline.problems.length === 0 ? checkStep(text, spec, dataset, outline.layers.length) : [];
    const all = [...problems, ...dataProblems, ...outline.problems, ...rest];
    const canTrain = all.every(({ level }) => level !== 'error');
    const findings = dataset && canTrain ? findBeforeTraining(text, spec, dataset, outline.layers) : [];
    return { spec, places, files, problems: all, findings };
  }

  /** A mistake of ours; the file's problems must not look as if there were none. */
  private giveUp(document: vscode.TextDocument, error: unknown): Omit<Analysis, 'version'> {
    const reason = error instanceof Error ? error : new Error(String(error));
    this.log.error(`${document.uri.toString()} could not be checked.`, reason);
    const message = `Layerwise could not check this file: ${reason.message}. Its output channel tells where. This is a mistake in Layerwise, not in the file.`;
    return { files: '', findings: [], problems: [{ code: 'check-failed', level: 'error', message }] };
  }
}

export const isModelFile = ({ uri }: vscode.TextDocument): boolean => uri.path.endsWith(MODEL_FILE_SUFFIX) && !PAST_SCHEMES.includes(uri.scheme);

/** Where an entry ends on its first line. */
export function endOfEntry(document: vscode.TextDocument, { range }: LayerPlace): vscode.Position {
  const start = document.positionAt(range.start);
  const end = document.positionAt(range.end);
  return end.line === start.line ? end : start.with({ character: endOfCode(document.lineAt(start).text, start.character) });
}

/** Where the line that an entry starts on ends, but for a comment: what is shown there would be out of sight behind one. */
export function endOfLine(document: vscode.TextDocument, place: LayerPlace): vscode.Position {
  const end = endOfEntry(document, place);
  return end.with({ character: endOfCode(document.lineAt(end).text, end.character) });
}
