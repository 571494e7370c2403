import * as vscode from 'vscode';
import { plainText } from './plainText';

/** Does what the user asked for; what goes wrong is said instead of lost. */
export async function attempt(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    void vscode.window.showErrorMessage(plainText(error instanceof Error ? error.message : String(error)));
  }
}
