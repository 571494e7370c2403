import * as vscode from 'vscode';
import { COMMANDS } from '../ids';
import type { RunController } from '../run/runController';
import { encodeTensors } from '../train/checkpoint';

/** The command that writes the run's weights to a .safetensors file, which `init: {weights: …}` and PyTorch read. */
export const registerSaveWeights = (runs: RunController): vscode.Disposable =>
  vscode.commands.registerCommand(COMMANDS.saveWeights, () => saveWeights(runs));

async function saveWeights(runs: RunController): Promise<void> {
  const [run, weights] = [runs.run?.run, await runs.latestWeights()];
  if (!run || !weights)
    return void vscode.window.showInformationMessage('There are no weights yet. Train a model first; they are kept until the window closes.');
  const model = vscode.Uri.parse(run.uri);
  const defaultUri = vscode.Uri.joinPath(model, '..', `${run.name}-step-${weights.step}.safetensors`);
  const uri = await vscode.window.showSaveDialog({
    defaultUri,
    filters: { Safetensors: ['safetensors'] },
    title: `Save the weights of step ${weights.step}`,
  });
  if (uri) await vscode.workspace.fs.writeFile(uri, encodeTensors(weights.tensors));
}
