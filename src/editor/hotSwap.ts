import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { SETTINGS } from '../ids';
import { ProblemError } from '../model/problem';
import type { Run, SwapAnswer } from '../run/run';
import type { Runs } from '../run/runs';
import { afterAnalysis, noticeOf, type SwapMoment, type Version } from './afterAnalysis';
import type { Analysis, ModelDocuments } from './modelDocuments';
import type { Plans } from './plans';
import { settings } from './settings';

/** What a trainer was given of a run's model file. */
interface Given {
  /** What trains, or was sent last to take over. */
  version: Version;
  /** Stands for the files that the trainer is known to have. */
  files: string;
}

/** Makes the text in the editor the model that trains, as far and as soon as the user wants it. */
export class HotSwap implements Disposable {
  private readonly owned = new Disposables();
  private readonly waitingChanged = this.owned.add(new Emitter<void>());
  readonly onDidChangeWaiting = this.waitingChanged.event;
  private readonly given = new Map<Run, Given>();
  private readonly late = new Set<Run>();

  constructor(
    private readonly runs: Runs,
    private readonly documents: ModelDocuments,
    private readonly plans: Plans,
  ) {
    this.owned.add(documents.onDidAnalyse((document) => this.react(document)));
    this.owned.add(vscode.workspace.onDidSaveTextDocument((document) => this.react(document)));
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

  /** What was typed while a run was being resumed, or was not over, counts when its trainer is there. */
  private follow(run: Run): void {
    if (!isTrainedHere(run)) {
      this.given.delete(run);
      return this.setLate(run, false);
    }
    if (!this.given.has(run)) this.reactToAll();
  }

  private reactToAll(): void {
    vscode.workspace.textDocuments.forEach((document) => this.react(document));
  }

  private react(document: vscode.TextDocument): void {
    const run = this.runs.of(document.uri.toString());
    const analysis = this.documents.current(document);
    if (!run || !analysis || !isTrainedHere(run)) return;
    const edited = { text: document.getText(), files: analysis.files };
    const given = this.given.get(run) ?? firstGiven(run, edited);
    this.given.set(run, given);
    const reaction = afterAnalysis(edited, !document.isDirty, analysis.problems, given.version, settings.swapMoment());
    this.setLate(run, reaction.type === 'wait');
    switch (reaction.type) {
      case 'none':
      case 'wait':
        return run.setNotice(undefined);
      case 'refuse':
        return run.setNotice(reaction.notice);
      case 'swap':
        return void this.swap(run, given, document, { ...analysis, ...edited });
    }
  }

  private async swap(run: Run, given: Given, document: vscode.TextDocument, edited: Version & Pick<Analysis, 'spec'>): Promise<void> {
    const version: Version = { text: edited.text, files: edited.files };
    given.version = version;
    const answer = await this.send(run, given, document.uri, edited);
    const isNewest = given.version === version;
    if (!answer || !isTrainedHere(run)) return;
    if (!('problem' in answer)) {
      given.files = version.files;
      if (isNewest) run.setNotice(undefined);
    } else if (isNewest && answer.problem.code !== 'overtaken') {
      given.version = { text: run.text, files: given.files };
      run.setNotice(noticeOf(answer.problem, version.text));
      if (document.getText() === version.text) this.documents.report(run.uri, answer.problem);
    }
  }

  /** Undefined where a newer text came while files were read. */
  private async send(
    run: Run,
    given: Given,
    model: vscode.Uri,
    { text, files: stamp, spec }: Version & Pick<Analysis, 'spec'>,
  ): Promise<SwapAnswer | undefined> {
    const { version } = given;
    try {
      const files = spec && stamp !== given.files ? await this.plans.read(model, spec) : undefined;
      if (given.version !== version) return undefined;
      return await run.swap({ text, statsEvery: settings.statsEvery(), ...(files && { files }) }, settings.carry());
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { problem: error.problem };
    }
  }

  private setLate(run: Run, isLate: boolean): void {
    if (this.late.has(run) === isLate) return;
    if (isLate) this.late.add(run);
    else this.late.delete(run);
    this.waitingChanged.fire();
  }
}

/** Only a trainer of this window that has begun takes another text. */
const isTrainedHere = (run: Run): boolean => run.isActive && !run.isElsewhere && run.state !== 'queued';

/** A run has just been started from this very text, or goes on with an older one, whose files are unknown here. */
const firstGiven = (run: Run, { text, files }: Version): Given => {
  const known = run.text === text ? files : '';
  return { version: { text: run.text, files: known }, files: known };
};
