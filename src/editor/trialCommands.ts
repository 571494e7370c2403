import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { isAlarm } from '../diagnose/diagnose';
import { COMMANDS } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import type { Dashboard } from '../view/dashboard';
import { attempt } from './attempt';
import type { CurrentRun } from './currentRun';
import type { Fixer } from './fixer';
import type { ProblemMessages } from './problemMessages';

/** Measures the fixes of a run's findings and makes the one that the user picks: from quick fixes, list, palette and dashboard. */
export class TrialCommands implements Disposable {
  private readonly owned = new Disposables();

  constructor(
    private readonly runs: Runs,
    private readonly current: CurrentRun,
    private readonly fixer: Fixer,
    private readonly messages: ProblemMessages,
    private readonly dashboard: Dashboard,
  ) {
    this.owned.add(vscode.commands.registerCommand(COMMANDS.tryFixes, (target?: Run | string) => attempt(() => this.tryFixes(this.find(target)))));
    this.owned.add(
      dashboard.onDidReceive((message) => {
        const run = 'runId' in message ? runs.get(message.runId) : undefined;
        if (!run) return;
        if (message.type === 'tryFixes') void attempt(() => this.tryFixes(run));
        else if (message.type === 'stopTrials') runs.trialsOf(run)?.stop();
        else if (message.type === 'applyTrial') void attempt(() => this.apply(run, message.trial));
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** Called for a run (list), for a model file by its URI (quick fix), or for nothing (palette). */
  private find(target: Run | string | undefined): Run | undefined {
    return typeof target === 'string' ? this.runs.of(target) : (target ?? this.current.run);
  }

  private async tryFixes(run: Run | undefined): Promise<void> {
    const store = await run?.load();
    if (!run || !store) return void vscode.window.showInformationMessage('Train a model first: its fixes are measured on what its run found.');
    if (!store.findings.some((finding) => isAlarm(finding) && finding.fixes.length > 0))
      return void vscode.window.showInformationMessage('Nothing is found of this run that a fix is known for.');
    this.runs.show(run);
    this.dashboard.show(true);
    try {
      await this.runs.tryFixes(run);
    } catch (error) {
      this.messages.refuse(error);
    }
  }

  /** What was measured as a run that begins anew begins anew where a run is under way; else the next Train does. */
  private async apply(run: Run, id: number): Promise<void> {
    const trials = this.runs.trialsOf(run);
    const measured = trials?.candidate(id);
    const title = trials?.view.candidates.find((candidate) => candidate.id === id)?.title;
    if (!measured || title === undefined) return;
    const model = vscode.Uri.parse(run.uri);
    const fix = { title, edits: measured.edits, needsRestart: measured.needsRestart };
    await (fix.needsRestart && this.fixer.isTraining(model)
      ? this.fixer.applyAndTrain(model, fix, measured.of)
      : this.fixer.apply(model, fix, measured.of));
  }
}
