import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { formatCount } from '../base/format';
import { toRange } from './diagnostics';
import { isModelFile, type ModelDocuments } from './modelDocuments';
import { COMMANDS, MODEL_FILE_SUFFIX, SETTINGS } from '../ids';
import { namedFiles } from '../model/namedFiles';
import { ProblemError, type Problem } from '../model/problem';
import type { Plan } from '../train/protocol';
import type { Dashboard } from '../view/dashboard';
import type { RunAction } from '../run/actions';
import type { ModelFiles } from '../run/modelFiles';
import type { RunController, RunFailure } from '../run/runController';

/** A step of a large model may take this long; then the user is asked whether to wait on. */
const PATIENCE_MS = 8000;

/** What the user can ask for: from lenses, icon, palette, keys and dashboard alike. */
export class RunCommands implements Disposable {
  private readonly owned = new Disposables();
  /** The text that trains, which the ranges of its problems refer to. */
  private trained?: string;
  private isPreparing = false;

  constructor(
    private readonly runs: RunController,
    private readonly documents: ModelDocuments,
    private readonly files: ModelFiles,
    private readonly dashboard: Dashboard,
  ) {
    const actions: Record<RunAction, (uri?: vscode.Uri) => unknown> = {
      train: (uri) => this.trainOnce(uri),
      pause: () => runs.pause(),
      resume: () => runs.resume(),
      step: () => runs.step(),
      stop: () => this.stop(),
    };
    for (const [action, run] of Object.entries(actions)) this.owned.add(vscode.commands.registerCommand(COMMANDS[action as RunAction], run));
    this.owned.add(vscode.commands.registerCommand(COMMANDS.showDashboard, () => dashboard.show(false)));
    this.owned.add(
      dashboard.onDidReceive((message) => {
        if (message.type === 'command') void actions[message.command](runs.run && vscode.Uri.parse(runs.run.run.uri));
      }),
    );
    this.owned.add(runs.onDidFail((failure) => void this.explain(failure)));
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** A double click is one. */
  private async trainOnce(uri?: vscode.Uri): Promise<void> {
    if (this.isPreparing) return;
    this.isPreparing = true;
    try {
      await this.train(uri);
    } finally {
      this.isPreparing = false;
    }
  }

  /** Trains the text as it stands in the editor, saved or not. What is wrong with it shows before anything of the last run is touched. */
  private async train(uri?: vscode.Uri): Promise<void> {
    const document = await modelDocument(uri);
    if (!document) return void vscode.window.showInformationMessage('Open a model file (*.nn.yaml) to train it.');
    try {
      const prepared = await this.prepare(document);
      if (!prepared || !(await this.makeRoom(document.uri))) return;
      const { plan, name } = prepared;
      this.trained = plan.text;
      this.runs.start({ runId: crypto.randomUUID(), uri: document.uri.toString(), file: vscode.workspace.asRelativePath(document.uri), name }, plan);
      if (settings().get<boolean>(SETTINGS.openDashboardOnTrain, true)) this.dashboard.show(true);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      void this.refuse(document, error.problem);
    }
  }

  /** What to train, and what it is called; undefined, and said so, where the text does not allow it. */
  private async prepare(document: vscode.TextDocument): Promise<{ plan: Plan; name: string } | undefined> {
    const text = document.getText();
    const first = await this.documents.analyse(document);
    const files = first.spec ? namedFiles(first.spec) : [];
    const isElsewhere = first.problems.some(({ code }) => code === 'outside-workspace');
    if (isElsewhere) await this.files.askFor(document.uri, files);
    const { spec, problems } = isElsewhere ? await this.documents.analyse(document) : first;
    const error = problems.find(({ level }) => level === 'error');
    if (!spec || error) {
      if (error) void this.refuse(document, error);
      return undefined;
    }
    const contents = await Promise.all(files.map(async (file) => [file.path, await this.files.read(document.uri, file)] as const));
    const plan = { text, files: Object.fromEntries(contents), statsEvery: settings().get<number>(SETTINGS.statsEvery, 10) };
    return { plan, name: spec.ranges.name ? spec.name : fileName(document.uri) };
  }

  /** Stops the run that is active; a run of another file only after the user said so. */
  private async makeRoom(uri: vscode.Uri): Promise<boolean> {
    const { run } = this.runs;
    if (run?.isActive && run.run.uri !== uri.toString()) {
      const { name, step, steps } = run.run;
      const detail = `It is at step ${formatCount(step)} of ${formatCount(steps)}. Only one model trains at a time.`;
      const answer = await vscode.window.showWarningMessage(`Stop training ${name}?`, { modal: true, detail }, 'Stop and Train');
      if (!answer) return false;
    }
    // Also a run whose last event has come: the trainer still has its weights to send.
    await this.stop();
    return true;
  }

  private async stop(): Promise<void> {
    const impatience = setTimeout(() => void this.offerToEnd(), PATIENCE_MS);
    await this.runs.stop();
    clearTimeout(impatience);
  }

  private async offerToEnd(): Promise<void> {
    const { run } = this.runs;
    const answer = await vscode.window.showWarningMessage(
      'The trainer has not stopped yet. Ending it leaves the weights that were last seen.',
      'End It',
    );
    if (answer && this.runs.run === run) this.runs.endNow();
  }

  private async refuse(document: vscode.TextDocument, { message, range }: Problem): Promise<void> {
    if (!range) return void vscode.window.showErrorMessage(message);
    const answer = await vscode.window.showErrorMessage(message, 'Show in File');
    if (answer) await vscode.window.showTextDocument(document, { selection: toRange(document, range) });
  }

  /** A run that broke: one notification, and the problem at its place if that still is where it was. */
  private async explain({ problem, run }: RunFailure): Promise<void> {
    const { trained } = this;
    // The file may be gone by now; what became of its run has to be said all the same.
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(run.uri)).then(undefined, () => undefined);
    if (!document) return void vscode.window.showErrorMessage(problem.message);
    const range = document.getText() === trained ? problem.range : undefined;
    if (range) this.documents.report(run.uri, problem);
    await this.refuse(document, { ...problem, range });
  }
}

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration(SETTINGS.section);

/** `digits` of `…/digits.nn.yaml`. */
const fileName = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1, -MODEL_FILE_SUFFIX.length);

/** The model file that is meant: the one given, else the one being edited, else the only one in sight. */
async function modelDocument(uri?: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  if (uri) return vscode.workspace.openTextDocument(uri);
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const documents = [...(activeTextEditor ? [activeTextEditor] : []), ...visibleTextEditors].map(({ document }) => document);
  return documents.find(isModelFile);
}
