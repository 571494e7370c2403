import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { SETTINGS } from '../ids';
import type { Spec } from '../model/spec';
import { problemOf } from '../run/activeRun';
import type { Run, SwapAnswer } from '../run/run';
import type { Runs } from '../run/runs';
import { afterAnalysis, noticeOf, type SwapMoment, type Version } from './afterAnalysis';
import type { ModelDocuments } from './modelDocuments';
import type { Plans } from './plans';
import { settings } from './settings';
import { TrainedVersion } from './trainedVersion';

/** Makes the text in the editor the model that trains, as far and as soon as the user wants it. */
export class HotSwap implements Disposable {
  private readonly owned = new Disposables();
  private readonly waitingChanged = this.owned.add(new Emitter<void>());
  readonly onDidChangeWaiting = this.waitingChanged.event;
  private readonly trained = new Map<Run, TrainedVersion>();
  private readonly late = new Set<Run>();

  constructor(
    private readonly runs: Runs,
    private readonly documents: ModelDocuments,
    private readonly plans: Plans,
  ) {
    this.owned.add(documents.onDidAnalyse((document) => this.react(document)));
    this.owned.add(vscode.workspace.onDidSaveTextDocument((document) => this.react(document)));
    this.owned.add(documents.onDidClose((document) => this.leave(document)));
    this.owned.add(runs.onDidChangeState((run) => this.follow(run)));
    this.owned.add(vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SETTINGS.section) && this.reactToAll()));
  }

  /** Where the editor's text takes over later from what trains: when. */
  waitsUntil(run: Run): Exclude<SwapMoment, 'onEdit'> | undefined {
    const moment = settings.swapMoment();
    return this.late.has(run) && moment !== 'onEdit' ? moment : undefined;
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** What was typed before its trainer was there counts now. */
  private follow(run: Run): void {
    if (!isTrainedHere(run)) {
      this.trained.delete(run);
      return this.setLate(run, false);
    }
    if (!this.trained.has(run)) this.reactToAll();
  }

  /** What was wrong with a text that is no longer there, or waited to be saved, is no news. */
  private leave(document: vscode.TextDocument): void {
    const run = this.runs.of(document.uri.toString());
    if (!run || !this.trained.has(run)) return;
    run.setNotice(undefined);
    this.setLate(run, false);
  }

  private reactToAll(): void {
    vscode.workspace.textDocuments.forEach((document) => this.react(document));
  }

  private react(document: vscode.TextDocument): void {
    const run = this.runs.of(document.uri.toString());
    const analysis = this.documents.current(document);
    if (!run || !analysis || !isTrainedHere(run)) return;
    const edited = { text: document.getText(), files: analysis.files };
    const trained = this.trained.get(run) ?? TrainedVersion.of(run.text, edited);
    this.trained.set(run, trained);
    const reaction = afterAnalysis(edited, !document.isDirty, analysis.problems, trained.newest, settings.swapMoment());
    this.setLate(run, reaction.type === 'wait');
    switch (reaction.type) {
      case 'none':
      case 'wait':
        return run.setNotice(undefined);
      case 'refuse':
        return run.setNotice(reaction.notice);
      case 'swap':
        return void this.swap(run, trained, document, edited, analysis.spec);
    }
  }

  private async swap(run: Run, trained: TrainedVersion, document: vscode.TextDocument, edited: Version, spec: Spec | undefined): Promise<void> {
    const needsFiles = trained.offer(edited);
    const answer = await this.send(run, document.uri, edited, needsFiles && spec, () => trained.newest === edited);
    if (!answer || !isTrainedHere(run)) return;
    const isNewest = 'problem' in answer ? trained.refuse(edited, run.text) : trained.accept(edited);
    if (!isNewest) return;
    // What was typed meanwhile may be nothing that trains, and has its own notice.
    if (!('problem' in answer) || document.getText() !== edited.text) return this.react(document);
    run.setNotice(noticeOf(answer.problem, edited.text));
    this.documents.report(run.uri, answer.problem);
  }

  /** Undefined where a newer text came while files were read: those of `spec`, without one the trainer has them. */
  private async send(
    run: Run,
    model: vscode.Uri,
    { text }: Version,
    spec: Spec | false | undefined,
    isNewest: () => boolean,
  ): Promise<SwapAnswer | undefined> {
    try {
      const files = spec ? { files: await this.plans.read(model, spec) } : {};
      return isNewest() ? await run.swap({ text, ...settings.statistics(), ...files }, settings.carry()) : undefined;
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  private setLate(run: Run, isLate: boolean): void {
    if (this.late.has(run) === isLate) return;
    if (isLate) this.late.add(run);
    else this.late.delete(run);
    this.waitingChanged.fire();
  }
}

/** Only a trainer of this window that has begun takes another text, and only then it is sure which one it has. */
const isTrainedHere = ({ state, isElsewhere }: Run): boolean => !isElsewhere && (state === 'running' || state === 'paused');
