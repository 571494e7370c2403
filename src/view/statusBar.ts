import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import { COMMANDS } from '../ids';
import type { RunController } from '../run/runController';
import { statusText, statusTooltip } from './statusText';

/** The run in one line at the bottom of the window; a click opens the dashboard. */
export class RunStatus implements Disposable {
  private readonly owned = new Disposables();
  private readonly item = this.owned.add(vscode.window.createStatusBarItem(COMMANDS.showDashboard, vscode.StatusBarAlignment.Left, 0));
  private readonly updates = this.owned.add(new Throttle(200, () => this.update()));

  constructor(private readonly runs: RunController) {
    this.item.name = vscode.l10n.t('Layerwise Run');
    this.item.command = COMMANDS.showDashboard;
    this.owned.add(runs.onDidChange(() => this.updates.trigger()));
    this.updates.trigger();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private update(): void {
    const { run } = this.runs;
    if (!run) return this.item.hide();
    const text = statusText(run);
    this.item.text = `$(${text.icon}) ${text.line}`;
    this.item.tooltip = statusTooltip(run);
    this.item.accessibilityInformation = { label: text.line, role: 'button' };
    const isFailed = run.run.state === 'failed';
    this.item.backgroundColor = isFailed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.item.show();
  }
}
