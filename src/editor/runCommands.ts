import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { makeUuid } from '../base/uuid';
import { COMMANDS } from '../ids';
import type { RunAction } from '../run/actions';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import type { Dashboard } from '../view/dashboard';
import { attempt } from './attempt';
import type { CurrentRun } from './currentRun';
import { isModelFile } from './modelDocuments';
import type { Plans } from './plans';
import { putText } from './putText';
import type { ProblemMessages } from './problemMessages';
import { settings } from './settings';
import { stopRun, stopRunOf } from './stopRun';

/** What a command is called for: a model file (lens, editor title), a run (list, dashboard), or nothing (keys, palette). */
type Target = vscode.Uri | Run | undefined;

/** What the user can do to the run of a model file: from lenses, icon, list, palette, keys and dashboard alike. */
export class RunCommands implements Disposable {
  private readonly owned = new Disposables();
  private readonly preparing = new Set<string>();

  constructor(
    private readonly runs: Runs,
    private readonly current: CurrentRun,
    private readonly plans: Plans,
    private readonly messages: ProblemMessages,
    private readonly dashboard: Dashboard,
  ) {
    const actions: Record<RunAction, (target?: Target) => unknown> = {
      train: (target) => this.train(target),
      pause: (target) => this.find(target)?.pause(),
      resume: (target) => this.resume(target),
      step: (target) => this.find(target)?.step(),
      stop: (target) => stopRun(this.find(target)),
    };
    for (const [action, act] of Object.entries(actions)) this.owned.add(vscode.commands.registerCommand(COMMANDS[action as RunAction], act));
    this.owned.add(vscode.commands.registerCommand(COMMANDS.showDashboard, (runId?: string) => this.showDashboard(runId)));
    this.owned.add(
      dashboard.onDidReceive((message) => {
        if (message.type === 'command') void attempt(() => actions[message.command](runs.shown));
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  private find(target: Target): Run | undefined {
    if (target instanceof vscode.Uri) return this.runs.of(target.toString());
    return target ?? this.current.run;
  }

  /** With the run it is called for (status bar); else what is on show stays. */
  private showDashboard(runId: string | undefined): void {
    const run = runId === undefined ? (this.runs.shown ?? this.current.run) : this.runs.get(runId);
    if (run && run !== this.runs.shown) this.runs.show(run);
    this.dashboard.show(false);
  }

  private async train(target: Target): Promise<void> {
    const document = await modelDocument(target);
    if (!document) return void vscode.window.showInformationMessage('Open a model file (*.nn.yaml) to train it.');
    const uri = document.uri.toString();
    // A double click is one.
    if (this.preparing.has(uri)) return;
    this.preparing.add(uri);
    try {
      await this.trainDocument(document);
    } catch (error) {
      this.messages.refuse(error, document);
    } finally {
      this.preparing.delete(uri);
    }
  }

  /** What is wrong with the text shows before anything of the run before is touched. */
  private async trainDocument(document: vscode.TextDocument): Promise<void> {
    const { plan, name } = await this.plans.ofDocument(document);
    const uri = document.uri.toString();
    await stopRunOf(this.runs, uri);
    this.runs.start({ runId: makeUuid(), uri, file: vscode.workspace.asRelativePath(document.uri), name }, plan);
    if (settings.openDashboardOnTrain()) this.dashboard.show(true);
  }

  /** On from a pause, or from where a run ended; one that was picked in list or dashboard brings its text back. */
  private async resume(target: Target): Promise<void> {
    const run = this.find(target);
    if (!run) return;
    if (run.isActive) return run.resume();
    if (!run.canResume) return;
    await run.load();
    await stopRunOf(this.runs, run.uri);
    if (target && !(target instanceof vscode.Uri)) await putText(vscode.Uri.parse(run.uri), run.text);
    this.runs.show(run);
    run.resume();
  }
}

/** The model file that is meant: the one given, else the one being edited, else the only one in sight. */
async function modelDocument(target: Target): Promise<vscode.TextDocument | undefined> {
  if (target) return vscode.workspace.openTextDocument(target instanceof vscode.Uri ? target : vscode.Uri.parse(target.uri));
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const documents = [...(activeTextEditor ? [activeTextEditor] : []), ...visibleTextEditors].map(({ document }) => document);
  return documents.find(isModelFile);
}
