import * as vscode from 'vscode';

/**
 * Asks for one of some items. It does not close when the focus goes elsewhere: a dashboard that had it before the command palette takes it back
 * when that closes, which can be after this has opened.
 */
export const pick = <T extends vscode.QuickPickItem>(items: readonly T[], options: Pick<vscode.QuickPickOptions, 'title' | 'placeHolder'>) =>
  vscode.window.showQuickPick(items, { ...options, ignoreFocusOut: true });
