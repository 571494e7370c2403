import * as vscode from 'vscode';
import { formatCount, formatNumber } from '../base/format';
import { COMMANDS } from '../ids';
import type { Run } from '../run/run';
import { encodeTensors } from '../train/checkpoint';
import { evaluatedTensors } from '../train/protocol';
import type { CurrentRun } from './currentRun';
import { fileNameOf } from './fileName';
import { pick } from './pick';

/** The weights of a run after a step, as a .safetensors file. */
interface Weights {
  step: number;
  read: () => Promise<Uint8Array>;
}

/** The command that writes a run's weights to a .safetensors file, which `init: {weights: …}` and PyTorch read. */
export const registerSaveWeights = (current: CurrentRun): vscode.Disposable =>
  vscode.commands.registerCommand(COMMANDS.saveWeights, (target?: Run) => saveWeights(target ?? current.run));

async function saveWeights(run: Run | undefined): Promise<void> {
  const weights = await pickWeights(run);
  if (!run || !weights) return;
  const defaultUri = vscode.Uri.joinPath(vscode.Uri.parse(run.uri), '..', `${fileNameOf(run.summary.name)}-step-${weights.step}.safetensors`);
  const title = `Save the weights of step ${formatCount(weights.step)}`;
  const uri = await vscode.window.showSaveDialog({ defaultUri, filters: { Safetensors: ['safetensors'] }, title });
  if (uri) await vscode.workspace.fs.writeFile(uri, await weights.read());
}

/** The last weights, or the best where there are others and the user wants those. */
async function pickWeights(run: Run | undefined): Promise<Weights | undefined> {
  const checkpoint = await run?.latestCheckpoint();
  if (!run || !checkpoint) return void vscode.window.showInformationMessage('There are no weights yet. Train a model first.');
  const last: Weights = { step: checkpoint.step, read: () => Promise.resolve(encodeTensors(evaluatedTensors(checkpoint))) };
  const { best } = run.summary;
  const bytes = best && best.step !== last.step ? await run.bestWeights() : undefined;
  if (!best || !bytes) return last;
  const items = [
    {
      label: 'Best',
      description: `${best.metric} ${formatNumber(best.value, 3)} at step ${formatCount(best.step)}`,
      weights: { step: best.step, read: () => Promise.resolve(bytes) },
    },
    { label: 'Last', description: `step ${formatCount(last.step)}`, weights: last },
  ];
  return (await pick(items, { title: 'Which weights?' }))?.weights;
}
