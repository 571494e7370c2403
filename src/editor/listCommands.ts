import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import type { LIST_COMMANDS } from '../ids';
import { COMMANDS } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import type { Dashboard } from '../view/dashboard';
import { labelOf } from '../view/runItem';
import type { RunsTree } from '../view/runsTree';
import { attempt } from './attempt';
import type { RunTexts } from './runTexts';

type Action = (runs: readonly Run[]) => unknown;

/** What the user can do to entries of the list of runs, several at once where that makes sense. */
export class ListCommands implements Disposable {
  private readonly owned = new Disposables();

  constructor(
    private readonly runs: Runs,
    /** Where the runs' folders are, if other programs can reach them. */
    private readonly root: vscode.Uri | undefined,
    private readonly dashboard: Dashboard,
    tree: RunsTree,
    texts: RunTexts,
  ) {
    const actions: Record<(typeof LIST_COMMANDS)[number], Action> = {
      [COMMANDS.showRun]: ([run]) => this.show(run),
      [COMMANDS.renameRun]: ([run]) => this.rename(run),
      [COMMANDS.deleteRuns]: (selected) => this.delete(selected),
      [COMMANDS.pinRuns]: (selected) => this.pin(selected, true),
      [COMMANDS.unpinRuns]: (selected) => this.pin(selected, false),
      [COMMANDS.compareRuns]: (selected) => this.compare(selected),
      [COMMANDS.compareModels]: ([one, other]) => texts.showBoth(one, other),
      [COMMANDS.openModelAsTrained]: ([run]) => texts.showLatest(run),
      [COMMANDS.revealRunFolder]: ([run]) => this.revealFolder(run),
    };
    for (const [command, act] of Object.entries(actions)) {
      // A menu tells the entry it was opened on and, if that is one of them, all that are selected; a key tells nothing.
      const run = async (entry?: Run, selected?: Run[]): Promise<void> => {
        const meant = selected?.length ? selected : entry ? [entry] : tree.selection;
        // A run that another window trains can only be looked at; the error says so.
        if (meant.length > 0) await attempt(() => act(meant));
      };
      this.owned.add(vscode.commands.registerCommand(command, run));
    }
    this.owned.add(dashboard.onDidReceive((message) => message.type === 'endComparison' && runs.compare([])));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private show(run: Run): void {
    this.runs.show(run);
    this.dashboard.show(true);
  }

  private async rename(run: Run): Promise<void> {
    const prompt = 'What the run is called in the list. Left empty, it has the name of its model again.';
    const title = await vscode.window.showInputBox({ title: 'Rename Run', prompt, value: labelOf(run.summary), placeHolder: run.summary.name });
    if (title === undefined) return;
    const trimmed = title.trim();
    await this.runs.rename(run, trimmed === '' || trimmed === run.summary.name ? undefined : trimmed);
  }

  private async pin(selected: readonly Run[], isPinned: boolean): Promise<void> {
    for (const run of selected) await attempt(() => this.runs.pin(run, isPinned));
  }

  private async delete(selected: readonly Run[]): Promise<void> {
    const question = selected.length === 1 ? `Delete the run ${labelOf(selected[0].summary)}?` : `Delete ${selected.length} runs?`;
    const active = selected.filter(({ isActive }) => isActive).map(({ summary }) => labelOf(summary));
    const stops = active.length > 0 ? `Training of ${active.join(', ')} stops. ` : '';
    const detail = `${stops}History, snapshots and weights are removed from disk; that cannot be undone. Branches and model files stay.`;
    if (!(await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete'))) return;
    for (const run of selected) await attempt(() => this.runs.delete(run));
  }

  /** The run on show stays so if it is one of them; the others are drawn beside it. */
  private compare(selected: readonly Run[]): void {
    const shown = selected.find((run) => run === this.runs.shown) ?? selected[0];
    this.runs.show(shown);
    this.runs.compare(selected.filter((run) => run !== shown));
    this.dashboard.show(true);
  }

  private async revealFolder(run: Run): Promise<void> {
    if (!this.root) {
      const files = 'Save Weights and Export Run to TensorBoard write files that other programs read.';
      return void vscode.window.showInformationMessage(`The run is kept in the storage of this browser. ${files}`);
    }
    const folder = vscode.Uri.joinPath(this.root, run.id);
    if (!vscode.env.remoteName) return void vscode.commands.executeCommand('revealFileInOS', folder);
    // The desktop that could show it is on another machine.
    const answer = await vscode.window.showInformationMessage(`The folder of the run is ${folder.fsPath}.`, 'Copy Path');
    if (answer) await vscode.env.clipboard.writeText(folder.fsPath);
  }
}
