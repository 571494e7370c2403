import * as vscode from 'vscode';
import { fromBase64 } from '../base/bytes';
import { Disposables, type Disposable } from '../base/disposable';
import { COMMANDS } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { eventFileName, tensorBoardEvents } from '../run/tensorBoard';
import type { Dashboard } from '../view/dashboard';
import { labelOf } from '../view/runItem';
import type { ExportFormat, FromView } from '../view/protocol';
import { fileNameOf } from './fileName';
import { pick } from './pick';
import { plainText } from './plainText';

const FORMATS: Record<ExportFormat, string> = { png: 'PNG image', svg: 'SVG image', csv: 'CSV table' };

type ChartFile = Extract<FromView, { type: 'export' }>;

/** Writes what the user wants to take along: charts and their numbers, and runs for TensorBoard. */
export class ExportCommands implements Disposable {
  private readonly owned = new Disposables();

  constructor(
    private readonly runs: Runs,
    dashboard: Dashboard,
  ) {
    this.owned.add(dashboard.onDidReceive((message) => message.type === 'export' && void this.saveChart(message)));
    this.owned.add(vscode.commands.registerCommand(COMMANDS.exportTensorBoard, (run?: Run) => this.exportRun(run)));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async saveChart({ name, format, data }: ChartFile): Promise<void> {
    const { shown } = this.runs;
    const proposed = fileNameOf([...(shown ? [labelOf(shown.summary)] : []), name].join(' '));
    const defaultUri = shown && vscode.Uri.joinPath(vscode.Uri.parse(shown.uri), '..', `${proposed}.${format}`);
    const uri = await vscode.window.showSaveDialog({ defaultUri, filters: { [FORMATS[format]]: [format] }, title: `Save ${name}` });
    if (!uri) return;
    const bytes = format === 'png' ? fromBase64(data) : new TextEncoder().encode(data);
    await write(uri, bytes);
  }

  private async exportRun(entry: Run | undefined): Promise<void> {
    const run = entry ?? (await this.pickRun());
    if (!run) return;
    const title = `Export ${labelOf(run.summary)} to TensorBoard`;
    const [folder] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        openLabel: 'Export Here',
        title,
        defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
      })) ?? [];
    if (!folder) return;
    // A folder for each run: TensorBoard calls the run by it.
    const file = vscode.Uri.joinPath(folder, fileNameOf(`${labelOf(run.summary)} ${run.id.slice(0, 8)}`), eventFileName(run.summary));
    const store = await run.load().catch(() => undefined);
    if (!store) return void vscode.window.showErrorMessage('The history of this run cannot be read.');
    if (!(await write(file, tensorBoardEvents(store)))) return;
    const copy = 'Copy Command';
    const answer = await vscode.window.showInformationMessage(plainText(`${labelOf(run.summary)} is in ${folder.fsPath} for TensorBoard.`), copy);
    if (answer === copy) await vscode.env.clipboard.writeText(`tensorboard --logdir ${JSON.stringify(folder.fsPath)}`);
  }

  private async pickRun(): Promise<Run | undefined> {
    const items = this.runs.all.map((run) => ({ label: labelOf(run.summary), description: run.summary.file, run }));
    if (items.length === 0) return void vscode.window.showInformationMessage('There are no runs yet. Train a model first.');
    return (await pick(items, { title: 'Export Run to TensorBoard', placeHolder: 'Which run?' }))?.run;
  }
}

/** Whether it is written; why not is told. */
async function write(uri: vscode.Uri, bytes: Uint8Array): Promise<boolean> {
  try {
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(uri, '..'));
    await vscode.workspace.fs.writeFile(uri, bytes);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(plainText(`${uri.path.split('/').at(-1)} cannot be written: ${reason}`));
    return false;
  }
}
