import { beforeAll, expect, test, vi } from 'vitest';
import { Dashboard } from '../../src/view/dashboard';
import { bundle } from '../run/bundle';
import { LONG, model } from '../run/models';
import { begin, openWindow, temporaryFolder, until, untilState } from '../run/window';
import { Panel } from './panel';

const panels: Panel[] = [];

// The one thing that does not run here is VS Code itself.
vi.mock('vscode', async () => {
  const { Emitter } = await import('../../src/base/emitter');
  return {
    EventEmitter: Emitter,
    Uri: { joinPath: (...parts: string[]) => parts.join('/') },
    ViewColumn: { Beside: -2 },
    window: {
      registerWebviewPanelSerializer: () => ({ dispose: () => undefined }),
      createWebviewPanel: (_type: string, title: string) => {
        const panel = new Panel();
        panel.title = title;
        panels.push(panel);
        return panel;
      },
    },
  };
});

let trainer: string;
/** Where an earlier window left two finished runs of 30 steps. */
let root: string;
beforeAll(async () => {
  trainer = await bundle('src/train/worker.ts', temporaryFolder());
  root = temporaryFolder();
  const { runs } = openWindow(root, trainer);
  const earlier = [begin(runs, model(30)), begin(runs, model(30))];
  for (const run of earlier) await untilState(runs, run, 'finished');
  await runs.save();
});

/** A window with its dashboard open, and the panel that shows it. */
async function openDashboard(folder = root) {
  const { runs } = openWindow(folder, trainer);
  await runs.load();
  const dashboard = new Dashboard('extension' as never, runs);
  dashboard.show(true);
  return { runs, dashboard, panel: panels.at(-1)! };
}

test('a page that is ready is told everything, then what is new; the panel is called as the run', async () => {
  const { runs, panel } = await openDashboard(temporaryFolder());
  expect(panel.title).toBe('Layerwise');
  panel.say({ type: 'ready' });
  expect(await panel.hears('hydrate')).toEqual({ type: 'hydrate', compared: [] });
  const run = begin(runs, model(60));
  await untilState(runs, run, 'finished');
  expect(panel.title).toBe(`Layerwise: ${run.summary.name}`);
  await panel.hears('hydrate', ({ run: view }) => view?.runId === run.id);
  const last = await panel.hears('update', ({ state }) => state === 'finished');
  expect([last.runId, last.step]).toEqual([run.id, 60]);
});

test('a page that is hidden is told nothing, and everything when it is back', async () => {
  const { runs, panel } = await openDashboard();
  panel.say({ type: 'ready' });
  await panel.hears('hydrate');
  panel.hide();
  const before = panel.told.length;
  await runs.rename(runs.shown!, 'the good one');
  expect([panel.title, panel.told.length]).toEqual(['Layerwise: the good one', before]);
  panel.say({ type: 'ready' });
  const { run } = await panel.hears('hydrate', (message) => message.run?.name === 'the good one');
  expect(run!.losses.at(-1)!.step).toBe(30);
  await runs.rename(runs.shown!, undefined);
});

test('the past of a step is answered with that step and the nearest statistics, an unknown run with nothing', async () => {
  const { runs, panel } = await openDashboard();
  const { id } = runs.shown!;
  panel.say({ type: 'ready' });
  panel.say({ type: 'time', runId: id, step: 23 });
  const past = await panel.hears('past');
  expect([past.runId, past.step, past.layers.length > 0]).toEqual([id, 23, true]);
  expect(Math.abs(past.snapshot!.step - 23)).toBeLessThanOrEqual(10);
  expect(Object.keys(past.snapshot!.layers)).toEqual(past.layers.map(({ name }) => name));
  panel.say({ type: 'time', runId: 'gone', step: 5 });
  expect(await panel.hears('past', ({ runId }) => runId === 'gone')).toEqual({ type: 'past', runId: 'gone', step: 5, layers: [] });
});

test('a compared run comes with its curves and a name of its own; as long as it trains it is told again', async () => {
  const { runs, panel } = await openDashboard();
  const shown = runs.shown!;
  const live = begin(runs, model(LONG));
  await until(runs, () => live.summary.step > 0);
  runs.show(shown);
  panel.say({ type: 'ready' });
  runs.compare([live]);
  const hydrate = await panel.hears('hydrate', (message) => message.compared.length === 1);
  const [compared] = hydrate.compared;
  expect([hydrate.run!.runId, compared.runId]).toEqual([shown.id, live.id]);
  expect(compared.name).toMatch(/^\S+ \(\d\d:\d\d:\d\d\)$/);
  const seen = compared.losses.at(-1)?.step ?? 0;
  await panel.hears('hydrate', (message) => (message.compared[0]?.losses.at(-1)?.step ?? 0) > seen);
  runs.compare([]);
  expect(panel.told.at(-1)).toMatchObject({ type: 'hydrate', compared: [] });
  await runs.delete(live);
});

test('a compared run that comes on show is not drawn beside itself', async () => {
  const { runs, panel } = await openDashboard();
  const [one, other] = runs.all;
  panel.say({ type: 'ready' });
  runs.show(one);
  runs.compare([other]);
  await panel.hears('hydrate', ({ run, compared }) => run?.runId === one.id && compared.length === 1);
  runs.show(other);
  const { compared } = await panel.hears('hydrate', ({ run }) => run?.runId === other.id && run.losses.length > 0);
  expect(compared).toEqual([]);
});

test('a run of an earlier window is read when it is shown or compared', async () => {
  const { runs, panel } = await openDashboard();
  panel.say({ type: 'ready' });
  const first = runs.shown!;
  const other = runs.all.find((run) => run !== first)!;
  expect(other.store).toBeUndefined();
  runs.compare([other]);
  const { compared } = await panel.hears('hydrate', (message) => message.compared.length === 1);
  expect(compared[0].losses.at(-1)!.step).toBe(30);
  runs.show(other);
  const { run } = await panel.hears('hydrate', (message) => message.run?.runId === other.id && message.run.losses.length > 0);
  expect(run).toMatchObject({ step: 30, state: 'finished' });
});

test('what the user does goes to who acts on it; what is no message of the page does not', async () => {
  const { dashboard, panel } = await openDashboard();
  const heard: unknown[] = [];
  dashboard.onDidReceive((message) => heard.push(message));
  panel.say({ type: 'ready' });
  panel.say({ type: 'branch', runId: 'r', step: 40 });
  panel.say({ type: 'revert', runId: 'r', edit: -1 });
  panel.say({ type: 'endComparison' });
  await panel.hears('hydrate');
  expect(heard).toEqual([{ type: 'branch', runId: 'r', step: 40 }, { type: 'endComparison' }]);
});

test('the page hears every few seconds that it is fed, as long as it listens', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { dashboard, panel } = await openDashboard(temporaryFolder());
  const signs = () => panel.told.filter(({ type }) => type === 'alive').length;
  vi.advanceTimersByTime(20_000);
  expect(signs()).toBe(0);
  panel.say({ type: 'ready' });
  vi.advanceTimersByTime(20_000);
  expect(signs()).toBe(4);
  dashboard.dispose();
  vi.advanceTimersByTime(20_000);
  expect(signs()).toBe(4);
  vi.useRealTimers();
});
