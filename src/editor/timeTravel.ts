import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../base/disposable';
import { makeUuid } from '../base/uuid';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import type { Dashboard } from '../view/dashboard';
import { attempt } from './attempt';
import type { Plans } from './plans';
import type { ProblemMessages } from './problemMessages';
import { putText } from './putText';
import type { RunTexts } from './runTexts';
import { stopRunOf } from './stopRun';

/** Goes back to a moment of a run: its text comes back into the editor, and a branch trains on from its weights. */
export class TimeTravel implements Disposable {
  private readonly owned = new Disposables();
  private isUnderway = false;

  constructor(
    private readonly runs: Runs,
    private readonly plans: Plans,
    private readonly messages: ProblemMessages,
    texts: RunTexts,
    dashboard: Dashboard,
  ) {
    this.owned.add(
      dashboard.onDidReceive((message) => {
        const run = 'runId' in message ? runs.get(message.runId) : undefined;
        if (!run) return;
        if (message.type === 'branch') void this.once(() => this.resumeFrom(run, message.step));
        else if (message.type === 'revert') void this.once(() => this.revert(run, message.edit));
        else if (message.type === 'diff') void attempt(() => texts.showEdit(run, message.edit));
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** A double click is one. */
  private async once(action: () => Promise<void>): Promise<void> {
    if (this.isUnderway) return;
    this.isUnderway = true;
    try {
      await attempt(action);
    } finally {
      this.isUnderway = false;
    }
  }

  private async resumeFrom(run: Run, step: number): Promise<void> {
    const store = await run.load();
    const place = store.checkpointAt(step);
    // The weights are those of a checkpoint, so the text is the one that they fit.
    if (place) await this.goBack(run, place.step, store.textAfter(place.edit));
  }

  private async revert(run: Run, edit: number): Promise<void> {
    const store = await run.load();
    const mark = store.run.edits.find(({ id }) => id === edit);
    if (mark?.canRevert) await this.goBack(run, mark.step, store.textBefore(edit));
  }

  /** Stops what trains first: nothing may take the text that comes back for an edit of its own. */
  private async goBack(run: Run, step: number, text: string): Promise<void> {
    const model = vscode.Uri.parse(run.uri);
    const { name, file } = run.summary;
    try {
      const plan = await this.plans.ofText(model, text);
      await stopRunOf(this.runs, run.uri);
      await putText(model, text);
      this.runs.show(await this.runs.branch(run, step, plan, { runId: makeUuid(), uri: run.uri, file, name }));
    } catch (error) {
      this.messages.refuse(error);
    }
  }
}
