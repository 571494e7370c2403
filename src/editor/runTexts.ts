import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import { formatCount } from '../base/format';
import { MODEL_FILE_SUFFIX, RUN_TEXT_SCHEME } from '../ids';
import type { Run } from '../run/run';
import type { Runs } from '../run/runs';
import { labelOf } from '../view/runItem';

/** Where the model files are, so that the dashboard stays in sight. */
const BESIDE_DASHBOARD = { viewColumn: vscode.ViewColumn.One };

/** Read-only texts of model files as they were in a run, for comparisons and to look at. */
export class RunTexts implements vscode.TextDocumentContentProvider, Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(RUN_TEXT_SCHEME, this);

  constructor(private readonly runs: Runs) {}

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const search = new URLSearchParams(query);
    const run = this.runs.get(search.get('run') ?? '');
    if (!run) return '# This run is no longer there.\n';
    return (await run.load()).textAfter(Number(search.get('edit')));
  }

  /** Shows what an edit did to the text. */
  async showEdit(run: Run, edit: number): Promise<void> {
    const store = await run.load();
    const mark = store.run.edits.find(({ id }) => id === edit);
    if (!mark) return;
    await compare(uriOf(run, store.editBefore(edit)), uriOf(run, edit), `${labelOf(run.summary)}: edit at step ${formatCount(mark.step)}`);
  }

  /** Shows the text that a run trains, or trained last. */
  async showLatest(run: Run): Promise<void> {
    await vscode.window.showTextDocument(await latestOf(run), BESIDE_DASHBOARD);
  }

  /** Shows two runs' texts side by side. */
  async showBoth(one: Run, other: Run): Promise<void> {
    await compare(await latestOf(one), await latestOf(other), `${labelOf(one.summary)} ↔ ${labelOf(other.summary)}`);
  }

  dispose(): void {
    this.registration.dispose();
  }
}

const latestOf = async (run: Run): Promise<vscode.Uri> => uriOf(run, (await run.load()).lastEdit);

/** The text from an edit on; 0: the first. */
function uriOf(run: Run, edit: number): vscode.Uri {
  const path = `/${run.summary.name.replaceAll('/', '-')} as trained${MODEL_FILE_SUFFIX}`;
  return vscode.Uri.from({ scheme: RUN_TEXT_SCHEME, path, query: new URLSearchParams({ run: run.id, edit: String(edit) }).toString() });
}

const compare = (left: vscode.Uri, right: vscode.Uri, title: string): Thenable<unknown> =>
  vscode.commands.executeCommand('vscode.diff', left, right, title, BESIDE_DASHBOARD);
