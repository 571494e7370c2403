import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { CurrentRun } from '../../src/editor/currentRun';
import { bundle } from '../run/bundle';
import { model, plan } from '../run/models';
import { openWindow, temporaryFolder, untilState } from '../run/window';

/** The editors of the window: the one thing that does not run here is VS Code itself. */
const editors = vi.hoisted(() => ({ activeTextEditor: undefined as unknown, visibleTextEditors: [] as unknown[] }));
vi.mock('vscode', async () => {
  const { Emitter } = await import('../../src/base/emitter');
  return { EventEmitter: Emitter, window: Object.assign(editors, { onDidChangeActiveTextEditor: new Emitter<void>().event }) };
});

let trainer: string;
/** Where an earlier window left a run of `old.nn.yaml` and a newer one of `new.nn.yaml`. */
let root: string;
beforeAll(async () => {
  trainer = await bundle('src/train/worker.ts', temporaryFolder());
  root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  for (const runId of ['old', 'new']) {
    const file = `${runId}.nn.yaml`;
    await untilState(runs, runs.start({ runId, name: runId, file, uri: `file:///${file}` }, plan(model(10))), 'finished');
  }
  await runs.save();
});

beforeEach(() => Object.assign(editors, { activeTextEditor: undefined, visibleTextEditors: [] }));

const editorOf = (file: string) => ({ document: { uri: { scheme: 'file', path: `/${file}`, toString: () => `file:///${file}` } } });

/** The run that a reloaded window shows first, and every one that it shows at all. */
async function shownAfterReload(): Promise<(string | undefined)[]> {
  const { runs } = openWindow(root, trainer);
  const shown: (string | undefined)[] = [];
  runs.onDidChangeShown(() => shown.push(runs.shown?.id));
  const current = new CurrentRun(runs);
  await runs.load();
  current.dispose();
  return shown;
}

test('after a reload the run of the file being edited is on show', async () => {
  editors.activeTextEditor = editorOf('old.nn.yaml');
  expect(await shownAfterReload()).toEqual(['old']);
});

test('while the dashboard has the focus, that of a file in sight', async () => {
  editors.visibleTextEditors = [editorOf('readme.md'), editorOf('old.nn.yaml')];
  expect(await shownAfterReload()).toEqual(['old']);
});

test('where the file has none, the newest', async () => {
  editors.activeTextEditor = editorOf('other.nn.yaml');
  expect(await shownAfterReload()).toEqual(['new']);
});
