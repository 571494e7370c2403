import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { Throttle } from '../base/timers';
import type { CurrentRun } from '../editor/currentRun';
import type { HotSwap } from '../editor/hotSwap';
import { COMMANDS } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { runsAhead } from './runList';
import { statusHealth, statusLevel, statusText, statusTooltip, type StatusFigures } from './statusText';

const COLORS = { error: 'statusBarItem.errorBackground', warning: 'statusBarItem.warningBackground' } as const;

/** The run in one line at the bottom of the window; a click opens the dashboard. */
export class RunStatus implements Disposable {
  private readonly owned = new Disposables();
  private readonly item = this.owned.add(vscode.window.createStatusBarItem(COMMANDS.showDashboard, vscode.StatusBarAlignment.Left, 0));
  private readonly updates = this.owned.add(new Throttle(200, () => this.update()));
  private told?: Run;

  constructor(
    private readonly runs: Runs,
    private readonly current: CurrentRun,
    private readonly hotSwap: HotSwap,
  ) {
    this.item.name = vscode.l10n.t('Layerwise Run');
    this.owned.add(runs.onDidChange((run) => run === this.current.run && this.updates.trigger()));
    this.owned.add(current.onDidChange(() => this.updates.trigger()));
    this.owned.add(hotSwap.onDidChangeWaiting(() => this.updates.trigger()));
    this.updates.trigger();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private update(): void {
    const { run } = this.current;
    if (!run) return this.item.hide();
    const figures = this.figuresOf(run);
    const { icon, line } = statusText(figures);
    const level = statusLevel(figures);
    const health = statusHealth(figures);
    this.item.text = `$(${icon}) ${line}${health ? ` · ${health.sign}` : ''}`;
    if (run !== this.told) this.item.command = { title: 'Show Dashboard', command: COMMANDS.showDashboard, arguments: [run.id] };
    this.told = run;
    this.item.tooltip = statusTooltip(figures);
    this.item.accessibilityInformation = { label: health ? `${line} · ${health.words}` : line, role: 'button' };
    this.item.backgroundColor = level && new vscode.ThemeColor(COLORS[level]);
    this.item.show();
  }

  private figuresOf(run: Run): StatusFigures {
    const { summary, store, isElsewhere } = run;
    const { name, file, state, message, step, steps } = summary;
    const live = { stepsPerSecond: store?.run.stepsPerSecond ?? 0, lastLoss: store?.lastLoss };
    const ahead = runsAhead(run, this.runs.active);
    return {
      name,
      file,
      state,
      message,
      step,
      steps,
      ...live,
      ahead,
      isElsewhere,
      findings: findingsOf(run),
      waitsUntil: this.hotSwap.waitsUntil(run),
    };
  }
}

/** Of a run whose history is not read its summary tells what was found, but not whether it was judged. */
function findingsOf({ store, summary: { findings } }: Run): StatusFigures['findings'] {
  return findings ?? (store?.run.health?.passed.length ? [] : undefined);
}
