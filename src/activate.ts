import * as vscode from 'vscode';
import { RunLenses } from './editor/codelens';
import { registerCompletion } from './editor/completion';
import { followRuns } from './editor/contextKeys';
import { CurrentRun } from './editor/currentRun';
import { LiveDecorations } from './editor/decorations';
import { ModelDiagnostics } from './editor/diagnostics';
import { getReadyForRuns } from './editor/gettingReady';
import { HotSwap } from './editor/hotSwap';
import { registerExamples } from './editor/examples';
import { Explanations } from './editor/explanations';
import { ExportCommands } from './editor/exportCommands';
import { FindingActions } from './editor/findingActions';
import { FindingCommands } from './editor/findingCommands';
import { FindingDiagnostics } from './editor/findingDiagnostics';
import { Findings } from './editor/findings';
import { FindingSigns } from './editor/findingSigns';
import { Fixer } from './editor/fixer';
import { ModelHover } from './editor/hover';
import { ShapeHints } from './editor/inlayHints';
import { resumeInterrupted, resumeLeaving } from './editor/interruptedRuns';
import { ListCommands } from './editor/listCommands';
import { ModelData } from './editor/modelData';
import { ModelDocuments } from './editor/modelDocuments';
import { Plans } from './editor/plans';
import { ProblemMessages } from './editor/problemMessages';
import { registerQuickFixes } from './editor/quickFixes';
import { RunCommands } from './editor/runCommands';
import { RunTexts } from './editor/runTexts';
import { registerSaveWeights } from './editor/saveWeights';
import { SelectionLink } from './editor/selectionLink';
import { settings } from './editor/settings';
import { TrialCommands } from './editor/trialCommands';
import { TimeTravel } from './editor/timeTravel';
import type { PathRules } from './base/posixPath';
import type { Folder } from './run/folder';
import { ModelFiles } from './run/modelFiles';
import { Runs } from './run/runs';
import type { StartTrainer } from './train/startWorker';
import { Dashboard } from './view/dashboard';
import { RunsTree } from './view/runsTree';
import { RunStatus } from './view/statusBar';

/** What the place has that the extension runs in: a Node process or a browser's worker. */
export interface Host {
  startTrainer: StartTrainer;
  /** Where runs are kept. */
  runs: Folder;
  /** The same for the user's other programs; absent where those cannot reach it. */
  runsUri?: vscode.Uri;
  /** How many threads run at once. */
  cores: number;
  /** Of `file:` URIs. */
  diskPath: PathRules;
  /** The folder in which the native engine is installed; absent where it cannot run. */
  nativeFolder?: string;
}

/** The place of a window's runs in the extension's storage. */
export const runsUri = ({ storageUri, globalStorageUri }: vscode.ExtensionContext): vscode.Uri =>
  vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'runs');

let runs: Runs | undefined;

/** The extension of a window. */
export async function activateOn(host: Host, context: vscode.ExtensionContext): Promise<void> {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel('Layerwise', { log: true }));
  const files = new ModelFiles(context.workspaceState, host.diskPath);
  const documents = own(new ModelDocuments(new ModelData(files), log));
  own(new ModelDiagnostics(documents));
  own(new ShapeHints(documents));
  own(registerCompletion());
  own(registerQuickFixes(documents));

  runs = own(new Runs(host.runs, host.startTrainer, { parallel: () => settings.parallelRuns(host.cores) }));
  const plans = new Plans(documents, files, host.nativeFolder);
  runs.planner = (run, text) => plans.ofText(vscode.Uri.parse(run.uri), text);
  const current = own(new CurrentRun(runs));
  const hotSwap = own(new HotSwap(runs, documents, plans));
  const dashboard = own(new Dashboard(context.extensionUri, runs));
  const messages = own(new ProblemMessages(runs, documents));
  const texts = own(new RunTexts(runs));
  const tree = own(new RunsTree(runs));
  own(new RunCommands(runs, current, plans, messages, dashboard));
  own(new TimeTravel(runs, plans, messages, texts, dashboard));
  own(new ListCommands(runs, host.runsUri, dashboard, tree, texts));
  own(registerSaveWeights(current));
  own(new ExportCommands(runs, dashboard));
  own(registerExamples(context.extensionUri));
  own(new RunLenses(runs));
  own(new RunStatus(runs, current, hotSwap));
  own(new LiveDecorations(runs, documents));
  own(new SelectionLink(runs, documents, dashboard));
  const findings = own(new Findings(runs, documents));
  const fixer = new Fixer(runs);
  own(new FindingDiagnostics(findings, documents));
  own(new FindingSigns(context.extensionUri, findings, documents));
  own(FindingActions.register(findings, fixer));
  own(ModelHover.register(runs, documents, findings));
  own(new FindingCommands(runs, documents, findings, fixer, own(new Explanations(findings)), dashboard));
  own(new TrialCommands(runs, current, fixer, messages, dashboard));
  own(followRuns(runs, current));
  own(getReadyForRuns(runs));

  await runs.load();
  own(resumeLeaving(runs));
  void resumeInterrupted(runs, context.workspaceState);
}

/** What came last is not on disk yet. */
export async function deactivate(): Promise<void> {
  await runs?.save();
}
