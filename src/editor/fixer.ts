import * as vscode from 'vscode';
import type { Fix } from '../diagnose/fix';
import { COMMANDS } from '../ids';
import { parseModel } from '../model/parse';
import { applyEdits } from '../model/textEdits';
import type { Runs } from '../run/runs';
import { plainText } from './plainText';
import { moveFix } from './placedFindings';
import { putText } from './putText';
import { stopRunOf } from './stopRun';
import { smallestChange } from './textChange';

/** One fix, or several that were measured together. */
type Change = Pick<Fix, 'title' | 'edits' | 'needsRestart'>;

/** The file with a fix that was made for `of`; undefined where it no longer fits. */
export function fixedText(fix: Change, of: string, text: string): string | undefined {
  const moved = of === text ? fix : moveFix(fix, smallestChange(of, text));
  const fixed = moved && applyEdits(text, moved.edits);
  return fixed !== undefined && parseModel(fixed).spec ? fixed : undefined;
}

/** Makes fixes in model files, wherever they are asked for. */
export class Fixer {
  constructor(private readonly runs: Runs) {}

  /** @param of the text that the fix was made for. Throws a sentence where the file is another one by now. */
  async apply(model: vscode.Uri, fix: Change, of: string): Promise<void> {
    await putText(model, await this.fixed(model, fix, of));
    if (fix.needsRestart && this.isTraining(model)) await offerToTrain(model, fix);
  }

  /** The run that goes on ends before the text changes: it is not to take the fix for an edit of its own. */
  async applyAndTrain(model: vscode.Uri, fix: Change, of: string): Promise<void> {
    const text = await this.fixed(model, fix, of);
    await stopRunOf(this.runs, model.toString());
    await putText(model, text);
    await vscode.commands.executeCommand(COMMANDS.train, model);
  }

  /** A run of this window goes on with the weights it has. */
  isTraining(model: vscode.Uri): boolean {
    return this.runs.active.some(({ uri, isElsewhere }) => uri === model.toString() && !isElsewhere);
  }

  private async fixed(model: vscode.Uri, fix: Change, of: string): Promise<string> {
    const text = fixedText(fix, of, (await vscode.workspace.openTextDocument(model)).getText());
    if (text === undefined)
      throw new Error(`“${fix.title}” does not fit ${vscode.workspace.asRelativePath(model)} any more: it was changed at that place.`);
    return text;
  }
}

/** The weights stay through an edit, so what acts on their start does nothing yet. */
async function offerToTrain(model: vscode.Uri, { title }: Change): Promise<void> {
  const message = `“${title}” acts on how training starts. The run goes on with the weights it has.`;
  const answer = await vscode.window.showInformationMessage(plainText(message), 'Train Anew');
  if (answer) await vscode.commands.executeCommand(COMMANDS.train, model);
}
