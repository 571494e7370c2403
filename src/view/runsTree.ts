import * as vscode from 'vscode';
import { disposable, Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import { COMMANDS, VIEWS } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { describeRun, runTooltip } from './runItem';
import { branchesOf, runsAhead } from './runList';
import { STATES } from './runStates';

const UPDATE_INTERVAL_MS = 500;
/** Entries say how long ago they were. */
const AGE_INTERVAL_MS = 60_000;

/** The list of runs in the side bar, branches below the run that they left. */
export class RunsTree implements vscode.TreeDataProvider<Run>, Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<Run[] | undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Run>;
  private readonly stale = new Set<Run>();
  private isListStale = false;
  private readonly updates = this.owned.add(new Throttle(UPDATE_INTERVAL_MS, () => this.update()));

  constructor(private readonly runs: Runs) {
    this.view = this.owned.add(vscode.window.createTreeView(VIEWS.runs, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }));
    this.owned.add(runs.onDidChange((run) => this.refresh(run)));
    // Who waits for how many changes with any other's state.
    this.owned.add(runs.onDidChangeState((run) => [run, ...runs.active].forEach((one) => this.refresh(one))));
    this.owned.add(runs.onDidChangeList(() => this.refresh()));
    const ages = setInterval(() => this.view.visible && this.refresh(), AGE_INTERVAL_MS);
    this.owned.add(disposable(() => clearInterval(ages)));
  }

  /** What the user has selected. */
  get selection(): readonly Run[] {
    return this.view.selection;
  }

  getTreeItem(run: Run): vscode.TreeItem {
    const { label, description, icon, color, context } = describeRun(run, Date.now(), runsAhead(run, this.runs.active));
    const hasBranches = branchesOf(run, this.runs.all).length > 0;
    const { Expanded, None } = vscode.TreeItemCollapsibleState;
    return {
      // By its id a refreshed entry is the same one: selection and folding stay. With its first branch it is another, else that would be folded away.
      id: hasBranches ? `${run.id} with branches` : run.id,
      label,
      description,
      iconPath: new vscode.ThemeIcon(icon, new vscode.ThemeColor(color)),
      contextValue: context,
      collapsibleState: hasBranches ? Expanded : None,
      // Without arguments: VS Code forgets those of an entry while it is refreshed. The entry clicked is the one selected.
      command: { command: COMMANDS.showRun, title: 'Show' },
      accessibilityInformation: { label: `${label}, ${STATES[run.state].word}: ${description}` },
    };
  }

  /** Made when the pointer rests on an entry, so that it tells of that moment. */
  resolveTreeItem(item: vscode.TreeItem, run: Run): vscode.TreeItem {
    item.tooltip = new vscode.MarkdownString(runTooltip(run, Date.now()));
    return item;
  }

  getChildren(run?: Run): Run[] {
    return branchesOf(run, this.runs.all);
  }

  getParent(run: Run): Run | undefined {
    const { parent } = run.summary;
    return parent && this.runs.get(parent.runId);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private refresh(run?: Run): void {
    if (run) this.stale.add(run);
    else this.isListStale = true;
    this.updates.trigger();
  }

  private update(): void {
    const stale = [...this.stale];
    this.stale.clear();
    if (this.isListStale) this.changed.fire(undefined);
    else if (stale.length > 0) this.changed.fire(stale);
    this.isListStale = false;
    const training = this.runs.active.filter(({ isElsewhere }) => !isElsewhere).length;
    this.view.badge = training > 0 ? { value: training, tooltip: training === 1 ? '1 run is active' : `${training} runs are active` } : undefined;
  }
}
